/**
 * Textbook queues with Poisson arrivals and an unlimited queue served in order of arrival: what the
 * simulator must find where a scenario is one of them. L. Kleinrock, Queueing Systems I, 1975;
 * D. Gross, J. Shortle, J. Thompson, C. Harris, Fundamentals of Queueing Theory, 4th edition, 2008.
 *
 * Times are in any unit; rates are per that unit. Wait is the time before service, sojourn is wait and
 * service. All are in the steady state, which exists while the utilisation is below 1.
 */
import { assert } from '../base/assert.ts';

/** What every queue here can tell. */
export interface QueueFigures {
  /** Share of time for which a server is busy. */
  readonly utilisation: number;
  readonly meanWait: number;
  readonly meanSojourn: number;
  /** Mean number waiting, and waiting or in service: Little's law. */
  readonly meanQueueLength: number;
  readonly meanInSystem: number;
}

/** A queue whose distributions of wait and sojourn are known too. */
export interface QueueDistributions extends QueueFigures {
  /** P(wait > 0). */
  readonly waitProbability: number;
  /** P(wait > t) and P(sojourn > t). */
  readonly waitTail: (t: number) => number;
  readonly sojournTail: (t: number) => number;
  /** The time that a share `q` (below 1) of waits or sojourns does not exceed. */
  readonly waitQuantile: (q: number) => number;
  readonly sojournQuantile: (q: number) => number;
}

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

/** One server, exponential service: Kleinrock, 3.2 and 5.7. */
export function mm1(queue: { arrivalRate: number; serviceRate: number }): QueueDistributions {
  return mmc({ ...queue, servers: 1 });
}

/** `servers` servers with one queue, exponential service: Gross et al., 2.3. */
export function mmc({
  arrivalRate,
  serviceRate,
  servers,
}: {
  arrivalRate: number;
  /** Of one server. */
  serviceRate: number;
  servers: number;
}): QueueDistributions {
  const load = arrivalRate / serviceRate;
  const waitProbability = erlangC(servers, load);
  /** Those who wait do so for an exponential time of this rate. */
  const drainRate = servers * serviceRate - arrivalRate;
  const waitTail = (t: number): number => waitProbability * Math.exp(-drainRate * t);
  /** The wait's rate over the service's, less 1: 0 where the two are alike and the general form divides by it. */
  const excess = servers - 1 - load;
  const sojournTail = (t: number): number => {
    const served = serviceRate * t;
    const waited = excess === 0 ? served : -Math.expm1(-served * excess) / excess;
    return Math.exp(-served) * (1 + waitProbability * waited);
  };
  return {
    ...figures({
      arrivalRate,
      meanService: 1 / serviceRate,
      servers,
      meanWait: waitProbability / drainRate,
    }),
    waitProbability,
    waitTail,
    sojournTail,
    waitQuantile: (q) => Math.max(0, Math.log(waitProbability / (1 - q)) / drainRate),
    sojournQuantile: (q) => invert(sojournTail, { q, scale: 1 / serviceRate }),
  };
}

/**
 * One server, any distribution of service with mean `meanService` and coefficient of variation
 * `serviceCv`: the formula of Pollaczek and Khinchine, Kleinrock 5.6.
 */
export function mg1({
  arrivalRate,
  meanService,
  serviceCv,
}: {
  arrivalRate: number;
  meanService: number;
  serviceCv: number;
}): QueueFigures {
  const utilisation = arrivalRate * meanService;
  assertStable(utilisation);
  const meanWait = (utilisation * meanService * (1 + serviceCv ** 2)) / (2 * (1 - utilisation));
  return figures({ arrivalRate, meanService, servers: 1, meanWait });
}

/**
 * One server, constant service. The distribution of the wait is that of G. J. Franx, "A simple solution
 * for the M/D/c waiting time distribution", Operations Research Letters 29(5), 2001: Erlang's own
 * alternates in sign and loses all digits after a few service times, this one adds positive terms.
 */
export function md1({
  arrivalRate,
  service,
}: {
  arrivalRate: number;
  service: number;
}): QueueDistributions {
  const base = mg1({ arrivalRate, meanService: service, serviceCv: 0 });
  const atMost = customersAtMost(base.utilisation);
  const waitTail = (t: number): number => {
    if (t < 0) return 1;
    const cycles = Math.floor(t / service) + 1;
    const rest = arrivalRate * (cycles * service - t);
    let term = Math.exp(-rest);
    let below = 0;
    for (let j = 0; j < cycles; j++) {
      // n waiting and one in service: at most n + 1 present.
      below += atMost(cycles - j) * term;
      term *= rest / (j + 1);
    }
    return Math.max(0, 1 - below);
  };
  const waitQuantile = (q: number): number => invert(waitTail, { q, scale: service });
  return {
    ...base,
    waitProbability: base.utilisation,
    waitTail,
    sojournTail: (t) => waitTail(t - service),
    waitQuantile,
    sojournQuantile: (q) => service + waitQuantile(q),
  };
}

/**
 * P(at most n present) in M/D/1, for any n. Departures see what an arrival sees; as often as the number
 * they leave behind climbs past n it falls back to n, which gives each probability as a sum of
 * positive terms of those before it.
 */
function customersAtMost(utilisation: number): (n: number) => number {
  /** P(more than k arrivals in a service), from k = 0. */
  const moreArrivals: number[] = [-Math.expm1(-utilisation)];
  const present = [1 - utilisation];
  const atMost = [1 - utilisation];
  return (n) => {
    while (atMost.length <= n) {
      const last = atMost.length - 1;
      moreArrivals.push(poissonTail(last + 1, utilisation));
      let climbs = present[0]! * moreArrivals[last]!;
      for (let j = 1; j <= last; j++) climbs += present[j]! * moreArrivals[last - j + 1]!;
      present.push(climbs * Math.exp(utilisation));
      atMost.push(atMost[last]! + present[last + 1]!);
    }
    return atMost[n]!;
  };
}

/** P(X > k) for X Poisson of a mean below 1, summed from its largest term down. */
function poissonTail(k: number, mean: number): number {
  let term = Math.exp(-mean);
  for (let i = 1; i <= k + 1; i++) term *= mean / i;
  let tail = 0;
  for (let i = k + 2; term > tail * Number.EPSILON; i++) {
    tail += term;
    term *= mean / i;
  }
  return tail;
}

function figures({
  arrivalRate,
  meanService,
  servers,
  meanWait,
}: {
  arrivalRate: number;
  meanService: number;
  servers: number;
  meanWait: number;
}): QueueFigures {
  const meanSojourn = meanWait + meanService;
  return {
    utilisation: (arrivalRate * meanService) / servers,
    meanWait,
    meanSojourn,
    meanQueueLength: arrivalRate * meanWait,
    meanInSystem: arrivalRate * meanSojourn,
  };
}

function assertStable(utilisation: number): void {
  assert(
    utilisation >= 0 && utilisation < 1,
    `a queue has a steady state at a utilisation from 0 to below 1: ${utilisation}`,
  );
}

/** The t at which `tail`, which falls with t, comes down to 1 - q, by halving; 0 where it starts below. */
function invert(tail: (t: number) => number, { q, scale }: { q: number; scale: number }): number {
  assert(q >= 0 && q < 1, `a quantile of a time without bound is asked for a share below 1: ${q}`);
  if (tail(0) <= 1 - q) return 0;
  let low = 0;
  let high = scale;
  while (tail(high) > 1 - q) {
    low = high;
    high *= 2;
  }
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return high;
    if (tail(middle) > 1 - q) low = middle;
    else high = middle;
  }
}
