/** Flows that IPVS only counts, or decides many at once, are decided as those of which it keeps entries. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IPVS_SCHEDULERS, type IpvsScheduler } from '../../src/contract/plan.ts';
import { CLOSED_BY_CLIENT, FORWARDED } from '../../src/proxy/data-plane.ts';
import type { Flow, ServiceRules } from '../../src/proxy/data-plane.ts';
import {
  ALL_PLANES,
  endpointsOf,
  manyEndpoints,
  nameOf,
  newFlow,
  planeOf,
  PORT,
  rulesOf,
  stickyRules,
  usable,
} from './planes.ts';

/** They hash the client's address. */
const BY_SOURCE: readonly string[] = ['sh', 'mh'];
/** They go by the list of servers alone. */
const BY_LIST: readonly string[] = ['rr', 'wrr', 'dh', 'fo'];
const COUNTED = IPVS_SCHEDULERS.filter((scheduler) => !BY_SOURCE.includes(scheduler));

/** Steps of a script: so long (ns) after the one before, one opens, or the one that has been open for longest closes. */
const script = fc.array(
  fc.record({
    after: fc.oneof(
      fc.integer({ min: 0, max: 5e7 }),
      fc.constantFrom(0, 4e6, 2e9, 60e9, 119e9, 121e9, 140e9),
    ),
    opens: fc.boolean(),
  }),
  { minLength: 1, maxLength: 120 },
);

/** Pods picked; -1 where none is. */
function byEntries(rules: ServiceRules, steps: readonly { after: number; opens: boolean }[]) {
  const open: Flow[] = [];
  const picked: number[] = [];
  let now = 0;
  for (const { after, opens } of steps) {
    now += after;
    if (opens) {
      const flow = newFlow();
      const isForwarded = rules.open(flow, now) === FORWARDED;
      picked.push(isForwarded ? flow.endpoint!.pod : -1);
      if (isForwarded) open.push(flow);
    } else {
      const flow = open.shift();
      if (flow !== undefined) rules.close(flow, now, CLOSED_BY_CLIENT);
    }
  }
  return picked;
}

function byCounts(rules: ServiceRules, steps: readonly { after: number; opens: boolean }[]) {
  const flows = rules.counted!()!;
  const open: number[] = [];
  const picked: number[] = [];
  for (const { after, opens } of steps) {
    flows.clock[0]! += after;
    if (opens) {
      const server = flows.open();
      picked.push(server < 0 ? -1 : flows.podOf(server));
      if (server >= 0) open.push(server);
    } else {
      const server = open.shift();
      if (server !== undefined) flows.close(server);
    }
  }
  return picked;
}

describe('counted flows', () => {
  it.each(COUNTED)('of %s meet the same picks as flows with entries', (scheduler) => {
    fc.assert(
      fc.property(script, fc.integer({ min: 1, max: 6 }), (steps, pods) => {
        const setup = { mode: 'ipvs', scheduler } as const;
        expect(byCounts(rulesOf(planeOf(setup), manyEndpoints(pods)), steps)).toEqual(
          byEntries(rulesOf(planeOf(setup), manyEndpoints(pods)), steps),
        );
      }),
      { numRuns: 100, seed: 20_261_123 },
    );
  });

  it.each(ALL_PLANES.map((setup) => [nameOf(setup), setup] as const))(
    'are there in ipvs alone, and where picks do not go by the source: %s',
    (_, setup) => {
      const rules = rulesOf(planeOf(setup), endpointsOf(1, 2));
      if (setup.mode !== 'ipvs') expect(rules.counted).toBeUndefined();
      else if (BY_SOURCE.includes(setup.scheduler!)) expect(rules.counted!()).toBeNull();
      else expect(rules.counted!()).not.toBeNull();
    },
  );

  it('are not there with session affinity', () => {
    expect(stickyRules(planeOf({ mode: 'ipvs' }), endpointsOf(1, 2), 60e9).counted!()).toBeNull();
  });

  it('meet endpoints that come, and are lost with a server that goes', () => {
    const rules = planeOf({ mode: 'ipvs' }).createRules(PORT, usable(endpointsOf(1)));
    const flows = rules.counted!()!;
    expect(flows.podOf(flows.open())).toBe(1);
    rules.apply(usable(endpointsOf(1, 2)), 0);
    expect(flows.podOf(flows.open())).toBe(2);
    expect(flows.isLost).toBe(false);
    rules.apply(usable(endpointsOf(2)), 0);
    // It drains, with its connection.
    expect(flows.isLost).toBe(false);
    rules.apply(usable(endpointsOf(1, 2)), 0);
    // Its endpoint is back, and kube-proxy deletes it to add it anew.
    expect(flows.isLost).toBe(true);
  });
});

describe('flows of ipvs that are decided at once', () => {
  const decide = (rules: ServiceRules, count: number): number[] | null => {
    const pods = new Int32Array(count);
    return rules.openMany!(count, pods, new Float64Array(count), true) ? [...pods] : null;
  };

  it.each(BY_LIST)('by %s meet the same picks as flows that come and end', (scheduler) => {
    fc.assert(
      fc.property(script, fc.integer({ min: 1, max: 6 }), (steps, pods) => {
        const setup = { mode: 'ipvs', scheduler: scheduler as IpvsScheduler } as const;
        const picked = byEntries(rulesOf(planeOf(setup), manyEndpoints(pods)), steps);
        const rules = rulesOf(planeOf(setup), manyEndpoints(pods));
        expect(decide(rules, picked.length)).toEqual(picked);
      }),
      { numRuns: 100, seed: 20_261_123 },
    );
  });

  it.each(IPVS_SCHEDULERS)('are there where no flow matters to the next: %s', (scheduler) => {
    const plane = planeOf({ mode: 'ipvs', scheduler });
    expect(plane.followsFlows).toBe(!BY_LIST.includes(scheduler));
    expect(decide(rulesOf(plane, endpointsOf(1, 2)), 1) !== null).toBe(!plane.followsFlows);
  });

  it('are not there of UDP, of which entries say who answers', () => {
    const port = { ...PORT, protocol: 'UDP' } as const;
    const rules = planeOf({ mode: 'ipvs' }).createRules(port, usable(endpointsOf(1, 2)));
    expect(decide(rules, 1)).toBeNull();
  });

  it('meet endpoints that come, and are not there once a server has gone that may have had some', () => {
    const rules = planeOf({ mode: 'ipvs' }).createRules(PORT, usable(endpointsOf(1, 2)));
    rules.apply(usable(endpointsOf(1)), 0);
    expect(decide(rules, 2)).toEqual([1, 1]);
    rules.apply(usable(endpointsOf(1, 2)), 0);
    expect(decide(rules, 2)).toEqual([2, 1]);
    rules.apply(usable(endpointsOf(2)), 0);
    expect(decide(rules, 1)).toBeNull();
  });
});
