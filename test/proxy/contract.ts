/** The contract of a data plane: what every mode must keep, and a new one is held to by its row in MODES. */
import { describe, expect, it } from 'vitest';
import type { IpvsScheduler } from '../../src/contract/plan.ts';
import {
  CLOSED_BY_CLIENT,
  DROPPED,
  FORWARDED,
  REJECTED,
  UNROUTED,
} from '../../src/proxy/data-plane.ts';
import type { ServiceRules } from '../../src/proxy/data-plane.ts';
import { balanceOf } from '../../src/stats/balance.ts';
import {
  countsOf,
  endpointsOf,
  manyEndpoints,
  nameOf,
  newFlow,
  pick,
  picks,
  planeOf,
  PORT,
  rulesOf,
  stickyRules,
  usable,
  syncOf,
} from './planes.ts';
import type { PlaneSetup } from './planes.ts';
import { FREE, MODE_SETTINGS } from '../world/plans.ts';

/** A first packet to a known ClusterIP at an unknown port, and to an address no Service has. */
const WITHOUT_SERVICE = {
  iptables: { unknownPort: UNROUTED, unknownAddress: UNROUTED },
  nftables: { unknownPort: REJECTED, unknownAddress: DROPPED },
  ipvs: { unknownPort: REJECTED, unknownAddress: UNROUTED },
  ebpf: { unknownPort: UNROUTED, unknownAddress: UNROUTED },
} as const;

/** A first packet where traffic policy Local leaves no endpoint though there are some elsewhere. */
const WITH_NONE_HERE = {
  iptables: DROPPED,
  nftables: DROPPED,
  ipvs: REJECTED,
  ebpf: REJECTED,
} as const;

const MASQUERADE = { ...MODE_SETTINGS.iptables, masqueradeAll: true };

/** What a scheduler makes of connections of one client, and of servers that drain. */
interface Promises {
  /** Where connections go that are closed before the next one comes: to all servers alike, or to one. */
  readonly idle: 'all' | 'one';
  /** It may refuse while there are servers: those of hashed clients drain, or all are full. */
  readonly refuses: boolean;
}

const ALL: Promises = { idle: 'all', refuses: false };
const ONE: Promises = { idle: 'one', refuses: false };
const ONE_OR_NONE: Promises = { idle: 'one', refuses: true };

const PROMISES: Readonly<Record<IpvsScheduler, Promises>> = {
  rr: ALL,
  wrr: ALL,
  lc: ALL,
  wlc: ALL,
  sed: ONE,
  nq: ONE,
  fo: ONE,
  lblc: ONE,
  lblcr: ONE,
  ovf: ONE_OR_NONE,
  sh: ONE_OR_NONE,
  dh: ONE_OR_NONE,
  // Client and port are hashed: as good as random.
  mh: { idle: 'all', refuses: true },
};

const promisesOf = ({ scheduler }: PlaneSetup): Promises =>
  scheduler === undefined ? ALL : PROMISES[scheduler];

/** Of two that were given the same, one has been asked for what it does not do: that has decided nothing. */
function expectAlike(one: ServiceRules, other: ServiceRules): void {
  const picked = (rules: ServiceRules): readonly number[] =>
    Array.from({ length: 30 }, (_, i) => pick(rules, { ...newFlow(), sourcePort: 40_000 + i }));
  expect(picked(one)).toEqual(picked(other));
}

/** Expects picks among `pods`, all of them where that is promised. */
function expectAmong(setup: PlaneSetup, picked: readonly number[], pods: readonly number[]): void {
  const { idle, refuses } = promisesOf(setup);
  const found = new Set(picked);
  if (refuses) found.delete(-1);
  if (idle === 'all' && !refuses) expect(found).toEqual(new Set(pods));
  else expect(pods).toEqual(expect.arrayContaining([...found]));
}

export function dataPlaneContract(setup: PlaneSetup): void {
  describe(`the data plane ${nameOf(setup)}`, () => {
    it('picks from the endpoints it was given, and all of them', () => {
      const rules = rulesOf(planeOf(setup), endpointsOf(3, 5, 8));
      const picked = picks(rules, 200);
      expectAmong(setup, picked, [3, 5, 8]);
      expect(picked).not.toContain(-1);
      expect(new Set(picked).size).toBe(promisesOf(setup).idle === 'all' ? 3 : 1);
    });

    it('hands out the endpoint itself, as it is in force', () => {
      const endpoints = endpointsOf(0);
      const rules = rulesOf(planeOf(setup), endpoints);
      const flow = newFlow();
      expect(rules.open(flow, 0)).toBe(FORWARDED);
      expect(flow.endpoint).toBe(endpoints[0]);
    });

    it('refuses where there is no endpoint, and forwards as soon as there is one', () => {
      const rules = rulesOf(planeOf(setup), []);
      const flow = newFlow();
      flow.endpoint = endpointsOf(1)[0]!;
      expect(rules.open(flow, 0)).toBe(REJECTED);
      expect(flow.endpoint).toBeNull();
      rules.apply(usable(endpointsOf(4)), 10);
      expect(pick(rules, newFlow(), 20)).toBe(4);
      rules.apply(usable([]), 30);
      expect(rules.open(newFlow(), 40)).toBe(REJECTED);
    });

    it('O5: drops, or refuses, where only the traffic policy rules endpoints out', () => {
      const plane = planeOf(setup);
      const rules = plane.createRules(PORT, { endpoints: [], elsewhere: true });
      expect(rules.open(newFlow(), 0)).toBe(WITH_NONE_HERE[setup.mode]);
      rules.apply(usable([]), 10);
      expect(rules.open(newFlow(), 20)).toBe(REJECTED);
      rules.apply({ endpoints: [], elsewhere: true }, 30);
      expect(rules.open(newFlow(), 40)).toBe(WITH_NONE_HERE[setup.mode]);
      rules.apply(usable(endpointsOf(1)), 50);
      expect(pick(rules, newFlow(), 60)).toBe(1);
    });

    it('charges an address that no Service has whole nanoseconds as well', () => {
      const cost = planeOf({ ...setup, services: 37 }).costOfMiss();
      expect(Number.isInteger(cost) && cost > 0).toBe(true);
    });

    it('applies changes to new flows only, and leaves open ones where they are', () => {
      const rules = rulesOf(planeOf(setup), endpointsOf(0, 1, 2));
      const open = Array.from({ length: 6 }, () => newFlow());
      const before = open.map((flow) => pick(rules, flow));
      rules.apply(usable(endpointsOf(1, 7)), 1000);
      expect(open.map((flow) => flow.endpoint!.pod)).toEqual(before);
      const after = Array.from({ length: 50 }, () => pick(rules, newFlow(), 2000));
      expectAmong(setup, after, [1, 7]);
      for (const flow of open) rules.close(flow, 3000, CLOSED_BY_CLIENT);
    });

    it('keeps working when flows of endpoints close that are gone, or gone and back', () => {
      const rules = rulesOf(planeOf(setup), endpointsOf(0, 1));
      const flows = Array.from({ length: 20 }, () => newFlow());
      let now = 0;
      for (const flow of flows) pick(rules, flow, now);
      rules.apply(usable(endpointsOf(0)), (now += 1e9));
      for (const flow of flows.slice(0, 5)) rules.close(flow, now, CLOSED_BY_CLIENT);
      rules.apply(usable(endpointsOf(0, 1)), (now += 1e9));
      for (const flow of flows.slice(5, 10)) rules.close(flow, now, CLOSED_BY_CLIENT);
      rules.apply(usable([]), (now += 200e9));
      for (const flow of flows.slice(10, 15)) rules.close(flow, now, CLOSED_BY_CLIENT);
      rules.apply(usable(endpointsOf(1, 2)), (now += 200e9));
      for (const flow of flows.slice(15)) rules.close(flow, now, CLOSED_BY_CLIENT);
      const later = Array.from({ length: 30 }, () => pick(rules, newFlow(), (now += 60e9)));
      expectAmong(setup, later, [1, 2]);
    });

    it('spreads evenly, or keeps to one server', () => {
      // Random modes: a false alarm in 1000 over seeds. Schedulers: as even as can be.
      const rules = rulesOf(planeOf({ ...setup, seed: 11 }), manyEndpoints(8));
      const picked = picks(rules, 40_000);
      if (promisesOf(setup).idle === 'one') {
        expect(new Set(picked).size).toBe(1);
        return;
      }
      const { pValue } = balanceOf(countsOf(picked, 8))!;
      expect(pValue).toBeGreaterThan(0.001);
    });

    it('picks the same for the same seed', () => {
      const run = (seed: number): number[] => {
        const rules = rulesOf(planeOf({ ...setup, seed }), manyEndpoints(7));
        return Array.from({ length: 100 }, (_, i) =>
          pick(rules, { ...newFlow(), sourcePort: 40_000 + i }),
        );
      };
      expect(run(5)).toEqual(run(5));
    });

    it.each([
      ['as they are', {}],
      ['with masquerade', { iptables: MASQUERADE, nftables: MASQUERADE }],
      ['free of costs', { costs: FREE }],
    ])('decides many flows at once as one by one, %s, or none', (_, proxy) => {
      const plane = { ...setup, services: 9, proxy };
      const many = planeOf(plane);
      const single = planeOf(plane);
      const at = rulesOf(many, manyEndpoints(7));
      const by = rulesOf(single, manyEndpoints(7));
      for (const count of [1, 2, 300, 40]) {
        const pods = new Int32Array(count);
        const costs = new Float64Array(count);
        if (at.openMany?.(count, pods, costs, false) !== true) {
          expectAlike(at, by);
          return;
        }
        const flows = Array.from({ length: count }, () => newFlow());
        expect([...pods]).toEqual(flows.map((flow) => pick(by, flow)));
        expect([...costs]).toEqual(flows.map(({ proxyCost }) => proxyCost));
        expect(pick(at)).toBe(pick(by));
        many.synced();
        single.synced();
      }
      const pods = new Int32Array(1);
      expect(rulesOf(many, []).openMany!(1, pods, new Float64Array(1), false)).toBe(false);
      const sticky = stickyRules(many, manyEndpoints(7), 1e9);
      expect(sticky.openMany!(1, pods, new Float64Array(1), false)).toBe(false);
      expect(many.followsFlows).toBe(false);
    });

    it.each([
      ['as they are', {}],
      ['with masquerade', { iptables: MASQUERADE, nftables: MASQUERADE }],
      ['free of costs', { costs: FREE }],
    ])('decides flows of endpoints at once as one by one, %s, or none', (_, proxy) => {
      const plane = { ...setup, proxy };
      const endpoints = manyEndpoints(3);
      const at = rulesOf(planeOf(plane), endpoints);
      const by = rulesOf(planeOf(plane), endpoints);
      const pods = new Int32Array(60);
      const costs = new Float64Array(60);
      if (at.openMany?.(60, pods, costs, true) !== true) {
        expectAlike(at, by);
        return;
      }
      const flows = Array.from({ length: 60 }, (_, i) => newFlow(endpoints[i % 3]!.ip));
      expect([...pods]).toEqual(flows.map((flow) => pick(by, flow)));
      expect([...costs]).toEqual(flows.map(({ proxyCost }) => proxyCost));
    });

    it('charges first packets whole nanoseconds, also when it refuses', () => {
      const plane = planeOf({ ...setup, services: 37 });
      const rules = rulesOf(plane, endpointsOf(0, 1, 2));
      const nothing = rulesOf(plane, []);
      for (let i = 0; i < 50; i++) {
        for (const target of [rules, nothing]) {
          const flow = newFlow();
          target.open(flow, i);
          expect(Number.isInteger(flow.proxyCost) && flow.proxyCost > 0).toBe(true);
        }
        plane.synced();
      }
    });

    it('takes whole nanoseconds to program, and more for more work', () => {
      const plane = planeOf(setup);
      for (const changes of [0, 1, 7]) {
        const span = plane.programmingTime(syncOf(changes));
        expect(Number.isInteger(span) && span > 0).toBe(true);
      }
      const little = plane.programmingTime(syncOf(1));
      expect(plane.programmingTime(syncOf(100))).toBeGreaterThan(little);
      expect(plane.programmingTime(syncOf(1, 5000))).toBeGreaterThan(little);
      expect(plane.programmingTime({ ...syncOf(1), full: true })).toBeGreaterThan(little);
    });

    it('answers for what no Service has as its mode does', () => {
      const { unknownPort, unknownAddress } = planeOf(setup);
      expect({ unknownPort, unknownAddress }).toEqual(WITHOUT_SERVICE[setup.mode]);
    });
  });
}
