/**
 * What pods call, as theory has it: rates by the traffic equations λ = λ₀ + λM, and where a network of queues has a
 * product form.
 *
 * Left out: retries, deadlines, calls that are not made as one before has failed.
 */
import type { Plan } from '../../contract/plan.ts';
import { loadOf } from './pod-load.ts';
import type { Phase } from './phases.ts';

/** Rounds of the traffic equations at most, and the change of all rates together that ends them. */
const ROUNDS_MAX = 1000;
const SETTLED = 1e-12;

/** A phase with the rates of the calls that pods make for what comes to them. */
export function withCallRates(plan: Plan, phase: Phase): Phase {
  if (plan.workloads.every(({ calls }) => calls === null)) return phase;
  let rates = phase.rates;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const next = callRates(plan, { ...phase, rates });
    const change = next.reduce((sum, rate, i) => sum + Math.abs(rate - rates[i]!), 0);
    rates = next;
    if (change <= SETTLED * next.reduce((sum, rate) => sum + rate, 0)) break;
  }
  return { ...phase, rates };
}

function callRates(plan: Plan, phase: Phase): readonly number[] {
  const arrivals = plan.workloads.map(() => 0);
  for (const { pod, rate } of loadOf(plan, phase).pods) arrivals[pod.workload]! += rate;
  const rates = phase.rates.map((rate, i) => (plan.clients[i]!.origin === null ? rate : 0));
  plan.workloads.forEach(({ calls }, workload) => {
    for (const { client, probability, times, fanOut } of (calls?.steps ?? []).flatMap(
      ({ parallel }) => parallel,
    )) {
      rates[client]! += arrivals[workload]! * probability * times * fanOut;
    }
  });
  return rates;
}

/**
 * Why calls are no Poisson stream at those whom they call; null: they may be taken for one. In an open Jackson network
 * each station is as if they were (J. R. Jackson, Operations Research 5, 1957): exponential services, calls one at a time
 * when the own work is done, workers that serve others meanwhile.
 */
export function whyNotJackson(plan: Plan, clients: readonly number[]): string | null {
  const calls = clients.flatMap((index) => {
    const { name, origin } = plan.clients[index]!;
    return origin === null ? [] : [{ name, workload: plan.workloads[origin]! }];
  });
  for (const { name, workload } of calls) {
    const { calls: own, serviceTime } = workload;
    const isStation =
      own!.whileCalling === 'Release' &&
      serviceTime.kind === 'exponential' &&
      own!.steps.every(
        ({ at, parallel }) =>
          at === 1 && parallel.every(({ fanOut }) => parallel.length === 1 && fanOut === 1),
      );
    if (!isStation) return `${name} comes of the queue of ${workload.name}, not at random`;
  }
  return null;
}
