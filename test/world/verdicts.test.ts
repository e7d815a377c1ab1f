import { describe, expect, it } from 'vitest';
import { PROXY_MODES } from '../../src/contract/plan.ts';
import type { PlannedClient, PlannedTarget, ProxyMode } from '../../src/contract/plan.ts';
import { constant, FREE, keepAlive, ms, multiplexed, ns, paced, plan, sec, us } from './plans.ts';
import { latencies, outcomes, record } from './recorded.ts';

const MODES = PROXY_MODES;
const HOP = us(300);
/** All a request to nowhere can take, and when the kernel gives up by itself. */
const CONNECT_TIMEOUT = ms(700);
const SYN_TIMEOUT = sec(131);

const unknownPort: PlannedTarget = { kind: 'unknownPort', service: 0, port: 81 };
const unknownAddress: PlannedTarget = { kind: 'unknownAddress', ip: '10.96.99.99', port: 80 };

function run(mode: ProxyMode, client: Partial<PlannedClient>, pods: number = 2) {
  return record(
    plan({ mode, pods, hop: HOP, duration: 1, client: { arrival: paced(10), ...client } }),
  );
}

describe('a Service without usable endpoints', () => {
  it.each(MODES)('refuses every connection at once with %s', (mode) => {
    for (const connection of [{ mode: 'PerRequest' } as const, keepAlive(), multiplexed()]) {
      const result = run(mode, { connection }, 0);
      expect(outcomes(result)).toEqual(new Array(9).fill('refused'));
      expect(latencies(result)).toEqual(new Array(9).fill(0));
      expect(new Set(result.connections.map(({ verdict }) => verdict))).toEqual(
        new Set(['rejected']),
      );
    }
  });

  it.each(MODES)('charges what the rules cost before they refuse with %s', (mode) => {
    const costs = {
      iptables: { ...FREE.iptables, base: constant(us(5)) },
      nftables: { ...FREE.nftables, base: constant(us(5)) },
      ipvs: { ...FREE.ipvs, base: constant(us(5)) },
      ebpf: { ...FREE.ebpf, base: constant(us(5)) },
    };
    const made = plan({ mode, costs, pods: 0, duration: 1, client: { arrival: paced(10) } });
    expect(new Set(latencies(record(made)))).toEqual(new Set([5000]));
  });

  it('is one whose pods do not declare the target port, too', () => {
    const base = plan({ pods: 2, duration: 1, client: { arrival: paced(10) } });
    const workloads = base.workloads.map((workload) => ({
      ...workload,
      memberships: [{ service: 0, targetPorts: [null] }],
    }));
    expect(new Set(outcomes(record({ ...base, workloads })))).toEqual(new Set(['refused']));
  });
});

describe('a first packet that no Service has', () => {
  const timedOut = { outcome: 'connectTimeout', latency: CONNECT_TIMEOUT };
  const refused = { outcome: 'refused', latency: 0 };

  it.each([
    [
      'unknown port',
      unknownPort,
      { iptables: timedOut, nftables: refused, ipvs: refused, ebpf: timedOut },
    ],
    [
      'unknown address',
      unknownAddress,
      { iptables: timedOut, nftables: timedOut, ipvs: timedOut, ebpf: timedOut },
    ],
  ] as const)('meets what its mode has for an %s', (_, target, expected) => {
    for (const mode of MODES) {
      const result = run(mode, { target, connectTimeout: CONNECT_TIMEOUT });
      const { outcome, latency } = expected[mode];
      expect(new Set(outcomes(result)), mode).toEqual(new Set([outcome]));
      expect(new Set(latencies(result)), mode).toEqual(new Set([latency]));
    }
  });

  it('waits for the kernel to give up where the client sets no limit', () => {
    for (const mode of MODES) {
      const result = run(mode, { target: unknownAddress });
      expect(new Set(outcomes(result))).toEqual(new Set(['connectTimeout']));
      expect(new Set(latencies(result))).toEqual(new Set([SYN_TIMEOUT]));
    }
  });

  it('ends with the whole attempt where that has the tighter limit', () => {
    const result = run('iptables', {
      target: unknownPort,
      connectTimeout: CONNECT_TIMEOUT,
      timeout: ms(200),
    });
    expect(new Set(outcomes(result))).toEqual(new Set(['timeout']));
    expect(new Set(latencies(result))).toEqual(new Set([ms(200)]));
  });

  it('is named in the connections: unrouted, rejected or dropped', () => {
    const verdict = (mode: ProxyMode, target: PlannedTarget): string =>
      run(mode, { target, connectTimeout: ms(10) }).connections[0]!.verdict;
    expect(MODES.map((mode) => verdict(mode, unknownPort))).toEqual([
      'unrouted',
      'rejected',
      'rejected',
      'unrouted',
    ]);
    expect(MODES.map((mode) => verdict(mode, unknownAddress))).toEqual([
      'unrouted',
      'dropped',
      'unrouted',
      'unrouted',
    ]);
  });
});

describe('a client outside the cluster', () => {
  it.each(MODES)('finds no route to a ClusterIP with %s', (mode) => {
    const result = run(mode, {
      replicas: [{ ip: '203.0.113.7', node: null }],
      connectTimeout: CONNECT_TIMEOUT,
    });
    expect(new Set(outcomes(result))).toEqual(new Set(['connectTimeout']));
    expect(new Set(latencies(result))).toEqual(new Set([CONNECT_TIMEOUT]));
    expect(result.connections[0]).toMatchObject({ verdict: 'unrouted', node: '', pod: '' });
  });
});

describe('a connect timeout', () => {
  it('shorter than the handshake fails it, one as long lets it through', () => {
    const tight = run('iptables', { connectTimeout: ns(2 * HOP - 1) });
    expect(new Set(outcomes(tight))).toEqual(new Set(['connectTimeout']));
    expect(new Set(latencies(tight))).toEqual(new Set([2 * HOP - 1]));
    const enough = run('iptables', { connectTimeout: ns(2 * HOP) });
    expect(new Set(outcomes(enough))).toEqual(new Set(['ok']));
  });
});
