/** The schedulers there are, by the name that KubeProxyConfiguration's `ipvs.scheduler` takes. */
import { LeastConnections } from './lc.ts';
import { RoundRobin } from './rr.ts';
import type { SchedulerFactory } from './scheduler.ts';

export const SCHEDULERS: Readonly<Record<string, SchedulerFactory>> = {
  rr: (list) => new RoundRobin(list),
  lc: (list) => new LeastConnections(list),
};
