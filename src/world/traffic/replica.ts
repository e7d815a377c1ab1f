/** One pod of a client, on a node or outside the cluster; or of a proxy that its requests go by. */
import { parseIPv4 } from '../../base/ipv4.ts';
import { routingOf } from '../../contract/traffic/client.ts';
import type { RandomStream } from '../../engine/random.ts';
import { UNROUTED, type ServiceRules, type Verdict } from '../../proxy/data-plane.ts';
import type { SourcePorts } from '../../proxy/source-ports.ts';
import type { Pod } from '../cluster/pod.ts';
import type { NodeProxy } from '../control/node-proxy.ts';
import type { NameResolver } from '../dns/name-waiter.ts';
import type { World } from '../world.ts';
import type { Client } from './client.ts';
import { createBalancer } from './balancing/client-balancer.ts';
import {
  CONNECTION_MODES,
  type ConnectionSource,
  type Route,
} from './connections/connection-use.ts';
import { ConnectionPool } from './connections/connection-pool.ts';
import { PoolWarmUp } from './connections/pool-warm-up.ts';
import { Guard } from './defences/guard.ts';
import { UdpFlow } from './connections/udp-flow.ts';
import { createProxyBalancer, pushedViewOf } from './mesh/proxy-balancer.ts';
import type { PushedView } from './mesh/pushed-view.ts';
import { Router } from './mesh/router.ts';
import type { Gate } from './ways/gate.ts';
import type { Hop } from './ways/network.ts';
import type { Way } from './ways/way.ts';
import { wayOf } from './ways/ways.ts';

export class Replica implements Gate, Route {
  readonly client: Client;
  readonly ip: string;
  /** `ip` as a number. */
  readonly address: number;
  /** Index of its node; -1: outside the cluster. */
  readonly node: number;
  /** The kube-proxy of its node; null: outside the cluster, where no rules are met. */
  readonly proxy: NodeProxy | null;
  readonly ports: SourcePorts | null;
  readonly connections: ConnectionSource;
  readonly watcher: null = null;
  /** Null: nothing holds its requests back. */
  readonly guard: Guard | null;
  /** What it does with requests as a proxy of its own; null: nothing. */
  readonly router: Router | null;
  /** What the proxy that it is, or that it has, is told of endpoints; null: there is none, or it picks none. */
  readonly view: PushedView | null;
  /** Null where the target's address needs no looking up. */
  readonly resolver: NameResolver | null;
  /** What the node says of a target that no Service has. */
  readonly verdictWithoutRules: Verdict;
  private readonly way: Way | null;
  private readonly world: World;
  private flows: Map<Gate, UdpFlow> | null = null;
  private cachedRules: ServiceRules | null = null;

  /** The pod of the plan's workloads that it is; null: one that does nothing but call. */
  readonly pod: Pod | null;

  /** @param role of the pod: its client's own, or that of a proxy in a pod of its own */
  constructor(
    world: World,
    client: Client,
    ip: string,
    node: number,
    pod: Pod | null = null,
    role: 'client' | 'proxy' = 'client',
  ) {
    this.world = world;
    this.pod = pod;
    this.client = client;
    this.ip = ip;
    this.address = parseIPv4(ip);
    this.node = node;
    this.proxy = node < 0 ? null : world.proxyOf(node);
    this.resolver =
      client.names === null || this.proxy === null
        ? null
        : world.dns!.resolverOf(client.names, this);
    const { balancer, circuitBreaker, concurrencyLimit, connection, target } = client.plan;
    this.ports = world.portRanges.of(ip, client.plan);
    const plane = this.proxy?.plane;
    this.verdictWithoutRules =
      plane === undefined
        ? UNROUTED
        : target.kind === 'unknownPort'
          ? plane.unknownPort
          : plane.unknownAddress;
    // A client that calls by waypoints has no connections of its own to the target.
    const isProxy = role === 'proxy' || client.plan.mesh?.mode !== 'Waypoint';
    const routing = isProxy ? routingOf(client.plan) : null;
    this.view = pushedViewOf(world, this, routing);
    this.way = wayOf(world, this);
    if (this.way === null && client.servicePort >= 0) this.proxy?.follow(client.servicePort);
    this.router = routing === null ? null : new Router(world, routing, this.stream('proxy-retry'));
    if (balancer !== null && this.view !== null) {
      this.connections = createProxyBalancer(world, this, balancer, this.view);
    } else if (balancer !== null && target.kind === 'headless') {
      this.connections = createBalancer(world, this, balancer, target);
    } else {
      this.connections = CONNECTION_MODES[connection.mode](world, this, this);
    }
    const { connections } = this;
    if (isProxy && connections instanceof ConnectionPool && connections.warmUp > 0) {
      new PoolWarmUp(world, this, connections);
    }
    this.guard =
      circuitBreaker === null && concurrencyLimit === null
        ? null
        : new Guard(world.queue, client.plan, (step, now) => client.openCircuits.add(step, now));
  }

  /** Where its next connection meets rules; null: the target's name has no address. */
  gateOfNext(): Gate | null {
    return this.way === null ? this : this.way.next();
  }

  /** A random stream of its own. */
  stream(concern: string): RandomStream {
    const { client, ip, world } = this;
    return world.stream(`client/${client.plan.name}/${ip}/${concern}`);
  }

  /** Its own node answers at once. */
  roundTrip(): number {
    return 0;
  }

  /**
   * What a node remembers of its fixed UDP port, which all its sockets share; null: its port is not fixed, or each socket
   * chooses for itself where it goes.
   */
  keptFlow(gate: Gate): UdpFlow | null {
    const { ports } = this.client.plan;
    if (ports === null || ports.first !== ports.last) return null;
    if (this.client.servicePort < 0 || this.proxy?.plane.decidesAtConnect === true) return null;
    const flows = (this.flows ??= new Map<Gate, UdpFlow>());
    let flow = flows.get(gate);
    if (flow === undefined) {
      flow = new UdpFlow(this.world);
      flows.set(gate, flow);
    }
    return flow;
  }

  /** Its node has gone down: nothing of what it had is left. */
  nodeLost(): void {
    this.closeAll();
    for (const flow of this.flows?.values() ?? []) flow.forget();
    this.cachedRules = null;
  }

  /** Its process has ended, and nothing waits for a connection. A sidecar is a process of its own, and goes on. */
  processEnded(): void {
    if (this.client.intermediary?.kind === 'sidecar') this.guard?.reset();
    else this.closeAll();
  }

  /** Its pod is gone for good. */
  podGone(): void {
    this.closeAll();
    this.view?.end();
  }

  /** The kernel closes all that is open. Nothing waits for a connection. */
  private closeAll(): void {
    this.connections.nodeLost();
    this.world.connections.forEachOf(this, (connection) => connection.use.drop(connection));
    this.guard?.reset();
  }

  /** A node has gone down, and forgets what went by its rules. */
  forgetRules(node: number): void {
    if (this.flows === null) return;
    for (const [{ proxy }, flow] of this.flows) if (proxy?.node === node) flow.forget();
  }

  /** The way to a pod on a node. */
  hopTo(node: number): Hop {
    return this.client.network.hop(this.node, node);
  }

  /** The rules of the target on its node; null: there are none for it. */
  rules(): ServiceRules | null {
    const { servicePort } = this.client;
    if (this.cachedRules === null && servicePort >= 0) {
      this.cachedRules = this.proxy!.rules(servicePort);
    }
    return this.cachedRules;
  }
}
