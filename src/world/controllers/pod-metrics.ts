/**
 * What metrics pipelines know of a workload's pods: for each, an average over the time since it was last looked at.
 * Of CPU that is metrics-server, which scrapes kubelets; of the others an adapter of custom metrics, taken to be as
 * often.
 *
 * A container that has run for less than 10 s at its first scrape has no sample until the next one
 * (metrics-server: pkg/storage/pod.go). Pods that have run for long when the run starts have one a period after that
 * at the latest.
 *
 * Left out: the kubelet's own cache, by which what is scraped may be some seconds old.
 */
import type { AutoscalerMetric } from '../../contract/plan.ts';
import type { Sample } from '../../kube/autoscaling/replica-count.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';

/** The youngest container of which one scrape is enough. */
const FRESH_NS = 10e9;

/** What a pod had done by `at`, in units × s; and over the window before that. */
interface Reading {
  readonly life: number;
  readonly at: number;
  readonly total: number;
  readonly sample: Sample | null;
}

export class PodMetrics {
  private readonly world: World;
  private readonly kind: AutoscalerMetric['kind'];
  private readings = new Map<Pod, Reading>();

  constructor(world: World, kind: AutoscalerMetric['kind']) {
    this.world = world;
    this.kind = kind;
  }

  /** The last sample of a pod; null: there is none. */
  sampleOf(pod: Pod): Sample | null {
    return this.readings.get(pod)?.sample ?? null;
  }

  /** Looks at the containers that run among these pods. */
  scrape(pods: readonly Pod[]): void {
    const readings = new Map<Pod, Reading>();
    for (const pod of pods) if (pod.hasProcess) readings.set(pod, this.read(pod));
    this.readings = readings;
  }

  private read(pod: Pod): Reading {
    const { now: at } = this.world.queue;
    const total = this.totalOf(pod);
    const life = pod.deaths;
    const before = this.readings.get(pod) ?? this.beginningOf(pod);
    // Of a container that is another than before, the next scrape will tell.
    const isUsable = before !== null && before.life === life && at > before.at;
    const sample = isUsable ? sampleOf(before, total, at) : null;
    return { life, at, total, sample };
  }

  /** A container begins with nothing done. */
  private beginningOf(pod: Pod): Reading | null {
    const { boundAt } = this.world.controlPlane.statusOf(pod);
    const { now } = this.world.queue;
    if (boundAt === -Infinity || now - boundAt < FRESH_NS) return null;
    return { life: 0, at: boundAt, total: 0, sample: null };
  }

  /** CPU time in core-s, requests begun, or requests × s, from the start of the run to now. */
  private totalOf(pod: Pod): number {
    const { loads, queue } = this.world;
    const { index } = pod;
    switch (this.kind) {
      case 'CpuUtilization':
      case 'CpuAverage':
        return pod.cpu === null ? 0 : pod.cpu.usage().usedNs / 1e9;
      case 'RequestsPerSecond':
        return loads.arrived(index);
      case 'RequestsInFlight':
        return loads.inFlightUpTo(index, queue.now) / 1e9;
      case 'QueueLength':
        return (loads.inFlightUpTo(index, queue.now) - loads.busyUpTo(index, queue.now)) / 1e9;
    }
  }
}

/** An average per second, in whole thousandths; what is left over counts as one, as quantities have it. */
function sampleOf(before: Reading, total: number, at: number): Sample {
  const window = at - before.at;
  const average = ((total - before.total) * 1e9) / window;
  return { milli: Math.ceil(average * 1000 - ROUNDING), at, window };
}

/** A sum of doubles may be off by so many thousandths. */
const ROUNDING = 1e-6;
