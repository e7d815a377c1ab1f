/** M/M/c: Poisson arrivals, exponential service, `servers` servers with one queue that has no limit. */
import { erlangC } from './erlang.ts';
import { quantileOfTail, queueFigures } from './queue.ts';
import type { QueueDistributions } from './queue.ts';

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
    // Near 0 the difference of the two exponentials has no digits left, and far out the quotient overflows.
    const waited =
      excess === 0
        ? served * Math.exp(-served)
        : Math.abs(served * excess) < 1
          ? (-Math.expm1(-served * excess) / excess) * Math.exp(-served)
          : (Math.exp(-served) - Math.exp(-served * (1 + excess))) / excess;
    return Math.exp(-served) + waitProbability * waited;
  };
  return {
    ...queueFigures({
      arrivalRate,
      meanService: 1 / serviceRate,
      servers,
      meanWait: waitProbability / drainRate,
    }),
    waitProbability,
    waitTail,
    sojournTail,
    waitQuantile: (q) => Math.max(0, Math.log(waitProbability / (1 - q)) / drainRate),
    sojournQuantile: (q) => quantileOfTail(sojournTail, { q, scale: 1 / serviceRate }),
  };
}
