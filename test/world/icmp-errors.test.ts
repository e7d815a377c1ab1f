/** Refusals by ICMP, which are limited, beside what a real kernel did; RSTs, which are not. */
import { describe, expect, it } from 'vitest';
import type { Plan, PlannedClient, PlannedTarget, ProxyMode } from '../../src/contract/plan.ts';
import { ICMP_RATE_LIMIT } from '../../src/scenario/defaults.ts';
import { at, bursts, constant, ms, paced, plan, sec, us } from './plans.ts';
import type { PlanOptions } from './plans.ts';
import { BACKENDS, recordedTimes } from './recorded-times.ts';
import { latencies, outcomes, record } from './recorded.ts';

const MODES: readonly ProxyMode[] = ['iptables', 'nftables', 'ipvs'];

/** 30 connects, one a nanosecond, with the limit as Linux has it. */
const thirty = (client: Partial<PlannedClient>, options: PlanOptions = {}): Plan =>
  plan({
    duration: 31e-9,
    ...options,
    network: { icmpRateLimit: ICMP_RATE_LIMIT, ...options.network },
    client: { arrival: paced(1e9), ...client },
  });

/** How many of the 30 ended at each time, in s. Recorded ones are late by the kernel's timers: 3 % and 0.1 s. */
function tally(times: readonly number[]): Record<number, number> {
  const nominal = [0, 1, 2, 3, 4, 5, 7, 11, 19, 20, 25];
  const counts: Record<number, number> = {};
  for (const time of times) {
    const near = nominal.find((each) => time >= each - 1e-6 && time <= each * 1.03 + 0.1);
    expect(near, `${time} s`).toBeDefined();
    counts[near!] = (counts[near!] ?? 0) + 1;
  }
  return counts;
}

const simulated = (made: Plan): Record<number, number> =>
  tally(latencies(record(made)).map((ns) => ns / 1e9));

describe('30 connects at once to a Service without endpoints', () => {
  it.each(MODES)('end when they did in a real kernel, with %s', (mode) => {
    const ours = simulated(thirty({ connectTimeout: sec(25) }, { mode, pods: 0 }));
    expect(ours).toEqual({ 0: 6, 1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 7: 2, 11: 4, 19: 6, 25: 7 });
    for (const backend of BACKENDS) {
      for (const setting of ['reject-burst-inline', 'reject-burst-rps']) {
        expect(tally(recordedTimes(backend, setting)), `${backend} ${setting}`).toEqual(ours);
      }
    }
  });

  it('time out where the client waits for a second only, but for the six that are told', () => {
    const result = record(thirty({ connectTimeout: ms(900) }, { pods: 0 }));
    const refused = outcomes(result).filter((outcome) => outcome === 'refused');
    expect(refused).toHaveLength(6);
    expect(new Set(outcomes(result))).toEqual(new Set(['refused', 'connectTimeout']));
  });

  it('are all refused at once without a limit', () => {
    const made = thirty({}, { pods: 0, network: { icmpRateLimit: null } });
    expect(simulated(made)).toEqual({ 0: 30 });
  });

  it('are limited by client address, on each node for itself', () => {
    const replicas = (addresses: readonly string[], nodes: readonly number[]) =>
      addresses.map((ip, i) => ({ ip, node: nodes[i]! }));
    const atOnce = (pods: PlannedClient['replicas']): number => {
      const made = thirty({ connectTimeout: ms(900), replicas: pods }, { pods: 0 });
      return outcomes(record(made)).filter((outcome) => outcome === 'refused').length;
    };
    expect(atOnce(replicas(['10.244.9.1', '10.244.9.2'], [1, 1]))).toBe(12);
    // Two clients of one pod share what its address is told.
    expect(atOnce(replicas(['10.244.9.1', '10.244.9.1'], [1, 1]))).toBe(6);
  });
});

describe('O5: a Service without endpoints', () => {
  it.each(MODES)(
    'refuses everybody in less than a round trip at one connect a second, with %s',
    (mode) => {
      const made = plan({
        mode,
        pods: 0,
        hop: us(300),
        duration: 60,
        network: { icmpRateLimit: ICMP_RATE_LIMIT },
        client: { arrival: paced(1) },
      });
      const result = record(made);
      expect(new Set(outcomes(result))).toEqual(new Set(['refused']));
      expect(Math.max(...latencies(result))).toBeLessThan(us(600));
    },
  );
});

describe('a RST', () => {
  it('is never limited: a pod that no longer listens refuses all 30 at once', () => {
    // It finishes a request of 100 s before it goes, and takes no connections meanwhile.
    const made = thirty(
      {},
      {
        service: constant(sec(100)),
        hop: us(50),
        lag: sec(100),
        warmUp: 1,
        clients: [{ arrival: bursts([1], 30) }, { name: 'first', arrival: bursts([0.1], 1) }],
        timeline: [{ kind: 'deletePod', at: at(0.5), workload: 0, pod: 'backend-0' }],
      },
    );
    const { requests } = record(made);
    expect(requests.length).toBeGreaterThan(30);
    expect(new Set(requests.map(({ outcome }) => outcome))).toEqual(new Set(['refused']));
    expect(new Set(requests.map(({ latencyNs }) => latencyNs))).toEqual(new Set([us(100)]));
  });
});

describe('a pod that is gone', () => {
  const gone = (after: number, connectTimeout: number): Plan =>
    thirty(
      { connectTimeout: sec(connectTimeout) },
      {
        pods: 1,
        lag: sec(100),
        workload: { controller: { kind: 'None' } },
        timeline: [{ kind: 'deletePod', at: at(0), workload: 0, pod: 'backend-0' }],
        network: { podGone: { answer: 'unreachable', after: sec(after) } },
      },
    );

  it('is unreachable as in a real kernel whose node has no route to it: two are told at once', () => {
    const ours = simulated(gone(0, 20));
    expect(ours).toEqual({ 0: 2, 7: 1, 11: 2, 19: 2, 20: 23 });
    for (const backend of BACKENDS) {
      expect(tally(recordedTimes(backend, 'unreachable-burst')), backend).toEqual(ours);
    }
  });

  it('is unreachable once ARP has failed, for six at a time', () => {
    const result = record(gone(3.06, 3.5));
    const told = result.requests.filter(({ outcome }) => outcome === 'unreachable');
    expect(told).toHaveLength(6);
    expect(new Set(told.map(({ latencyNs }) => latencyNs))).toEqual(new Set([sec(3.06)]));
    // The others' next SYN, at 4 s, is the first that asks again.
    const later = latencies(record(gone(3.06, 100))).sort((a, b) => a - b);
    expect(later[6]).toBe(sec(4 + 3.06));
  });
});

describe('a target that no Service has', () => {
  it.each(['nftables', 'ipvs'] as const)('is rejected by ICMP, too, with %s', (mode) => {
    const target: PlannedTarget = { kind: 'unknownPort', service: 0, port: 81 };
    const result = record(thirty({ target, connectTimeout: ms(900) }, { mode }));
    expect(outcomes(result).filter((outcome) => outcome === 'refused')).toHaveLength(6);
  });
});
