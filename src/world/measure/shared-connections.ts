/**
 * Connections that carry more than one request during the measurement: how many there were to each pod, and how many
 * requests shared them. Such requests did not pick their pod one by one, so the fewer the connections the more
 * uneven is what chance makes of them. Looked at when the measurement begins and when a connection ends:
 * a connection of a single request costs nothing.
 */
import type { SharedConnectionsResult } from '../../contract/result.ts';
import type { Pod } from '../cluster/pod.ts';
import type { Connection } from '../traffic/connections/connection.ts';
import type { World } from '../world.ts';

interface Tally {
  connections: number;
  requests: number;
  squares: number;
}

export class SharedConnections {
  private readonly world: World;
  /** By service, then by pod. */
  private readonly tallies = new Map<number, Map<Pod, Tally>>();
  /** Of connections that were open when the measurement began: requests up to then, by the connection's number. */
  private before: Map<number, number> | null = null;

  constructor(world: World) {
    this.world = world;
  }

  /** The measurement begins. */
  begin(): void {
    const before = new Map<number, number>();
    this.world.connections.forEachOpen(({ number, requests }) => {
      if (requests > 0) before.set(number, requests);
    });
    this.before = before;
  }

  /** A connection of more than one request has ended, or is still open when the run is over. */
  ended(connection: Connection): void {
    const { pod, number } = connection;
    if (this.before === null || pod === null) return;
    const requests = connection.requests - (this.before.get(number) ?? 0);
    if (requests < 2) return;
    const tally = this.tallyOf(connection.replica.client.service, pod);
    tally.connections++;
    tally.requests += requests;
    tally.squares += requests ** 2;
  }

  /** Once the run is over: a row for each pod that had any, in the order of Services and pods. */
  results(): SharedConnectionsResult[] {
    const { world } = this;
    world.connections.forEachOpen((connection) => {
      if (connection.requests > 1) this.ended(connection);
    });
    return world.averages.services.flatMap((service) =>
      world.podsBehind(service).flatMap((pod) => {
        const tally = this.tallies.get(service)?.get(pod);
        const { label } = world.plan.services[service];
        return tally === undefined ? [] : [{ service: label, pod: pod.name, ...tally }];
      }),
    );
  }

  private tallyOf(service: number, pod: Pod): Tally {
    let pods = this.tallies.get(service);
    if (pods === undefined) this.tallies.set(service, (pods = new Map()));
    let tally = pods.get(pod);
    if (tally === undefined) {
      pods.set(pod, (tally = { connections: 0, requests: 0, squares: 0 }));
    }
    return tally;
  }
}
