import { describe, expect, it } from 'vitest';
import type { PartitionSide, TimelineAction } from '../../../src/contract/plan.ts';
import type { RunResult } from '../../../src/contract/result.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { at, constant, keepAlive, ms, paced, sec } from '../plans.ts';
import { cluster, errorsBySecond, failed, IMPATIENT, of } from './clusters.ts';

const RECORDS = { recordRequests: true };
const requestsOf = (result: RunResult): NonNullable<RunResult['requests']> => result.requests!;
const side = (...nodes: number[]): PartitionSide => ({
  nodes,
  external: false,
  controlPlane: false,
});
const partition = (
  from: number,
  lasts: number | null,
  between: readonly [PartitionSide, PartitionSide],
): TimelineAction => ({
  kind: 'partition',
  between,
  at: at(from),
  lasts: lasts === null ? null : sec(lasts),
  window: 1,
});

describe('a partition', () => {
  it('loses the SYNs that meet it, and no others; the endpoints stay', () => {
    const plan = cluster({
      podNodes: [0, 1],
      client: { ...IMPATIENT, arrival: paced(100) },
      duration: 60,
      timeline: [partition(10, 20, [side(0), side(1)])],
    });
    const result = simulate(plan, 1);
    const during = of(result, 'outage');
    expect(during.requests).toBe(2000);
    expect(during.errors).toEqual({ connectTimeout: failed(during) });
    expect(during.failures).toMatchObject([{ reason: 'partition' }]);
    // A half of the picks; a SYN of the last second is sent again once it has healed.
    expect(failed(during) / 1900).toBeCloseTo(0.5, 1);
    const errors = errorsBySecond(result);
    expect(errors.findIndex((count) => count > 0)).toBe(10);
    expect(errors.findLastIndex((count) => count > 0)).toBeLessThanOrEqual(29);
  });

  // Sent again 0.2, 0.6, 1.4, 3.0 s after it was first sent.
  it('holds up requests on established connections until they are sent again', () => {
    const plan = cluster({
      podNodes: [0],
      client: { arrival: paced(0.5), connection: keepAlive() },
      duration: 30,
      timeline: [partition(9, 2.5, [side(0), side(1)])],
    });
    const result = simulate(plan, 1, RECORDS);
    const slow = requestsOf(result).filter(({ latencyNs }) => latencyNs > 1e7);
    // Due at 10 s; healed at 11.5 s; sent again at 13.0 s. The one due at 12 s waits for its connection.
    expect(slow.map(({ issuedNs, latencyNs }) => [issuedNs, latencyNs])).toEqual([
      [10e9, 3e9 + 1.5e6],
      [12e9, 1e9 + 3e6],
    ]);
    expect(result.totals.failed).toBe(0);
  });

  it('holds up answers in the same way', () => {
    const plan = cluster({
      podNodes: [0],
      service: constant(ms(100)),
      client: { arrival: paced(0.5), connection: keepAlive() },
      duration: 20,
      timeline: [partition(10.05, 0.5, [side(1), side(0)])],
    });
    const slow = requestsOf(simulate(plan, 1, RECORDS)).filter(({ latencyNs }) => latencyNs > 2e8);
    // Answered at 10.10025 s, sent again 0.2 and 0.6 s later: healed at 10.55 s.
    expect(slow.map(({ issuedNs, latencyNs }) => [issuedNs, latencyNs])).toEqual([
      [10e9, 0.1e9 + 0.6e9 + 0.5e6],
    ]);
  });

  it('from outside cuts off who calls by node ports, and nobody else', () => {
    const plan = cluster({
      podNodes: [0],
      client: { ...IMPATIENT, arrival: paced(100) },
      duration: 20,
      serviceFacts: { ports: [{ name: '', port: 80, protocol: 'TCP', nodePort: 30_000 }] },
      timeline: [partition(5, 5, [side(0, 1), { nodes: [], external: true, controlPlane: false }])],
    });
    const [inside] = plan.clients;
    const outside = {
      ...inside!,
      name: 'outside',
      replicas: [{ ip: '198.51.100.1', node: null }],
      via: { kind: 'NodePort' as const, nodes: [1] },
    };
    const result = simulate({ ...plan, clients: [inside!, outside] }, 1);
    const errors = result.clients.filter(({ window }) => window === 'outage');
    expect(errors.map(({ client }) => client)).toEqual(['web', 'outside']);
    expect(failed(errors[0]!)).toBe(0);
    expect(failed(errors[1]!)).toBeGreaterThan(350);
  });

  it('from the control plane holds up what nodes hear of', () => {
    const cut: PartitionSide = { nodes: [], external: false, controlPlane: true };
    const plan = cluster({
      podNodes: [0, 0],
      client: { ...IMPATIENT, arrival: paced(100) },
      duration: 30,
      workload: { controller: { kind: 'None' }, terminationGracePeriod: ms(0) },
      timeline: [
        partition(5, 10, [side(1), cut]),
        { kind: 'deletePod', workload: 0, pod: 'backend-0', at: at(8) },
      ],
    });
    const errors = errorsBySecond(simulate(plan, 1));
    // The rules of the clients' node go on naming the pod until it hears of its end.
    expect(errors.findIndex((count) => count > 0)).toBeLessThanOrEqual(10);
    expect(errors.findLastIndex((count) => count > 0)).toBeGreaterThanOrEqual(14);
    expect(errors.findLastIndex((count) => count > 0)).toBeLessThanOrEqual(16);
  });
});
