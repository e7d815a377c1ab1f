/** Generated kube-proxies and networks. */
import fc from 'fast-check';
import type { Plan, PlannedProxy } from '../../../src/contract/plan.ts';
import { ms, ns, sec, synOf } from '../plans.ts';
import { delay, orNull } from './values.ts';

export const proxy: fc.Arbitrary<Partial<PlannedProxy>> = fc.record({
  minSyncPeriod: delay(ms(400)),
  syncPeriod: fc.integer({ min: 1e7, max: 4e8 }).map(ns),
  burst: fc.integer({ min: 1, max: 2 }),
  maxInterval: orNull(fc.integer({ min: 1e7, max: 1e9 }).map(ns)),
  fullSyncPeriod: orNull(delay(ms(1000))),
  syncFailure: fc.constantFrom(0, 0.3, 1),
  otherServices: fc.integer({ min: 0, max: 2000 }),
  conntrack: fc.record({
    max: orNull(fc.integer({ min: 1, max: 20 })),
    timeWait: delay(ms(300)),
    close: delay(ms(200)),
    synSent: delay(ms(1500)),
    udpTimeout: delay(ms(300)),
    udpStreamTimeout: delay(ms(600)),
    tcpEstablishedTimeout: fc.oneof(delay(ms(50)), fc.constant(sec(86_400))),
  }),
});

export const network: fc.Arbitrary<Partial<Plan['network']>> = fc
  .record({
    linearTimeouts: fc.constantFrom(0, 4),
    podGone: fc.record({
      answer: fc.constantFrom('unreachable' as const, 'none' as const),
      after: delay(ms(300)),
    }),
    // Shorter than a hop, too: a handshake that the kernel gives up before its first answer can come.
    synTimeout: fc.oneof(delay(ms(8)), fc.constantFrom(ms(300), ms(1500), ms(131_000))),
    icmpRateLimit: orNull(
      fc.record({ interval: delay(ms(500)), burst: fc.integer({ min: 1, max: 6 }) }),
    ),
  })
  .map(({ linearTimeouts, ...rest }) => ({ ...synOf(6, linearTimeouts), ...rest }));
