import { describe, expect, it } from 'vitest';
import { IPVS_SCHEDULERS } from '../../src/contract/plan.ts';
import type { IpvsScheduler } from '../../src/contract/plan.ts';
import { CLOSED_BY_CLIENT, REJECTED, RESET } from '../../src/proxy/data-plane.ts';
import type { ServiceRules } from '../../src/proxy/data-plane.ts';
import {
  COSTS,
  countsOf,
  endpointsOf,
  manyEndpoints,
  newFlow,
  pick,
  picks,
  planeOf,
  PORT,
  rulesOf as rulesOn,
  usable,
  syncOf,
} from './planes.ts';

const rulesOf = (scheduler: IpvsScheduler, ...pods: number[]): ServiceRules =>
  rulesOn(planeOf({ mode: 'ipvs', scheduler }), endpointsOf(...pods));

/** Pods of the next `count` flows, which stay open. */
const kept = (rules: ServiceRules, count: number, now: number = 0): number[] =>
  Array.from({ length: count }, () => pick(rules, newFlow(), now));

const SECOND = 1e9;
const MINUTE = 60 * SECOND;

describe('rr', () => {
  it('starts with the last address and goes down: kube-proxy adds in order, the kernel at the head', () => {
    expect(kept(rulesOf('rr', 1, 2, 3), 7)).toEqual([3, 2, 1, 3, 2, 1, 3]);
  });

  it('O3: counts on one node differ by at most one, whatever the number of picks', () => {
    const rules = rulesOn(planeOf({ mode: 'ipvs' }), manyEndpoints(7));
    const picked: number[] = [];
    for (let i = 0; i < 500; i++) {
      picked.push(...picks(rules, 1));
      const counts = countsOf(picked, 7);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }
  });

  it('O3: counts over m nodes differ by at most m, and by m where all start alike', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e'].map((node) =>
      rulesOn(planeOf({ mode: 'ipvs', node }), manyEndpoints(7)),
    );
    const counts = countsOf(
      nodes.flatMap((rules) => picks(rules, 10)),
      7,
    );
    expect(Math.max(...counts) - Math.min(...counts)).toBe(5);
  });

  it('reaches a new endpoint only after the rest of the list: it goes to the head', () => {
    const rules = rulesOf('rr', 1, 2, 3);
    expect(kept(rules, 2)).toEqual([3, 2]);
    rules.apply(usable(endpointsOf(0, 1, 2, 3)), 0);
    expect(kept(rules, 5)).toEqual([1, 0, 3, 2, 1]);
  });
});

describe('lc', () => {
  it('fills the server with the fewest connections, the first of the list among equals', () => {
    const rules = rulesOf('lc', 1, 2, 3);
    const flows = Array.from({ length: 3 }, newFlow);
    expect(flows.map((flow) => pick(rules, flow))).toEqual([3, 2, 1]);
    rules.close(flows[1]!, 0, CLOSED_BY_CLIENT);
    expect(kept(rules, 2)).toEqual([2, 3]);
  });

  it('counts a closed connection as 1/256 of an open one, for two minutes and as late as the timer wheel', () => {
    const rules = rulesOf('lc', 1, 2);
    const flow = newFlow();
    expect(pick(rules, flow)).toBe(2);
    rules.close(flow, 0, CLOSED_BY_CLIENT);
    // One closed on 2, nothing on 1.
    const other = newFlow();
    expect(pick(rules, other, SECOND)).toBe(1);
    rules.close(other, SECOND, CLOSED_BY_CLIENT);
    const third = newFlow();
    // 2 expires at 120 s, 1 a second later; equal before, 2 is ahead between and after.
    expect(pick(rules, third, 120 * SECOND - 1)).toBe(2);
    rules.close(third, 120 * SECOND - 1, CLOSED_BY_CLIENT);
    expect(pick(rules, newFlow(), 121 * SECOND)).toBe(1);
  });

  it('weighs 256 closed connections like one open', () => {
    const rules = rulesOf('lc', 1, 2);
    const open = newFlow();
    expect(pick(rules, open)).toBe(2);
    // All others go to 1 until 256 of them are closed; then the loads are equal, and 2 comes first.
    expect(picks(rules, 257)).toEqual([...new Array<number>(256).fill(1), 2]);
  });

  it('O20: starts with the same server on every idle node', () => {
    for (const node of ['a', 'b', 'c']) {
      const rules = rulesOn(planeOf({ mode: 'ipvs', scheduler: 'lc', node }), manyEndpoints(5));
      expect(pick(rules)).toBe(4);
    }
  });
});

describe('draining', () => {
  it.each(IPVS_SCHEDULERS)('takes no new flows, and %s refuses where all drain', (scheduler) => {
    const rules = rulesOf(scheduler, 1, 2);
    const flows = Array.from({ length: 4 }, newFlow);
    flows.forEach((flow) => pick(rules, flow));
    rules.apply(usable(endpointsOf(1)), 0);
    expect(kept(rules, 5)).not.toContain(2);
    rules.apply(usable([]), 0);
    expect(rules.open(newFlow(), 0)).toBe(REJECTED);
  });

  it.each(['sh', 'dh', 'mh'] as const)(
    'O19: makes %s refuse the clients that hash to the server, until it is deleted',
    (scheduler) => {
      const rules = rulesOf(scheduler, 1, 2);
      const clients = Array.from({ length: 40 }, (_, i) => ({
        ...newFlow(),
        sourceIp: 0x0af40200 + i,
      }));
      const before = clients.map((flow) => pick(rules, flow));
      rules.apply(usable(endpointsOf(1)), SECOND);
      // The same clients from other ports; mh hashes the port, too.
      const ports = clients.map(({ sourcePort }) =>
        scheduler === 'mh' ? sourcePort : sourcePort + 1000,
      );
      const again = (now: number): number[] =>
        clients.map(({ sourceIp }, i) =>
          pick(rules, { ...newFlow(), sourceIp, sourcePort: ports[i]! }, now),
        );
      for (const flow of clients) rules.close(flow, 2 * SECOND, CLOSED_BY_CLIENT);
      expect(again(3 * SECOND)).toEqual(before.map((pod) => (pod === 2 ? -1 : pod)));
      // TIME_WAIT is over by 125 s, and the next scan is at 180 s.
      expect(new Set(again(181 * SECOND))).toEqual(new Set([1]));
    },
  );

  it('O18: ends at the first scan, one a minute, after the last entry has expired', () => {
    // A server that comes back goes to the head, drained or not; one that never left stays where it is.
    // So whether 2 was deleted shows in nothing but the order: it is deleted and added anew either way.
    const rules = rulesOf('rr', 1, 2, 3);
    const flow = newFlow();
    expect(pick(rules, flow)).toBe(3);
    rules.apply(usable(endpointsOf(1, 2)), 10 * SECOND);
    rules.close(flow, 10 * SECOND, CLOSED_BY_CLIENT);
    expect(kept(rules, 4, 3 * MINUTE)).toEqual([2, 1, 2, 1]);
    rules.apply(usable(endpointsOf(1, 2, 3)), 4 * MINUTE);
    expect(kept(rules, 4, 4 * MINUTE)).toEqual([3, 2, 1, 3]);
  });

  it('is cut short by a return: the server is added anew at the head, with no connections to its name', () => {
    const rules = rulesOf('lc', 1, 2, 3);
    const flows = Array.from({ length: 9 }, newFlow);
    flows.forEach((flow) => pick(rules, flow));
    rules.apply(usable(endpointsOf(1, 3)), SECOND);
    rules.apply(usable(endpointsOf(1, 2, 3)), 2 * SECOND);
    // Three connections each on 3 and 1, none on the new 2: the next three are its.
    expect(kept(rules, 4, 3 * SECOND)).toEqual([2, 2, 2, 2]);
    // What belonged to the old one closes without a trace.
    for (const flow of flows) rules.close(flow, 4 * SECOND, CLOSED_BY_CLIENT);
    expect(kept(rules, 6, 10 * MINUTE)).toEqual([3, 1, 3, 1, 3, 1]);
  });
});

describe('the cost of a first packet', () => {
  it('is the same for any number of Services and servers', () => {
    for (const services of [1, 20_000]) {
      for (const servers of [0, 1, 1000]) {
        const flow = newFlow();
        rulesOn(planeOf({ mode: 'ipvs', services }), manyEndpoints(servers)).open(flow, 0);
        expect(flow.proxyCost).toBe(COSTS.ipvs.base.value);
      }
    }
  });
});

describe('a sync', () => {
  it('writes what changed', () => {
    const { base, perService, perChangedService } = COSTS.ipvs.partialSync;
    expect(planeOf({ mode: 'ipvs', services: 20_000 }).programmingTime(syncOf(3, 20_000))).toBe(
      Math.round(base + 20_000 * perService + 3 * perChangedService),
    );
  });
});

describe('what the kernel remembers of a flow', () => {
  it('is gone after 900 s without a packet: what is sent then meets nothing', () => {
    const rules = rulesOf('lc', 1, 2);
    const [idle, busy] = [newFlow(), newFlow()];
    expect([pick(rules, idle), pick(rules, busy)]).toEqual([2, 1]);
    for (let now = MINUTE; now < 30 * MINUTE; now += MINUTE) busy.seenAt = now;
    expect(rules.passes(busy, 29 * MINUTE + SECOND)).toBe(true);
    expect(rules.passes(idle, 29 * MINUTE + SECOND)).toBe(false);
    // It no longer counts as a connection of 2, either; and closing it does no harm.
    rules.close(idle, 30 * MINUTE, CLOSED_BY_CLIENT);
    expect(pick(rules, newFlow(), 30 * MINUTE)).toBe(2);
  });

  it('is renewed by a packet, up to 900 s and as late as the timer wheel, 16.4 s', () => {
    const rules = rulesOf('rr', 1);
    const flow = newFlow();
    pick(rules, flow);
    expect(rules.passes(flow, 899 * SECOND)).toBe(true);
    expect(rules.passes(flow, (899 + 917) * SECOND)).toBe(false);
  });

  const UDP_PORT = { ...PORT, protocol: 'UDP' } as const;
  const udpRules = (...pods: number[]): ServiceRules =>
    planeOf({ mode: 'ipvs' }).createRules(UDP_PORT, usable(endpointsOf(...pods)));

  it('is, of UDP, what came within 300 s; each datagram renews it', () => {
    const rules = udpRules(1, 2);
    const flow = newFlow();
    expect(pick(rules, flow)).toBe(2);
    for (let i = 1; i <= 10; i++) expect(rules.passes(flow, i * 4 * MINUTE)).toBe(true);
    expect(rules.passes(flow, 46 * MINUTE)).toBe(false);
    expect(pick(rules, flow, 46 * MINUTE)).toBe(1);
  });

  it('goes with the endpoint of UDP at once: the next datagram is decided anew', () => {
    const rules = udpRules(1, 2);
    const [moved, staying] = [newFlow(), newFlow()];
    expect([pick(rules, moved), pick(rules, staying)]).toEqual([2, 1]);
    rules.apply(usable(endpointsOf(1)), SECOND);
    expect(rules.passes(moved, 2 * SECOND)).toBe(false);
    expect(rules.passes(staying, 2 * SECOND)).toBe(true);
    expect(pick(rules, moved, 2 * SECOND)).toBe(1);
  });
});

describe('session affinity', () => {
  const rulesFor = (seconds: number): ServiceRules =>
    planeOf({ mode: 'ipvs' }).createRules(
      { ...PORT, affinity: seconds * SECOND },
      usable(endpointsOf(1, 2, 3)),
    );
  /** A connection of a client that ends at once, by reset: its entry is gone after 10 s. */
  const visit = (rules: ServiceRules, sourceIp: number, now: number): number => {
    const flow = { ...newFlow(), sourceIp };
    const pod = pick(rules, flow, now);
    if (pod >= 0) rules.close(flow, now, RESET);
    return pod;
  };

  it('O10: connections keep the server as long as each comes before the timeout, and may move after it', () => {
    const rules = rulesFor(60);
    for (let i = 0; i < 20; i++) expect(visit(rules, 1, i * 59 * SECOND)).toBe(3);
    // A gap: the template is gone, and the next in turn is picked.
    expect(visit(rules, 1, (19 * 59 + 66) * SECOND)).toBe(2);
  });

  it('O10: traffic on an old connection does not renew it, but the connection keeps it from going', () => {
    const rules = rulesFor(60);
    const held = { ...newFlow(), sourceIp: 1 };
    expect(pick(rules, held)).toBe(3);
    for (let now = 0; now < 10 * MINUTE; now += 10 * SECOND) held.seenAt = now;
    expect(visit(rules, 1, 10 * MINUTE)).toBe(3);
    rules.close(held, 10 * MINUTE, RESET);
    expect(visit(rules, 1, 13 * MINUTE)).toBe(2);
  });

  it('belongs to the client, whatever its port, and leaves the turn of others alone', () => {
    const rules = rulesFor(10_800);
    const clients = [1, 2, 3, 4, 1, 2, 3, 4, 1];
    expect(clients.map((client) => visit(rules, client, 0))).toEqual([3, 2, 1, 3, 3, 2, 1, 3, 3]);
  });

  it('leaves a server that drains', () => {
    const rules = rulesFor(10_800);
    const held = { ...newFlow(), sourceIp: 1 };
    expect(pick(rules, held)).toBe(3);
    rules.apply(usable(endpointsOf(1, 2)), SECOND);
    expect(visit(rules, 1, 2 * SECOND)).toBe(2);
    expect(visit(rules, 1, 3 * SECOND)).toBe(2);
  });
});

describe('random order', () => {
  it('differs between nodes, and is the same for the same seed', () => {
    const order = (node: string): number[] =>
      kept(rulesOn(planeOf({ mode: 'ipvs', node, order: 'random' }), manyEndpoints(8)), 8);
    expect(order('a')).toEqual(order('a'));
    expect(order('a')).not.toEqual(order('b'));
    expect(order('a').sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
