/**
 * What a queue in the steady state can tell, which exists while the utilisation is below 1. Customers are served in order
 * of arrival; times are in any unit, rates are per that unit. Wait is the time before service, sojourn is wait and service.
 * L. Kleinrock, Queueing Systems I, 1975; D. Gross, J. Shortle, J. Thompson, C. Harris, Fundamentals of Queueing
 * Theory, 4th edition, 2008.
 */
import { assert } from '../../base/assert.ts';

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

/** All figures from the mean wait, by Little's law. */
export function queueFigures({
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

/** @throws InvariantError for a queue that grows without end. */
export function assertStable(utilisation: number): void {
  assert(
    utilisation >= 0 && utilisation < 1,
    `a queue has a steady state at a utilisation from 0 to below 1: ${utilisation}`,
  );
}

/** The t at which `tail`, which falls with t, comes down to 1 - q, by halving; 0 where it starts below. */
export function quantileOfTail(
  tail: (t: number) => number,
  { q, scale }: { q: number; scale: number },
): number {
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
