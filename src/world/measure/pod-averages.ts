/**
 * Averages over time of the pods behind Services that clients call, window by window: the growth of their areas
 * while it was open. Flat, because windows that random faults open do so again and again.
 */
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { CircuitAverages } from './circuit-averages.ts';
import type { WindowObserver } from './measurement.ts';

/** Areas under a pod's step functions, ns × level; and its part of the Service's time, ns. */
export interface PodAreas {
  readonly inFlight: number;
  readonly busy: number;
  readonly ready: number;
  readonly fair: number;
}

// Columns of a pod's row.
const IN_FLIGHT = 0;
const BUSY = 1;
const READY = 2;
const FAIR = 3;
const COLUMNS = 4;

export class PodAverages implements WindowObserver {
  /** Services that clients call, by number. */
  readonly services: readonly number[];
  readonly circuits: CircuitAverages;
  private readonly world: World;
  /** By window and place in `services`: a row for each pod that ever backed the Service. */
  private readonly rows: Float64Array[][];
  private inSystemArea = 0;

  constructor(world: World) {
    this.world = world;
    this.circuits = new CircuitAverages(world);
    const called = world.clients.map(({ service }) => service).filter((service) => service >= 0);
    this.services = [...new Set(called)].sort((a, b) => a - b);
    this.rows = world.plan.windows.map(() => this.services.map(() => new Float64Array(0)));
  }

  windowBegins(window: number): void {
    this.addAreas(window, -1);
    if (window === 0) this.world.sharedConnections.begin();
    for (const service of this.services) {
      for (const { index } of this.world.podsBehind(service)) {
        this.world.loads.raiseMaximum(index, window);
      }
    }
  }

  windowEnds(window: number): void {
    this.addAreas(window, 1);
  }

  /** Pods that back a Service which some client calls, and are ready. */
  readyPods(): number {
    const { services, world } = this;
    const readyBehind = (service: number): Pod[] =>
      world.podsBehind(service).filter(({ isReady }) => isReady);
    // A pod may back several of them.
    return services.length === 1
      ? readyBehind(services[0]).length
      : new Set(services.flatMap(readyBehind)).size;
  }

  /** The areas of a Service's pod over a window, once that has closed. */
  over(window: number, service: number, pod: Pod): PodAreas {
    const rows = this.rows[window][this.services.indexOf(service)];
    const row = pod.rowIn(service) * COLUMNS;
    return {
      inFlight: rows[row + IN_FLIGHT] ?? 0,
      busy: rows[row + BUSY] ?? 0,
      ready: rows[row + READY] ?? 0,
      fair: rows[row + FAIR] ?? 0,
    };
  }

  /** Requests in the system on average over the measurement, once that has ended. */
  get inSystemMean(): number {
    return this.inSystemArea / this.world.plan.duration;
  }

  /** Takes the areas up to now from the window's (-1), as it opens, or adds them (1), as it closes. */
  private addAreas(window: number, sign: 1 | -1): void {
    const { world } = this;
    const { loads, measurement, queue } = world;
    const { now } = queue;
    this.circuits.addAreas(window, sign);
    if (window === 0) this.inSystemArea += sign * measurement.inSystem.upTo(now);
    this.services.forEach((service, place) => {
      const pods = world.podsBehind(service);
      const rows = this.roomFor(window, place, pods.length);
      const shared = world.sharedTimeOf(service).upTo(now);
      pods.forEach((pod, i) => {
        const row = i * COLUMNS;
        rows[row + IN_FLIGHT] += sign * loads.inFlightUpTo(pod.index, now);
        rows[row + BUSY] += sign * loads.busyUpTo(pod.index, now);
        rows[row + READY] += sign * pod.readiness.upTo(now);
        rows[row + FAIR] += sign * pod.readiness.fairUpTo(service, shared);
      });
    });
  }

  private roomFor(window: number, place: number, pods: number): Float64Array {
    const old = this.rows[window][place];
    if (pods * COLUMNS <= old.length) return old;
    const rows = new Float64Array(Math.max(pods * COLUMNS, 2 * old.length));
    rows.set(old);
    this.rows[window][place] = rows;
    return rows;
  }
}
