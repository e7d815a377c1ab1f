import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/contract/result.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { bursts, constant, FREE, FREE_SYNC, keepAlive, ms, paced, retry, sec } from '../plans.ts';
import { cluster, errorsBySecond, failed, IMPATIENT, nodeDown, of } from './clusters.ts';

const RECORDS = { recordRequests: true, recordConnections: true };
const requestsOf = (result: RunResult): NonNullable<RunResult['requests']> => result.requests!;

const FOR_EVER = {
  nodeLifecycle: {
    heartbeat: sec(10),
    monitorPeriod: sec(5),
    monitorGracePeriod: sec(10_000),
    toleration: sec(300),
  },
};

describe('the pods of a node that is down', () => {
  const dead = (mode: 'iptables' | 'nftables' | 'ipvs' | 'ebpf' = 'iptables') =>
    cluster({
      mode,
      podNodes: [0, 1, 1, 1],
      rate: 200,
      duration: 120,
      client: IMPATIENT,
      timeline: [nodeDown(0, 30)],
    });

  // Every pick is one of n pods at random until the endpoints leave: a share of dead/n meets silence.
  it.each(['iptables', 'nftables', 'ebpf'] as const)(
    'are picked with probability dead/n for 35 to 50 s, and their SYNs time out (%s)',
    (mode) => {
      const result = simulate(dead(mode), 5);
      const errors = errorsBySecond(result);
      const last = errors.findLastIndex((count) => count > 0);
      expect(last).toBeGreaterThanOrEqual(30 + 35);
      expect(last).toBeLessThanOrEqual(30 + 51);
      const whole = errors.slice(31, last - 1);
      const share = whole.reduce((sum, count) => sum + count, 0) / (200 * whole.length);
      // 7,000 picks of probability 1/4: four standard deviations.
      expect(Math.abs(share - 0.25)).toBeLessThan(4 * Math.sqrt(0.1875 / (200 * whole.length)));
      expect(of(result).errors).toEqual({ connectTimeout: failed(of(result)) });
    },
  );

  it('cost a share of dead/n under ipvs as well', () => {
    const result = simulate(dead('ipvs'), 5);
    const errors = errorsBySecond(result).slice(31, 60);
    const share = errors.reduce((sum, count) => sum + count, 0) / (200 * errors.length);
    expect(share).toBeCloseTo(0.25, 2);
  });

  // O17: all retransmissions of a SYN go to the same dead pod; only a new connect() picks again.
  it('O17: keep a patient client waiting for as long as the kernel does, and let a retry pick again', () => {
    const patient = cluster({
      podNodes: [0, 1],
      client: { arrival: bursts([31], 40) },
      duration: 200,
      timeline: [nodeDown(0, 30)],
      controlPlane: FOR_EVER,
    });
    const slow = requestsOf(simulate(patient, 3, RECORDS)).filter(
      ({ outcome }) => outcome !== 'ok',
    );
    expect(slow.length).toBeGreaterThan(8);
    for (const { outcome, latencyNs } of slow) {
      expect(outcome).toBe('connectTimeout');
      expect(latencyNs).toBe(131e9);
    }
    const [client] = patient.clients;
    const again = { ...client!, connectTimeout: sec(1), retry: retry({ attempts: 9 }) };
    expect(failed(of(simulate({ ...patient, clients: [again] }, 3)))).toBe(0);
  });

  it('lose what they were serving: nobody answers, and the client has only its own timeout', () => {
    const plan = cluster({
      podNodes: [0],
      service: constant(sec(10)),
      client: { arrival: paced(1 / 29) },
      duration: 50,
      timeline: [nodeDown(0, 30)],
    });
    expect(simulate(plan, 1).totals.unfinished).toBe(1);
    const [client] = plan.clients;
    const result = simulate({ ...plan, clients: [{ ...client!, timeout: sec(5) }] }, 1, RECORDS);
    expect(requestsOf(result)).toMatchObject([{ outcome: 'timeout', latencyNs: 5e9 }]);
    expect(of(result).failures).toMatchObject([{ cause: 'timeout', reason: 'nodeDown' }]);
  });

  // RTO 0.2 s, doubled: sent again 0.2, 0.6, 1.4, 3.0, 6.2 s after it was first sent.
  it('reset what is sent again to them once the node has booted: the old connections are gone', () => {
    const plan = cluster({
      podNodes: [0],
      client: { arrival: paced(0.5), connection: keepAlive() },
      duration: 60,
      timeline: [nodeDown(0, 29, 3.5)],
    });
    const result = simulate(plan, 1, RECORDS);
    const lost = requestsOf(result).filter(({ outcome }) => outcome !== 'ok');
    expect(lost[0]).toMatchObject({ issuedNs: 30e9, outcome: 'reset', latencyNs: 3e9 + 0.5e6 });
    const reset = of(result).failures.filter(({ cause }) => cause === 'reset');
    expect(reset).toMatchObject([{ reason: 'nodeRestarted', count: 1 }]);
  });

  it('give an established connection up after 924.6 s (tcp_retries2)', () => {
    const plan = cluster({
      podNodes: [0],
      client: { arrival: paced(0.5), connection: keepAlive() },
      duration: 31,
      timeline: [nodeDown(0, 29)],
    });
    const requests = requestsOf(simulate(plan, 1, RECORDS));
    expect(requests.at(-1)).toMatchObject({ outcome: 'timeout', latencyNs: 924.6e9 });
  });
});

describe('client pods on a node that is down', () => {
  const clients = (options: { clientNodes: number; lasts: number | null }) =>
    cluster({
      podNodes: [0],
      clientNodes: options.clientNodes,
      service: constant(ms(500)),
      client: { arrival: paced(10) },
      duration: 20,
      timeline: [nodeDown(1, 10, options.lasts)],
    });

  it('fail what they were about, at that moment, and leave their part of the arrivals to the others', () => {
    const result = simulate(clients({ clientNodes: 2, lasts: null }), 1, RECORDS);
    const lost = requestsOf(result).filter(({ outcome }) => outcome !== 'ok');
    // Every other request of the last half second was theirs.
    expect(lost.map(({ outcome }) => outcome)).toEqual(lost.map(() => 'nodeDown'));
    expect(lost.length).toBeGreaterThanOrEqual(2);
    expect(lost.length).toBeLessThanOrEqual(3);
    for (const { issuedNs, latencyNs } of lost) expect(issuedNs + latencyNs).toBe(10e9);
    const late = requestsOf(result).filter(({ issuedNs }) => issuedNs > 10e9);
    expect(late).toHaveLength(99);
    expect(new Set(late.map(({ node }) => node))).toEqual(new Set(['worker-2']));
  });

  it('fail at once where none of the client is left, until the node is back', () => {
    const result = simulate(clients({ clientNodes: 1, lasts: 5 }), 1, RECORDS);
    for (const { issuedNs, outcome, latencyNs } of requestsOf(result)) {
      const isOut = issuedNs >= 10e9 && issuedNs < 15e9;
      const isCut = issuedNs < 10e9 && issuedNs > 9.4e9;
      if (isOut) expect([outcome, latencyNs]).toEqual(['nodeDown', 0]);
      else if (!isCut) expect(outcome).toBe('ok');
    }
    expect(of(result, 'outage').errors).toEqual({ nodeDown: 50 });
  });

  it('end in a back-off as well: the time of a request still adds up', () => {
    const plan = cluster({
      podNodes: [],
      client: {
        arrival: paced(20),
        retry: retry({
          attempts: 3,
          backoff: { base: sec(1), factor: 2, max: null, jitter: 'None' },
        }),
      },
      duration: 10,
      timeline: [nodeDown(1, 5)],
    });
    const result = simulate(plan, 1, RECORDS);
    const cut = requestsOf(result).filter((one) => one.outcome === 'nodeDown' && one.attempts > 1);
    expect(cut.length).toBeGreaterThan(10);
  });

  it('end in a back-off that follows a timeout, too: none of them outlives its client', () => {
    const plan = cluster({
      podNodes: [0],
      client: {
        arrival: paced(20),
        timeout: ms(100),
        retry: retry({
          attempts: 1,
          backoff: { base: sec(1), factor: 2, max: null, jitter: 'None' },
        }),
      },
      // The pod goes on for long after: what it was asked for is then free to stand for other requests.
      service: constant(ms(500)),
      duration: 10,
      timeline: [nodeDown(1, 5)],
    });
    const before = requestsOf(simulate(plan, 1, RECORDS)).filter(({ issuedNs }) => issuedNs < 5e9);
    const cut = before.filter(({ issuedNs }) => issuedNs > 3.8e9);
    expect(before.filter((one) => one.issuedNs + one.latencyNs > 5e9)).toEqual([]);
    expect(new Set(cut.map(({ outcome }) => outcome))).toEqual(new Set(['nodeDown']));
  });
});

describe('a node that has booted', () => {
  it('has no rules before the first sync of its kube-proxy', () => {
    const plan = cluster({
      podNodes: [0],
      client: { ...IMPATIENT, arrival: paced(100) },
      duration: 10,
      timeline: [nodeDown(1, 2, 1)],
      costs: { iptables: { ...FREE.iptables, fullSync: { ...FREE_SYNC, base: sec(2) } } },
    });
    const result = simulate(plan, 1, RECORDS);
    const late = requestsOf(result).filter(({ issuedNs }) => issuedNs >= 3e9);
    const first = late.find(({ outcome, latencyNs }) => outcome === 'ok' && latencyNs < 10e6)!;
    expect(first.issuedNs / 1e9).toBeCloseTo(5, 1);
    // What came in the meantime went out by the default route, and was sent again or given up.
    for (const { issuedNs, outcome } of late) if (issuedNs < 3.9e9) expect(outcome).not.toBe('ok');
  });

  it('has its pods again, their containers started anew', () => {
    const plan = cluster({
      podNodes: [0],
      client: { ...IMPATIENT, arrival: paced(10) },
      duration: 30,
      workload: { startUp: constant(sec(4)) },
      timeline: [nodeDown(0, 10, 5)],
    });
    const result = simulate(plan, 1, RECORDS);
    const ok = requestsOf(result).filter(
      ({ issuedNs, outcome }) => issuedNs > 10e9 && outcome === 'ok',
    );
    expect(ok[0]!.issuedNs / 1e9).toBeGreaterThanOrEqual(18);
    expect(ok[0]!.issuedNs / 1e9).toBeLessThan(20);
    const during = requestsOf(result).filter(
      ({ issuedNs }) => issuedNs > 15e9 && issuedNs < 18.9e9,
    );
    // Its node answers for it meanwhile.
    expect(new Set(during.map(({ outcome }) => outcome))).toEqual(new Set(['refused']));
  });
});

describe('plans without a fault', () => {
  it('take the same course as if there were one that begins after their end', () => {
    const plan = cluster({ podNodes: [0, 1], duration: 5, rate: 100 });
    const later = { ...plan, timeline: [nodeDown(0, 100)] };
    const [a, b] = [simulate(plan, 1, RECORDS), simulate(later, 1, RECORDS)];
    expect(b.requests).toEqual(a.requests);
  });
});
