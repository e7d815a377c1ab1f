/**
 * What is to be expected of the pods of one workload in one phase: how busy they are, what theory says of waits, and
 * which conditions of the theory the plan does not keep.
 */
import type { Plan, PlannedWorkload } from '../../contract/plan.ts';
import { momentsOf } from '../../stats/distributions/moments.ts';
import { tailOf } from '../../stats/distributions/tail.ts';
import { arrivalsAtPods } from './arrivals-at-pods.ts';
import { caveatsOf } from './caveats.ts';
import { loopOf } from './closed-loops.ts';
import { closedForecast, forecastsFor, pooledForecast } from './forecast.ts';
import type { Forecast, PodQueue } from './forecast.ts';
import type { Phase } from './phases.ts';
import { callersOf, type LoadedPod, type OfferedLoad } from './pod-load.ts';

/** Above this utilisation waits grow so fast that percentiles depend on the seed. */
export const BUSY = 0.85;

export interface PodOutlook {
  /** The phase's name. */
  readonly phase: string;
  /** Index into `Plan.workloads`. */
  readonly workload: number;
  /** Pods that take requests, and requests per second that come to all of them. */
  readonly pods: number;
  readonly rate: number;
  /** Workers that are busy on average: rate × mean service time. Infinity: the mean has no end. */
  readonly erlangs: number;
  /** Offered load over what workers and CPU limits allow, of all pods together; and of the pod that has most. */
  readonly utilisation: number;
  readonly busiest: {
    readonly pod: string;
    readonly rate: number;
    readonly utilisation: number;
    /** What it is that is used up first. */
    readonly limit: 'workers' | 'CPU limit';
  };
  /** CPU time of the busiest pod, in cores, where requests take any. */
  readonly cpu: { readonly used: number; readonly limit: number | null } | null;
  /** Requests per second by which queues grow; 0: they do not. */
  readonly growth: number;
  /** Of the busiest pod; several are bounds. Empty: theory has no queue for it. */
  readonly forecasts: readonly Forecast[];
  /** One queue in front of all workers: what no way of splitting requests can beat. */
  readonly pooled: Forecast | null;
  /** Why figures of the forecast may not hold, in sentences. */
  readonly caveats: readonly string[];
}

/** Of every workload that anybody calls. */
export function podOutlooks(plan: Plan, phase: Phase, load: OfferedLoad): readonly PodOutlook[] {
  return plan.workloads.flatMap((workload, index) => {
    const callers = callersOf(plan, index);
    const pods = load.pods.filter(({ pod }) => pod.workload === index);
    const isDns = plan.dns !== null && backs(workload, plan.dns.service);
    if (callers.length === 0 && !isDns) return [];
    if (pods.length === 0) return [nobodyThere({ plan, phase, workload: index, callers })];
    if (pods.every(({ rate }) => rate === 0)) return [];
    return [outlookOf({ plan, phase, workload: index, pods, callers, isDns })];
  });
}

const backs = ({ memberships }: PlannedWorkload, service: number): boolean =>
  memberships.some((membership) => membership.service === service);

interface Around {
  readonly plan: Plan;
  readonly phase: Phase;
  readonly workload: number;
  /** Clients: indices. */
  readonly callers: readonly number[];
}

/** A workload whose pods are all gone or unready. */
function nobodyThere({ plan, phase, workload, callers }: Around): PodOutlook {
  const rate = callers.reduce((sum, client) => sum + phase.rates[client]!, 0);
  return {
    phase: phase.name,
    workload,
    pods: 0,
    rate,
    erlangs: (rate * momentsOf(plan.workloads[workload]!.serviceTime).mean) / 1e9,
    utilisation: Infinity,
    busiest: { pod: '', rate: 0, utilisation: Infinity, limit: 'workers' },
    cpu: null,
    growth: 0,
    forecasts: [],
    pooled: null,
    caveats: ['no pod is ready: all connections are refused'],
  };
}

function outlookOf({
  plan,
  phase,
  workload: index,
  pods,
  callers,
  isDns,
}: Around & { readonly pods: readonly LoadedPod[]; readonly isDns: boolean }): PodOutlook {
  const workload = plan.workloads[index]!;
  const { mean, variance } = momentsOf(workload.serviceTime);
  const demand = pods.map(({ pod, rate }) => (rate * mean * pod.slowdown) / 1e9);
  const workers = workload.concurrency;
  const cores = workload.cpuShare > 0 ? workload.cpuLimit : null;
  // A request takes a worker for its service time and a core for a part of that.
  const capacity = Math.min(workers, cores === null ? Infinity : cores / workload.cpuShare);
  const most = demand.reduce((best, busy, i) => (busy > demand[best]! ? i : best), 0);
  const busiest = pods[most]!;
  const utilisations = demand.map((busy) => busy / capacity);
  const rate = pods.reduce((sum, pod) => sum + pod.rate, 0);
  const erlangs = demand.reduce((sum, busy) => sum + busy, 0);
  const grows = workload.queueLimit === null;
  const growth = pods.reduce(
    (sum, pod, i) => sum + (grows ? pod.rate * Math.max(0, 1 - 1 / utilisations[i]!) : 0),
    0,
  );
  const arrivals = isDns
    ? ({ kind: 'unknown', why: 'queries come two at a time, A and AAAA' } as const)
    : arrivalsAtPods(plan, phase, callers);
  const { slowdown } = busiest.pod;
  const queue: PodQueue = {
    rate: busiest.rate,
    servers: workers,
    service: { mean: mean * slowdown, variance: variance * slowdown ** 2 },
    serviceTail: scaledTail(workload, slowdown),
    isExponential: isExponential(workload),
    queueLimit: workload.queueLimit,
    arrivals:
      arrivals.kind === 'unknown' || arrivals.kind === 'closed' ? { kind: 'poisson' } : arrivals,
  };
  const isStable = demand[most]! < workers || !grows;
  // Workers that wait for what they have called are busy for longer than theory knows.
  const holds = workload.calls?.whileCalling === 'Hold';
  const known = arrivals.kind !== 'unknown' && mean < Infinity && !holds;
  const isThrottled = capacity < workers;
  const forecasts =
    !known || !isStable
      ? []
      : arrivals.kind === 'closed'
        ? ofUsers({ plan, phase, client: arrivals.client, pod: busiest.pod, queue, isThrottled })
        : isThrottled
          ? throttled(queue, utilisations[most]!)
          : forecastsFor(queue);
  const isEven = pods.every(({ pod }) => pod.slowdown === slowdown);
  const canPool =
    arrivals.kind !== 'closed' &&
    grows &&
    isEven &&
    !isThrottled &&
    !holds &&
    erlangs < workers * pods.length &&
    mean < Infinity;
  const pooled = { ...queue, rate: rate / pods.length, arrivals: { kind: 'poisson' } as const };
  return {
    phase: phase.name,
    workload: index,
    pods: pods.length,
    rate,
    erlangs,
    utilisation: erlangs / (capacity * pods.length),
    busiest: {
      pod: busiest.pod.name,
      rate: busiest.rate,
      utilisation: utilisations[most]!,
      limit: isThrottled ? 'CPU limit' : 'workers',
    },
    cpu:
      workload.cpuShare > 0
        ? { used: demand[most]! * workload.cpuShare, limit: workload.cpuLimit }
        : null,
    growth,
    forecasts,
    pooled: pods.length > 1 && canPool && rate > 0 ? pooledForecast(pooled, pods.length) : null,
    caveats: caveatsOf({
      plan,
      callers,
      workload,
      arrivals,
      forecast: forecasts[0] ?? null,
      utilisation: utilisations[most]!,
      isEven: pods.every((pod) => Math.abs(pod.rate / busiest.rate - 1) < 1e-9) && isEven,
    }),
  };
}

/** Of a pod that serves users of a closed loop. */
function ofUsers({
  plan,
  phase,
  client,
  pod,
  queue,
  isThrottled,
}: {
  readonly plan: Plan;
  readonly phase: Phase;
  readonly client: number;
  readonly pod: LoadedPod['pod'];
  readonly queue: PodQueue;
  readonly isThrottled: boolean;
}): readonly Forecast[] {
  const loop = loopOf(plan, phase, client, phase.at);
  const station = loop?.stations[phase.pods.indexOf(pod)] ?? -1;
  if (loop === null || station < 0) return [];
  const { users } = loop.network;
  // A queue that can be full sends users back to think.
  if (queue.queueLimit !== null && users > queue.servers + queue.queueLimit) return [];
  const found = closedForecast(queue, users, loop.figures.stations[station]!, loop.figures.isExact);
  return [isThrottled ? { ...found, standing: 'lower bound' } : found];
}

/** Where CPU limits are used up first, workers stop now and then: the queue without limits waits less. */
const throttled = (queue: PodQueue, utilisation: number): readonly Forecast[] =>
  utilisation >= 1
    ? []
    : forecastsFor(queue).map((forecast) => ({ ...forecast, standing: 'lower bound' }));

const isExponential = ({ serviceTime }: PlannedWorkload): boolean =>
  serviceTime.kind === 'exponential' || (serviceTime.kind === 'erlang' && serviceTime.k === 1);

function scaledTail({ serviceTime }: PlannedWorkload, slowdown: number): (t: number) => number {
  const tail = tailOf(serviceTime);
  return slowdown === 1 ? tail : (t) => tail(t / slowdown);
}
