/** Averages over time of the pods, window by window: the areas at a window's start, and their growth by its end. */
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import type { WindowObserver } from './measurement.ts';

/** Areas under a pod's step functions: ns × level. */
export interface PodAreas {
  readonly inFlight: number;
  readonly busy: number;
  readonly ready: number;
  /** By membership: its part of the Service's time. */
  readonly fair: readonly number[];
}

const NOTHING: PodAreas = { inFlight: 0, busy: 0, ready: 0, fair: [] };

export class PodAverages implements WindowObserver {
  private readonly world: World;
  /** By window, then pod: areas when it last began, and their growth over the spans that have ended. */
  private readonly starts: PodAreas[][] = [];
  private readonly windows: PodAreas[][] = [];
  private inSystemArea = 0;

  constructor(world: World) {
    this.world = world;
  }

  windowBegins(window: number): void {
    this.starts[window] = this.world.pods.map((pod) => this.areas(pod));
    if (window === 0) this.inSystemArea = -this.inSystemUpToNow();
    for (const pod of this.world.pods) this.world.loads.startMaximum(pod.index, window);
  }

  windowEnds(window: number): void {
    if (window === 0) this.inSystemArea += this.inSystemUpToNow();
    const starts = this.starts[window];
    const before = this.windows[window] ?? [];
    this.windows[window] = this.world.pods.map((pod, i) => {
      const now = this.areas(pod);
      const start = starts[i] ?? NOTHING;
      const so = before[i] ?? NOTHING;
      return {
        inFlight: so.inFlight + now.inFlight - start.inFlight,
        busy: so.busy + now.busy - start.busy,
        ready: so.ready + now.ready - start.ready,
        fair: now.fair.map((area, m) => (so.fair[m] ?? 0) + area - (start.fair[m] ?? 0)),
      };
    });
  }

  /** Pods that back a Service which some client calls, and are ready. */
  readyPods(): number {
    const ready = new Set<Pod>();
    for (const { service } of this.world.clients) {
      if (service < 0) continue;
      for (const pod of this.world.podsBehind(service)) if (pod.isReady) ready.add(pod);
    }
    return ready.size;
  }

  /** A pod's areas over a window that has ended. */
  over(window: number, pod: Pod): PodAreas {
    return this.windows[window]?.[pod.index] ?? NOTHING;
  }

  /** Requests in the system on average over the measurement, once that has ended. */
  get inSystemMean(): number {
    return this.inSystemArea / this.world.plan.duration;
  }

  private inSystemUpToNow(): number {
    return this.world.measurement.inSystem.upTo(this.world.queue.now);
  }

  private areas(pod: Pod): PodAreas {
    const { loads } = this.world;
    const { now } = this.world.queue;
    return {
      inFlight: loads.inFlightUpTo(pod.index, now),
      busy: loads.busyUpTo(pod.index, now),
      ready: pod.readiness.upTo(now),
      fair: pod.fairUpTo(now),
    };
  }
}
