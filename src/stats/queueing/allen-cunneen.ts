/**
 * GI/G/c by the approximation of Allen and Cunneen: the wait of M/M/c, times the mean of the two squared coefficients of
 * variation. A. O. Allen, Probability, Statistics, and Queueing Theory, 2nd edition, 1990, 5.3. It is exact for M/M/c and
 * M/G/1; for one server it is Kingman's formula for heavy traffic (J. F. C. Kingman, 1961). Left out: the correction of
 * Krämer and Langenbach-Belz for regular arrivals, so that with those it is an overestimate at low load.
 *
 * That those who wait do so for an exponential time is taken over from M/M/c: right in heavy traffic.
 */
import { erlangC } from './erlang.ts';
import { quantileOfTail, queueFigures } from './queue.ts';
import type { QueueDistributions } from './queue.ts';

/** Steps of the integral over waits. */
const STEPS = 400;

export function allenCunneen({
  arrivalRate,
  meanService,
  servers,
  arrivalCv2,
  serviceCv2,
  serviceTail,
}: {
  arrivalRate: number;
  meanService: number;
  servers: number;
  /** Squared coefficients of variation of the times between arrivals and of service. */
  arrivalCv2: number;
  serviceCv2: number;
  /** P(service > t). */
  serviceTail: (t: number) => number;
}): QueueDistributions {
  const waitProbability = erlangC(servers, arrivalRate * meanService);
  const waitOfMmc = waitProbability / (servers / meanService - arrivalRate);
  const meanWait = (waitOfMmc * (arrivalCv2 + serviceCv2)) / 2;
  /** Of those who wait. */
  const drainRate = waitProbability / meanWait;
  const waitTail = (t: number): number =>
    meanWait === 0 ? 0 : waitProbability * Math.exp(-drainRate * t);
  const sojournTail = (t: number): number => {
    const served = (1 - waitProbability) * serviceTail(t);
    if (meanWait === 0) return served + waitProbability * serviceTail(t);
    // By midpoints of equal shares of the waits, so that none of them is missed however short they are.
    const cut = -Math.expm1(-drainRate * t);
    let sum = 0;
    for (let i = 0; i < STEPS; i++) {
      const share = ((i + 0.5) / STEPS) * cut;
      sum += serviceTail(t + Math.log1p(-share) / drainRate);
    }
    return served + waitProbability * (1 - cut + (cut * sum) / STEPS);
  };
  return {
    ...queueFigures({ arrivalRate, meanService, servers, meanWait }),
    waitProbability,
    waitTail,
    sojournTail,
    waitQuantile: (q) =>
      meanWait === 0 ? 0 : Math.max(0, Math.log(waitProbability / (1 - q)) / drainRate),
    sojournQuantile: (q) => quantileOfTail(sojournTail, { q, scale: meanService }),
  };
}
