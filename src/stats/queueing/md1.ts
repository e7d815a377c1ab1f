/** M/D/1: Poisson arrivals, one server, constant service. */
import { mg1 } from './mg1.ts';
import { quantileOfTail } from './queue.ts';
import type { QueueDistributions } from './queue.ts';

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
  const waitQuantile = (q: number): number => quantileOfTail(waitTail, { q, scale: service });
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
