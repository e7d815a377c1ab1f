/**
 * E_k/M/1 and D/M/1: one server, exponential service, arrivals that are more regular than Poisson's: the time between two
 * is a sum of `stages` exponentials, or constant. The first is what a pod gets where one node deals a Poisson stream to
 * `stages` pods in turn. Kleinrock, 6.4: an arrival finds k customers with probability (1 - σ) σ^k, where σ is the root
 * below 1 of σ = A(μ (1 - σ)), A the Laplace transform of the time between arrivals.
 */
import { assertStable, queueFigures } from './queue.ts';
import type { QueueDistributions } from './queue.ts';

export function gm1({
  arrivalRate,
  serviceRate,
  stages,
}: {
  arrivalRate: number;
  serviceRate: number;
  /** From 1 (Poisson) to Infinity (constant). */
  stages: number;
}): QueueDistributions {
  const utilisation = arrivalRate / serviceRate;
  assertStable(utilisation);
  const transform = (s: number): number =>
    stages === Infinity
      ? Math.exp(-s / arrivalRate)
      : Math.exp(-stages * Math.log1p(s / (stages * arrivalRate)));
  const found = foundBusy((sigma) => transform(serviceRate * (1 - sigma)), utilisation);
  /** Wait, where there is any, and sojourn are exponential of this rate. */
  const drainRate = serviceRate * (1 - found);
  return {
    ...queueFigures({
      arrivalRate,
      meanService: 1 / serviceRate,
      servers: 1,
      meanWait: found / drainRate,
    }),
    waitProbability: found,
    waitTail: (t) => found * Math.exp(-drainRate * t),
    sojournTail: (t) => Math.exp(-drainRate * t),
    waitQuantile: (q) => Math.max(0, Math.log(found / (1 - q)) / drainRate),
    sojournQuantile: (q) => -Math.log(1 - q) / drainRate,
  };
}

/** The root below 1 of x = `map`(x), by halving: between 0 and 1, where the map crosses the diagonal from above. */
function foundBusy(map: (x: number) => number, utilisation: number): number {
  if (utilisation === 0) return 0;
  let low = 0;
  // Regular arrivals find a busy server less often than Poisson's do.
  let high = utilisation;
  for (let i = 0; i < 200 && high - low > Number.EPSILON * high; i++) {
    const middle = (low + high) / 2;
    if (map(middle) > middle) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
