/** Row by row records of connections and requests, for those who ask: the only memory that grows with a run. */
import type { ErrorCause } from '../../contract/plan.ts';
import {
  type ConnectionRecord,
  type RequestRecord,
  type RunOptions,
  type Verdict as VerdictName,
} from '../../contract/result.ts';
import { formatIPv4 } from '../../base/ipv4.ts';
import type { Verdict } from '../../proxy/data-plane.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import type { Connection } from '../traffic/connections/connection.ts';
import type { World } from '../world.ts';
import { SlowestRequests } from './slowest-requests.ts';

/** By number, as in proxy/data-plane.ts. */
const VERDICT_NAMES: readonly VerdictName[] = ['forwarded', 'rejected', 'dropped', 'unrouted'];

const nameOf = (verdict: Verdict): VerdictName => VERDICT_NAMES[verdict];

export class Records {
  /** Whether it wants to know of each measured request that ends. */
  readonly wantsRequests: boolean;
  /** Null where not asked for. */
  readonly connections: ConnectionRecord[] | null;
  readonly requests: RequestRecord[] | null;
  readonly slowest: SlowestRequests | null;
  private readonly world: World;

  constructor(world: World, options: RunOptions) {
    this.world = world;
    this.connections = options.recordConnections === true ? [] : null;
    this.requests = options.recordRequests === true ? [] : null;
    const { slowest } = options;
    this.slowest = slowest === undefined ? null : new SlowestRequests(slowest);
    this.wantsRequests = this.requests !== null || this.slowest !== null;
  }

  /** A connection has closed at `closedNs`, or is open at the end (null). */
  connection(connection: Connection, closedNs: number | null): void {
    const { client, ip, node } = connection.replica;
    this.connections!.push({
      connection: connection.origin?.number ?? connection.number,
      client: client.plan.name,
      clientIp: connection.origin === null ? ip : formatIPv4(connection.origin.address),
      clientPort: Math.max(connection.sourcePort, 0),
      node: this.nodeName(node),
      service: this.serviceName(client.service),
      openedNs: connection.openedAt,
      closedNs,
      verdict: nameOf(connection.verdict),
      pod: connection.pod?.name ?? '',
      endpoint: connection.endpoint?.address ?? '',
      requests: connection.requests,
    });
  }

  /** A measured request has ended. */
  request(attempt: Attempt, cause: ErrorCause | null): void {
    const latencyNs = this.world.queue.now - attempt.due;
    const { client, node } = attempt.replica;
    if (client.isCaller) this.slowest?.offer(attempt.request, latencyNs);
    if (this.requests === null) return;
    this.requests.push({
      request: attempt.request,
      client: client.plan.name,
      node: this.nodeName(node),
      pod: attempt.pod?.name ?? '',
      issuedNs: attempt.due,
      latencyNs,
      outcome: cause ?? 'ok',
      attempts: attempt.tries,
      partsNs: [...attempt.parts],
    });
  }

  private nodeName(node: number): string {
    return node < 0 ? '' : this.world.plan.nodes[node].name;
  }

  private serviceName(service: number): string {
    return service < 0 ? '' : this.world.plan.services[service].label;
  }
}
