/**
 * A UDP flow (5-tuple) as the node where it meets rules remembers it. Its first datagram is decided by the
 * rules; later ones follow the entry for as long as that lives, 30 s from the last datagram, or 120 s once
 * the flow was answered and is older than 2 s (net/netfilter/nf_conntrack_proto_udp.c). Then they are
 * decided anew.
 *
 * After a sync kube-proxy deletes the entries of endpoints that no longer serve (pkg/proxy/conntrack/cleanup.go):
 * seen here by the next datagram. Data planes with a memory of their own (ipvs, eBPF) say themselves what
 * they remember.
 *
 * Left out: entries that a later flow of the same source port finds, but for fixed ports; an endpoint that goes and
 * comes back between two datagrams.
 */
import type { PlannedProxy } from '../../../contract/plan.ts';
import type { Endpoint, EndpointSet } from '../../../kube/endpoint.ts';
import { UDP, UDP_STREAM } from '../../../proxy/conntrack.ts';
import {
  ABANDONED,
  FORWARDED,
  UNROUTED,
  type Flow,
  type ServiceRules,
  type Verdict,
} from '../../../proxy/data-plane.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { World } from '../../world.ts';
import type { Rulebook } from '../ways/gate.ts';

/** Age from which an answered flow is a stream. */
const STREAM_AGE_NS = 2e9;

export class UdpFlow implements Flow {
  sourceIp: number = 0;
  sourcePort: number = 0;
  endpoint: Endpoint | null = null;
  proxyCost: number = 0;
  slot: number = -1;
  seenAt: number = 0;
  gate!: Rulebook;
  /** When the rules were last asked, ns. */
  begunAt: number = 0;

  private readonly world: World;
  private servicePort = -1;
  private rules: ServiceRules | null = null;
  private isAnswered = false;
  /** The endpoints in force when the entry was last found in order. */
  private checked: EndpointSet | null = null;

  constructor(world: World) {
    this.world = world;
  }

  /** Whether a node has decided it, and may remember that. */
  get isKnown(): boolean {
    return this.rules !== null;
  }

  /** A socket towards a ServicePort is open; -1: straight to a pod, or to what no Service has. */
  begin(gate: Rulebook, address: number, port: number, servicePort: number): void {
    this.gate = gate;
    this.sourceIp = address;
    this.sourcePort = port;
    this.servicePort = servicePort;
    if (this.rules === null) this.endpoint = null;
  }

  /**
   * A datagram leaves at `now` (ns). Where the rules were asked, `begunAt` is `now` and `proxyCost` what they
   * cost; otherwise it cost nothing.
   */
  send(now: number): Verdict {
    const { proxy } = this.gate;
    this.proxyCost = 0;
    if (proxy === null) return UNROUTED;
    proxy.keepUp();
    if (this.rules !== null && this.isRemembered(this.rules, proxy, now)) {
      this.seenAt = now;
      return FORWARDED;
    }
    this.slot = -1;
    const rules = this.gate.rules();
    if (rules === null) return this.gate.verdictWithoutRules;
    const verdict = proxy.admit(this, rules);
    if (verdict !== FORWARDED) return verdict;
    this.rules = rules;
    this.begunAt = now;
    this.seenAt = now;
    this.isAnswered = false;
    if (this.servicePort >= 0) this.checked = proxy.endpointsInForce(this.servicePort);
    return FORWARDED;
  }

  /** An answer has come in at `now` (ns). */
  answered(now: number): void {
    this.isAnswered = true;
    this.seenAt = now;
  }

  /** The socket closes: nothing tells the node, and the entry runs out. */
  end(now: number): void {
    const { rules } = this;
    if (rules === null) return;
    this.rules = null;
    const proxy = this.gate.proxy!;
    proxy.keepUp();
    rules.close(this, now, ABANDONED);
    const { conntrack } = proxy;
    if (conntrack !== null) conntrack.close(now, this.isStream ? UDP_STREAM : UDP);
  }

  /** The node has lost all that it knew. */
  forget(): void {
    this.rules = null;
  }

  private get isStream(): boolean {
    return this.isAnswered && this.seenAt > this.begunAt + STREAM_AGE_NS;
  }

  private isRemembered(rules: ServiceRules, proxy: NodeProxy, now: number): boolean {
    const { conntrack, plane } = proxy;
    const isTranslated = plane.usesConntrack && this.servicePort >= 0;
    if (isTranslated && (this.hasRunOut(proxy, now) || this.isStale(proxy))) {
      rules.close(this, now, ABANDONED);
    } else if (rules.passes(this, now)) {
      return true;
    }
    this.rules = null;
    if (conntrack !== null) conntrack.remove();
    return false;
  }

  private hasRunOut({ node }: NodeProxy, now: number): boolean {
    const { nodes, proxies } = this.world.plan;
    const { udpTimeout, udpStreamTimeout }: PlannedProxy['conntrack'] =
      proxies[nodes[node].proxy].conntrack;
    return now - this.seenAt > (this.isStream ? udpStreamTimeout : udpTimeout);
  }

  /** Whether kube-proxy has deleted the entry with its endpoint, in a sync since the last datagram. */
  private isStale(proxy: NodeProxy): boolean {
    const set = proxy.endpointsInForce(this.servicePort);
    if (set === this.checked) return false;
    this.checked = set;
    const { address } = this.endpoint!;
    return !set.endpoints.some((endpoint) => endpoint.serving && endpoint.address === address);
  }
}
