/**
 * What queueing theory says of one pod: which queue it is, by which formula, and how far that is to be trusted.
 */
import { squaredCv } from '../../stats/distributions/moments.ts';
import type { Moments } from '../../stats/distributions/moments.ts';
import type { Tail } from '../../stats/distributions/tail.ts';
import {
  allenCunneen,
  gm1,
  md1,
  mg1Distribution,
  mmc,
  mmck,
} from '../../stats/queueing/textbook.ts';
import type { ClosedStationFigures } from '../../stats/queueing/closed-network.ts';
import type { QueueDistributions } from '../../stats/queueing/textbook.ts';
import type { PodArrivals } from './arrivals-at-pods.ts';

/** How a figure relates to that of the queue which the pod is. */
export type Standing = 'exact' | 'approximation' | 'lower bound' | 'upper bound';

/** Times in ns. */
export interface Forecast {
  /** Kendall's: `M/M/4`. */
  readonly queue: string;
  /** The formula by name. */
  readonly formula: string;
  readonly standing: Standing;
  /** P(wait > 0). */
  readonly waitProbability: number;
  readonly meanWaitNs: number;
  /** At the pod: wait and service, without the network. */
  readonly meanSojournNs: number;
  /** Null: not known. */
  readonly p99SojournNs: number | null;
  /** Share of requests that find the queue full; null: it has no limit. */
  readonly blocked: number | null;
  /** P(sojourn > t ns); null: not known. */
  readonly sojournTail: ((t: number) => number) | null;
}

/** A pod as a queue. */
export interface PodQueue {
  /** Requests per second; below what it can serve, unless its queue has a limit. */
  readonly rate: number;
  readonly servers: number;
  /** Of service, ns. */
  readonly service: Moments;
  readonly serviceTail: Tail;
  readonly isExponential: boolean;
  readonly queueLimit: number | null;
  readonly arrivals: Exclude<PodArrivals, { kind: 'unknown' | 'closed' }>;
}

/** The best that there is first; where the truth lies between two, both bounds. */
export function forecastsFor(pod: PodQueue): readonly Forecast[] {
  if (pod.service.mean === 0 || pod.rate === 0) return [];
  if (pod.queueLimit !== null) {
    const limited = finite(pod, pod.queueLimit);
    const isFull =
      limited.blocked === null ||
      limited.blocked > NEVER ||
      pod.rate * pod.service.mean >= pod.servers * 1e9;
    return isFull ? [limited] : forecastsFor({ ...pod, queueLimit: null });
  }
  if (pod.service.variance === Infinity) return [];
  switch (pod.arrivals.kind) {
    case 'poisson':
      return [ofPoisson(pod)];
    case 'in turn':
      return ofTurns(pod, pod.arrivals);
    case 'renewal':
      return [ofRenewals(pod, pod.arrivals.cv2)];
  }
}

/** A pod in a closed network of users who think; `isExact`: for exponential service. */
export function closedForecast(
  { isExponential, servers, service }: PodQueue,
  users: number,
  { sojourn, waitProbability }: ClosedStationFigures,
  isExact: boolean,
): Forecast {
  return {
    queue: `${isExponential ? 'M' : 'G'}/${servers} of ${users} users`,
    formula: 'Gordon–Newell',
    standing: isExponential && isExact ? 'exact' : 'approximation',
    waitProbability,
    meanWaitNs: Math.max(0, sojourn - service.mean),
    meanSojournNs: sojourn,
    p99SojournNs: null,
    blocked: null,
    sojournTail: null,
  };
}

/** Several pods as one queue with all their workers: what nobody could do better than who splits requests. */
export function pooledForecast(pod: PodQueue, pods: number): Forecast | null {
  const { rate, servers } = pod;
  if (pod.queueLimit !== null || pod.service.variance === Infinity) return null;
  if (pod.service.mean === 0 || rate === 0) return null;
  const pooled = ofPoisson({ ...pod, rate: rate * pods, servers: servers * pods });
  return { ...pooled, standing: pooled.standing === 'exact' ? 'lower bound' : 'approximation' };
}

/** A queue that refuses fewer has no limit for all that anybody sees. */
const NEVER = 1e-6;

/** Requests per ns. */
const perNs = (rate: number): number => rate / 1e9;

function ofPoisson(pod: PodQueue): Forecast {
  const { servers, service } = pod;
  const arrivalRate = perNs(pod.rate);
  if (pod.isExponential) {
    const queue = mmc({ arrivalRate, serviceRate: 1 / service.mean, servers });
    return forecast(`M/M/${servers}`, 'Erlang C', 'exact', queue);
  }
  if (servers === 1 && service.variance === 0) {
    return forecast(
      'M/D/1',
      'Pollaczek–Khinchine',
      'exact',
      md1({ arrivalRate, service: service.mean }),
    );
  }
  if (servers === 1) {
    const queue = mg1Distribution({
      arrivalRate,
      meanService: service.mean,
      serviceCv: Math.sqrt(squaredCv(service)),
      serviceTail: pod.serviceTail,
    });
    return forecast('M/G/1', 'Pollaczek–Khinchine', 'exact', queue);
  }
  const name = service.variance === 0 ? `M/D/${servers}` : `M/G/${servers}`;
  return forecast(name, 'Allen–Cunneen', 'approximation', approximate(pod, 1));
}

function ofTurns(pod: PodQueue, arrivals: { stages: number; nodes: number }): readonly Forecast[] {
  const poisson = ofPoisson(pod);
  const regular = ofStages(pod, arrivals.stages);
  if (arrivals.nodes === 1) return [regular];
  // The more nodes, the more the sum of their turns is like Poisson.
  return [
    { ...poisson, standing: poisson.standing === 'exact' ? 'upper bound' : 'approximation' },
    { ...regular, standing: regular.standing === 'exact' ? 'lower bound' : 'approximation' },
  ];
}

function ofStages(pod: PodQueue, stages: number): Forecast {
  const name = `E${stages}`;
  if (pod.isExponential && pod.servers === 1) {
    const queue = gm1({
      arrivalRate: perNs(pod.rate),
      serviceRate: 1 / pod.service.mean,
      stages,
    });
    return forecast(`${name}/M/1`, 'the root of G/M/1', 'exact', queue);
  }
  const service = pod.isExponential ? 'M' : pod.service.variance === 0 ? 'D' : 'G';
  return forecast(
    `${name}/${service}/${pod.servers}`,
    'Allen–Cunneen',
    'approximation',
    approximate(pod, 1 / stages),
  );
}

function ofRenewals(pod: PodQueue, cv2: number): Forecast {
  const service = pod.isExponential ? 'M' : pod.service.variance === 0 ? 'D' : 'G';
  if (cv2 === 0 && service === 'M' && pod.servers === 1) {
    const queue = gm1({
      arrivalRate: perNs(pod.rate),
      serviceRate: 1 / pod.service.mean,
      stages: Infinity,
    });
    return forecast('D/M/1', 'the root of G/M/1', 'exact', queue);
  }
  const name = `${cv2 === 0 ? 'D' : 'GI'}/${service}/${pod.servers}`;
  return forecast(name, 'Allen–Cunneen', 'approximation', approximate(pod, cv2));
}

function approximate(pod: PodQueue, arrivalCv2: number): QueueDistributions {
  return allenCunneen({
    arrivalRate: perNs(pod.rate),
    meanService: pod.service.mean,
    servers: pod.servers,
    arrivalCv2,
    serviceCv2: squaredCv(pod.service),
    serviceTail: pod.serviceTail,
  });
}

/** With room for so many: exact for exponential service and Poisson arrivals, else the nearest that there is. */
function finite(pod: PodQueue, waitingRoom: number): Forecast {
  const { servers, service, arrivals, isExponential } = pod;
  const queue = mmck({
    arrivalRate: perNs(pod.rate),
    serviceRate: 1 / service.mean,
    servers,
    waitingRoom,
  });
  return {
    queue: `M/M/${servers}/${servers + waitingRoom}`,
    formula: 'birth and death',
    standing: isExponential && arrivals.kind === 'poisson' ? 'exact' : 'approximation',
    waitProbability: queue.waitProbability,
    meanWaitNs: queue.meanWait,
    meanSojournNs: queue.meanSojourn,
    p99SojournNs: null,
    blocked: queue.blocked,
    sojournTail: null,
  };
}

function forecast(
  queue: string,
  formula: string,
  standing: Standing,
  figures: QueueDistributions,
): Forecast {
  const p99 = figures.sojournQuantile(0.99);
  return {
    queue,
    formula,
    standing,
    waitProbability: figures.waitProbability,
    meanWaitNs: figures.meanWait,
    meanSojournNs: figures.meanSojourn,
    p99SojournNs: p99 < Infinity ? p99 : null,
    blocked: null,
    sojournTail: figures.sojournTail,
  };
}
