/** M/G/1: Poisson arrivals, one server, any service. */
import { assertStable, queueFigures } from './queue.ts';
import type { QueueFigures } from './queue.ts';

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
  return queueFigures({ arrivalRate, meanService, servers: 1, meanWait });
}
