/**
 * M/M/c/K: a queue with room for `waitingRoom` customers; who finds it full is turned away. Gross et al., 2.5.
 *
 * Figures of wait and sojourn are of those who get in. It has a steady state at any load.
 */
import type { QueueFigures } from './queue.ts';

export interface FiniteQueueFigures extends QueueFigures {
  /** Share of arrivals that find no room. */
  readonly blocked: number;
  /** P(wait > 0) of those who get in. */
  readonly waitProbability: number;
}

export function mmck({
  arrivalRate,
  serviceRate,
  servers,
  waitingRoom,
}: {
  arrivalRate: number;
  /** Of one server. */
  serviceRate: number;
  servers: number;
  waitingRoom: number;
}): FiniteQueueFigures {
  const load = arrivalRate / serviceRate;
  const full = servers + waitingRoom;
  // Weights of the states relative to the heaviest so far, so that none of them overflows.
  const weights = [1];
  for (let n = 1; n <= full; n++) {
    weights.push(weights[n - 1]! * (load / Math.min(n, servers)));
    if (weights[n]! > 1e200) for (let k = 0; k <= n; k++) weights[k]! /= 1e200;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let inSystem = 0;
  let waiting = 0;
  let allBusy = 0;
  weights.forEach((weight, n) => {
    inSystem += (n * weight) / total;
    waiting += (Math.max(0, n - servers) * weight) / total;
    if (n >= servers && n < full) allBusy += weight / total;
  });
  const blocked = weights[full]! / total;
  const admitted = arrivalRate * (1 - blocked);
  return {
    utilisation: admitted / (serviceRate * servers),
    meanWait: waiting / admitted,
    meanSojourn: inSystem / admitted,
    meanQueueLength: waiting,
    meanInSystem: inSystem,
    blocked,
    waitProbability: allBusy / (1 - blocked),
  };
}
