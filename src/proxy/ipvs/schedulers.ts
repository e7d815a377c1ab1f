/** The schedulers there are. A new one is a file beside this, a row here and a name in the plan. */
import type { IpvsScheduler } from '../../contract/plan.ts';
import { LeastConnections } from './lc.ts';
import { RoundRobin } from './rr.ts';
import type { SchedulerFactory } from './scheduler.ts';

export const SCHEDULERS: Readonly<Record<IpvsScheduler, SchedulerFactory>> = {
  rr: (list) => new RoundRobin(list),
  lc: (list) => new LeastConnections(list),
};
