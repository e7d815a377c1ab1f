/**
 * The source ports of all client pods: a range for each pod and destination, which clients share that run in the
 * same pod and call the same, as processes of one network namespace do.
 */
import type { PlannedClient } from '../../../contract/plan.ts';
import { SourcePorts } from '../../../proxy/source-ports.ts';

export class PortRanges {
  /** Clients by their destination and range. */
  private readonly callers = new Map<string, number>();
  private readonly keys = new Map<PlannedClient, string>();
  /** Ranges that may have several users, by pod, destination and range. */
  private readonly shared = new Map<string, SourcePorts>();

  constructor(clients: readonly PlannedClient[]) {
    for (const client of clients) {
      const key = keyOf(client);
      this.keys.set(client, key);
      this.callers.set(key, (this.callers.get(key) ?? 0) + 1);
    }
  }

  /** The range of a client in the pod with address `ip`; null: its ports are not limited. */
  of(ip: string, client: PlannedClient): SourcePorts | null {
    const { ports } = client;
    if (ports === null) return null;
    const key = this.keys.get(client)!;
    // Most destinations have one client, whose pods may be many: nothing is kept for those.
    if (this.callers.get(key) === 1) return create(ports);
    const own = `${ip} ${key}`;
    const range = this.shared.get(own) ?? create(ports);
    this.shared.set(own, range);
    return range;
  }
}

const create = ({ first, last, timeWait }: NonNullable<PlannedClient['ports']>): SourcePorts =>
  new SourcePorts(first, last, timeWait);

const keyOf = ({ target, protocol, ports }: PlannedClient): string =>
  JSON.stringify([target, protocol, ports]);
