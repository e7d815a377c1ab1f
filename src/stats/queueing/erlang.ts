/** Erlang's formulas: Poisson arrivals to servers with one queue or none. */
import { assertStable } from './queue.ts';

/**
 * Erlang's loss formula B(servers, load): the share of arrivals that find all servers busy where nobody
 * waits. `load` is arrival rate over service rate, in erlangs. By the recursion of Gross et al., 2.4.
 */
export function erlangB(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * blocked) / (n + load * blocked);
  return blocked;
}

/** Erlang's delay formula C(servers, load): the share of arrivals that wait. Gross et al., 2.4. */
export function erlangC(servers: number, load: number): number {
  assertStable(load / servers);
  const blocked = erlangB(servers, load);
  return (servers * blocked) / (servers - load * (1 - blocked));
}
