/** Clients of quiet runs: where their pods are, what they call and when, and how many source ports they have. */
import fc from 'fast-check';
import type { PlannedClient } from '../../../src/contract/plan.ts';
import { ms, ns, PLAIN_CLIENT, sec } from '../plans.ts';
import type { Pace } from './pace.ts';
import { atOnce } from './proxies.ts';
import { arrival } from './traffic.ts';

type Ports = PlannedClient['ports'];
type Replica = PlannedClient['replicas'][number];

/** Ports for so many times the connections that a client pod has and has had lately: they may run out. */
const ports: fc.Arbitrary<(atOnceWith: (rest: number) => number) => Ports> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(() => null) },
  {
    weight: 3,
    arbitrary: fc
      .record({
        room: fc.constantFrom(8, 8, 8, 3, 40, 40, 0.7),
        timeWait: fc.constantFrom(ns(0), ms(100), sec(60)),
        first: fc.constantFrom(1, 32_768),
      })
      .map(({ room, timeWait, first }) => (atOnceWith: (rest: number) => number) => ({
        first,
        last: Math.min(first + Math.ceil(room * atOnceWith(timeWait)), 65_535),
        timeWait,
      })),
  },
);

/** What is left open of a client: the pods that it may be on, who can be called, and the part of the requests it sends. */
export interface Surroundings {
  readonly pace: Pace;
  readonly part: number;
  /** Of client pods and of others, any number may be taken. */
  readonly homes: readonly Replica[];
  readonly services: readonly { readonly ports: readonly unknown[] }[];
}

export const client: fc.Arbitrary<{
  readonly weight: number;
  readonly of: (around: Surroundings) => PlannedClient;
}> = fc
  .record({
    weight: fc.integer({ min: 1, max: 3 }),
    homes: fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 4 }),
    service: fc.nat(5),
    port: fc.nat(1),
    arrival,
    ports,
  })
  .map((drawn) => ({
    weight: drawn.weight,
    of: ({ pace, part, homes, services }) => {
      const service = drawn.service % services.length;
      const replicas = [...new Set(drawn.homes.map((home) => homes[home % homes.length]!))];
      return {
        ...PLAIN_CLIENT,
        name: 'client',
        replicas,
        target: {
          kind: 'servicePort',
          service,
          port: drawn.port % services[service]!.ports.length,
        },
        arrival: drawn.arrival(pace, part),
        ports: drawn.ports((rest) => (atOnce(pace, rest) * part) / replicas.length),
      };
    },
  }));
