/** For how long circuit breakers of clients were open, window by window: the growth of their areas while it was. */
import type { CircuitTime } from '../../contract/result.ts';
import type { World } from '../world.ts';

export class CircuitAverages {
  private readonly world: World;
  /** By window and client, ns × breakers. */
  private readonly rows: readonly Float64Array[];

  constructor(world: World) {
    this.world = world;
    this.rows = world.plan.windows.map(() => new Float64Array(world.clients.length));
  }

  /** Takes the areas up to now from the window's (-1), as it opens, or adds them (1), as it closes. */
  addAreas(window: number, sign: 1 | -1): void {
    const { clients, queue } = this.world;
    clients.forEach(({ openCircuits }, client) => {
      this.rows[window][client] += sign * openCircuits.upTo(queue.now);
    });
  }

  /** Of a client over a window, once that has closed; null: it has no circuit breakers. */
  over(window: number, client: number): CircuitTime | null {
    const { measurement, clients } = this.world;
    const { circuitBreaker, replicas } = clients[client].plan;
    if (circuitBreaker === null) return null;
    const podNs = measurement.spans.total(window) * replicas.length;
    return { openNs: this.rows[window][client], podNs };
  }
}
