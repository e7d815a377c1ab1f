/** The schedulers there are. A new one is a file beside this, a row here and a name in the plan. */
import type { IpvsScheduler } from '../../../contract/plan.ts';
import { DestinationHashing } from './dh.ts';
import { failover } from './fo.ts';
import { LocalityBasedLeastConnections } from './lblc.ts';
import { ReplicatedLocality } from './lblcr.ts';
import { leastConnections } from './lc.ts';
import { LeastLoaded } from './least-loaded.ts';
import { MaglevHashing } from './mh.ts';
import { neverQueue } from './nq.ts';
import { overflow } from './ovf.ts';
import { RoundRobin } from './rr.ts';
import type { SchedulerFactory } from './scheduler.ts';
import { shortestExpectedDelay } from './sed.ts';
import { SourceHashing } from './sh.ts';
import { weightedLeastConnections } from './wlc.ts';
import { WeightedRoundRobin } from './wrr.ts';

/**
 * Those that go by the list of servers, with their weights, and by what they have picked: not by who comes, nor by what
 * connections there are.
 */
export const BY_LIST: ReadonlySet<IpvsScheduler> = new Set(['rr', 'wrr', 'dh', 'fo']);

export const SCHEDULERS: Readonly<Record<IpvsScheduler, SchedulerFactory>> = {
  rr: ({ list }) => new RoundRobin(list),
  wrr: ({ list }) => new WeightedRoundRobin(list),
  lc: ({ list }) => new LeastLoaded(list, leastConnections),
  wlc: ({ list }) => new LeastLoaded(list, weightedLeastConnections),
  sed: ({ list }) => new LeastLoaded(list, shortestExpectedDelay),
  nq: ({ list }) => new LeastLoaded(list, neverQueue),
  sh: ({ list, flags }) => new SourceHashing(list, flags),
  dh: ({ list, vip }) => new DestinationHashing(list, vip),
  mh: ({ list, flags }) => new MaglevHashing(list, flags),
  lblc: ({ list }) => new LocalityBasedLeastConnections(list),
  lblcr: (context) => new ReplicatedLocality(context),
  fo: ({ list }) => new LeastLoaded(list, failover),
  ovf: ({ list }) => new LeastLoaded(list, overflow),
};
