import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AffinityTable } from '../../src/proxy/affinity.ts';
import type { WhenFull } from '../../src/proxy/affinity.ts';
import type { ServiceRules } from '../../src/proxy/data-plane.ts';
import {
  endpointsOf,
  manyEndpoints,
  newFlow,
  pick,
  planeOf,
  stickyRules,
  usable,
} from './planes.ts';

const SECOND = 1e9;
const TIMEOUT = 10 * SECOND;
const MODES = ['iptables', 'nftables', 'ebpf'] as const;

/** Connections of `client`, one at each of these moments (s): the pods that they went to. */
const visits = (rules: ServiceRules, client: number, moments: readonly number[]): number[] =>
  moments.map((moment) => pick(rules, newFlow(client), moment * SECOND));

const rulesIn = (mode: (typeof MODES)[number], pods: number): ServiceRules =>
  stickyRules(planeOf({ mode }), manyEndpoints(pods), TIMEOUT);

describe.each(MODES)('session affinity in %s', (mode) => {
  it('O10: keeps the endpoint for ever where a new connection comes within every timeout', () => {
    const moments = Array.from({ length: 200 }, (_, i) => i * 9.999);
    for (let client = 1; client <= 20; client++) {
      expect(new Set(visits(rulesIn(mode, 10), client, moments)).size).toBe(1);
    }
  });

  it('O10: picks anew after a gap longer than the timeout, and at chance', () => {
    const rules = rulesIn(mode, 10);
    const moments = Array.from({ length: 1000 }, (_, i) => i * 10.001);
    const picked = visits(rules, 1, moments);
    const kept = picked.filter((pod, i) => i > 0 && pod === picked[i - 1]).length;
    // Binomial(999, 1/10): four standard errors, a false alarm in 16,000.
    expect(Math.abs(kept - 99.9)).toBeLessThan(4 * Math.sqrt(999 * 0.09));
  });

  it('O10: is not refreshed by the packets of a connection that is open', () => {
    const rules = rulesIn(mode, 1000);
    const flow = newFlow(1);
    const pod = pick(rules, flow, 0);
    for (let second = 1; second <= 30; second++) {
      expect(rules.passes(flow, second * SECOND)).toBe(true);
    }
    // One in 1000 would find the same by chance.
    expect(pick(rules, newFlow(1), 31 * SECOND)).not.toBe(pod);
  });

  it('is each client address its own, whatever its ports, and clients spread', () => {
    const rules = rulesIn(mode, 5);
    const picked = Array.from({ length: 60 }, (_, client) => visits(rules, client, [0, 1, 2]));
    for (const pods of picked) expect(new Set(pods).size).toBe(1);
    expect(new Set(picked.flat()).size).toBe(5);
  });

  it('is each ServicePort its own, and each node', () => {
    const plane = planeOf({ mode });
    const one = stickyRules(plane, manyEndpoints(1000), TIMEOUT);
    const two = stickyRules(plane, manyEndpoints(1000), TIMEOUT);
    expect(visits(one, 1, [0])).not.toEqual(visits(two, 1, [0]));
    const elsewhere = stickyRules(planeOf({ mode, node: 'b' }), manyEndpoints(1000), TIMEOUT);
    expect(visits(elsewhere, 1, [1])).not.toEqual(visits(one, 1, [1]));
  });

  it('moves with the endpoint that goes and does not return with it; a sync changes nothing', () => {
    const plane = planeOf({ mode });
    const rules = stickyRules(plane, manyEndpoints(3), TIMEOUT);
    const [pod] = visits(rules, 1, [0]);
    rules.apply(usable(manyEndpoints(3)), SECOND);
    plane.synced();
    expect(visits(rules, 1, [1, 2])).toEqual([pod, pod]);
    rules.apply(usable(endpointsOf(...[0, 1, 2].filter((each) => each !== pod))), 3 * SECOND);
    const [next] = visits(rules, 1, [3]);
    expect(next).not.toBe(pod);
    rules.apply(usable(manyEndpoints(3)), 4 * SECOND);
    expect(visits(rules, 1, [4, 5, 6])).toEqual([next, next, next]);
  });

  it('stays where it is when endpoints come', () => {
    const rules = rulesIn(mode, 2);
    const before = Array.from({ length: 40 }, (_, client) => visits(rules, client, [0]));
    rules.apply(usable(manyEndpoints(50)), SECOND);
    expect(Array.from({ length: 40 }, (_, client) => visits(rules, client, [1]))).toEqual(before);
  });
});

describe('250 clients of two endpoints, one round of connections after the other', () => {
  /** The share of clients that get in the second round what they had in the first. */
  const kept = (mode: (typeof MODES)[number], ipListTot = 100): number => {
    const proxy = { iptables: { masqueradeAll: false, ipListTot } };
    const rules = stickyRules(planeOf({ mode, proxy }), manyEndpoints(2), 3600 * SECOND);
    const round = (from: number): number[] =>
      Array.from({ length: 250 }, (_, client) => pick(rules, newFlow(client), from + client));
    const first = round(0);
    return round(SECOND).filter((pod, client) => pod === first[client]).length / 250;
  };

  it('O11: stick to chance alone in iptables, which forgets the 101st of an endpoint, and all in nftables', () => {
    // 125 clients an endpoint, in turn, over lists of 100: the least recent is always the next to come. Binomial(250, 1/2).
    expect(Math.abs(kept('iptables') - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 250));
    expect(kept('nftables')).toBe(1);
    expect(kept('ebpf')).toBe(1);
  });

  it('O11: all stick in iptables where ip_list_tot is larger', () => {
    expect(kept('iptables', 200)).toBe(1);
  });
});

/** The kernel's lists to the letter: one an endpoint, an address in any number of them, stale stamps kept. */
class Lists {
  private readonly capacity: number;
  private readonly whenFull: WhenFull;
  private lists = new Map<string, Map<number, number>>();

  constructor(capacity: number, whenFull: WhenFull, addresses: readonly string[]) {
    this.capacity = capacity;
    this.whenFull = whenFull;
    this.setEndpoints(addresses);
  }

  setEndpoints(addresses: readonly string[]): void {
    this.lists = new Map(addresses.map((each) => [each, this.lists.get(each) ?? new Map()]));
  }

  /** rcheck, rule by rule. */
  find(client: number, now: number): number {
    return [...this.lists.values()].findIndex((list) => {
      const stamp = list.get(client);
      return stamp !== undefined && now - stamp <= TIMEOUT;
    });
  }

  /** set: to the end of its list, which makes room at its head. */
  record(client: number, position: number, now: number): void {
    const list = [...this.lists.values()][position]!;
    list.delete(client);
    const oldest = list.entries().next().value;
    if (list.size >= this.capacity) {
      if (this.whenFull === 'ignore' && now - oldest![1] <= TIMEOUT) return;
      list.delete(oldest![0]);
    }
    list.set(client, now);
  }
}

describe('the affinity table', () => {
  const step = fc.oneof(
    { weight: 20, arbitrary: fc.record({ client: fc.nat(11), wait: fc.nat(4 * SECOND) }) },
    { weight: 1, arbitrary: fc.record({ pods: fc.subarray([0, 1, 2, 3, 4], { minLength: 1 }) }) },
  );

  it.each(['evict', 'ignore'] as const)('finds what a list per endpoint would (%s)', (whenFull) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(step, { minLength: 100, maxLength: 300 }),
        fc.infiniteStream(fc.nat(1000)),
        (capacity, steps, choices) => {
          let endpoints = manyEndpoints(4);
          const addresses = (): string[] => endpoints.map(({ address }) => address);
          const table = new AffinityTable({ timeout: TIMEOUT, capacity, whenFull }, endpoints);
          const lists = new Lists(capacity, whenFull, addresses());
          let now = 0;
          for (const each of steps) {
            if ('pods' in each) {
              endpoints = endpointsOf(...each.pods);
              table.setEndpoints(endpoints);
              lists.setEndpoints(addresses());
              continue;
            }
            now += each.wait;
            const found = table.find(each.client, now);
            expect(found).toBe(lists.find(each.client, now));
            const position =
              found >= 0 ? found : (choices.next().value as number) % endpoints.length;
            table.record(each.client, position, now);
            lists.record(each.client, position, now);
          }
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });

  it('keeps apart as many clients as there are', () => {
    const options = { timeout: TIMEOUT, capacity: 65_535, whenFull: 'ignore' } as const;
    const table = new AffinityTable(options, manyEndpoints(7));
    const clients = Array.from({ length: 20_000 }, (_, i) => 0x0af40000 + i * 17);
    clients.forEach((client, i) => table.record(client, i % 7, i));
    expect(clients.map((client) => table.find(client, 20_000))).toEqual(
      clients.map((_, i) => i % 7),
    );
  });
});
