/** Where each new connection of a client pod meets rules, where that is not its own node. */
import { UNROUTED, type ServiceRules, type Verdict } from '../../../proxy/data-plane.ts';
import { BY_NODE_PORT, BY_OWN_NODE_PORT, type Entrance } from '../../control/entrance.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { World } from '../../world.ts';
import { ZtunnelWay } from '../mesh/ztunnel-way.ts';
import type { Replica } from '../replica.ts';
import type { Gate } from './gate.ts';
import { HeadlessWay } from './headless-way.ts';
import type { Hop } from './network.ts';
import type { Way } from './way.ts';

/** The way of a replica to its target; null: by the rules of its own node. */
export function wayOf(world: World, replica: Replica): Way | null {
  const { mesh, target, via } = replica.client.plan;
  if (mesh?.mode === 'Ztunnel') return new ZtunnelWay(replica, replica.view!);
  if (target.kind === 'headless') return new HeadlessWay(world, replica, target);
  if (target.kind !== 'servicePort' || via === null || via.kind === 'Ingress') return null;
  const servicePort = world.servicePort(target.service, target.port);
  const gateOn = (node: number): NodeGate => new NodeGate(world, replica, { node, servicePort });
  if (via.kind === 'NodePort') return new NodePortWay(replica, via.nodes.map(gateOn));
  const policy = world.plan.services[target.service].externalTrafficPolicy;
  const gates = world.plan.nodes.map((_, node) => gateOn(node));
  return policy === 'Cluster'
    ? new NodePortWay(replica, gates)
    : new LocalLoadBalancerWay(replica, gates);
}

/** A node, as whoever calls a node port of it meets it. */
class NodeGate implements Gate {
  readonly proxy: NodeProxy;
  readonly verdictWithoutRules: Verdict = UNROUTED;
  private readonly replica: Replica;
  private readonly servicePort: number;
  private readonly entrance: Entrance;

  constructor(
    world: World,
    replica: Replica,
    at: { readonly node: number; readonly servicePort: number },
  ) {
    this.proxy = world.proxyOf(at.node);
    this.replica = replica;
    this.servicePort = at.servicePort;
    this.entrance = replica.node === at.node ? BY_OWN_NODE_PORT : BY_NODE_PORT;
    this.proxy.follow(at.servicePort, this.entrance);
  }

  rules(): ServiceRules | null {
    return this.proxy.rules(this.servicePort, this.entrance);
  }

  hopTo(node: number): Hop {
    return this.replica.client.network.through(this.replica.node, this.proxy.node, node);
  }

  roundTrip(): number {
    const { replica, proxy } = this;
    if (replica.node === proxy.node) return 0;
    const hop = replica.hopTo(proxy.node);
    return hop.delay() + hop.delay();
  }

  /** Whether a load balancer that checks the node's health finds an endpoint of its own there. */
  hasLocalEndpoint(): boolean {
    return this.proxy.hasReadyEndpoint(this.servicePort);
  }
}

/** By the node ports of some nodes: one at random for each connection. */
class NodePortWay implements Way {
  private readonly gates: readonly NodeGate[];
  private readonly choice: RandomStream;

  constructor(replica: Replica, gates: readonly NodeGate[]) {
    this.gates = gates;
    this.choice = replica.stream('node');
  }

  next(): Gate {
    const { gates } = this;
    return gates.length === 1 ? gates[0] : gates[this.choice.below(gates.length)];
  }
}

/**
 * By a load balancer whose health checks keep it from nodes without a ready endpoint of their own. It knows of
 * these as soon as the node's kube-proxy does. Where no node has one, nobody answers.
 */
class LocalLoadBalancerWay implements Way {
  private readonly gates: readonly NodeGate[];
  private readonly replica: Replica;
  private readonly choice: RandomStream;

  constructor(replica: Replica, gates: readonly NodeGate[]) {
    this.gates = gates;
    this.replica = replica;
    this.choice = replica.stream('node');
  }

  next(): Gate {
    const healthy = this.gates.filter((gate) => gate.hasLocalEndpoint());
    if (healthy.length > 0) return healthy[this.choice.below(healthy.length)];
    return new DeadEnd(this.replica);
  }
}

/** Where nobody answers. */
class DeadEnd implements Gate {
  readonly proxy: NodeProxy | null = null;
  readonly verdictWithoutRules: Verdict = UNROUTED;
  private readonly replica: Replica;

  constructor(replica: Replica) {
    this.replica = replica;
  }

  rules(): ServiceRules | null {
    return null;
  }

  roundTrip(): number {
    return 0;
  }

  hopTo(node: number): Hop {
    return this.replica.hopTo(node);
  }
}
