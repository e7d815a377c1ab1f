/**
 * One DNS query, A or AAAA of one name, on its way: from a pod to a name server and back, perhaps by
 * way of the node's cache, which then asks kube-dns over TCP. It is in one place at a time, so it is its
 * own next event. A query that is lost just ends: whoever waits for the answer has a timer.
 *
 * Left out: the size of answers, truncation and the retry over TCP that follows it.
 */
import { SimEvent } from '../../engine/event-queue.ts';
import { FORWARDED, REJECTED, UNROUTED } from '../../proxy/data-plane.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { hearsOfClosedPort, hearsOfMissingPod } from '../traffic/connections/icmp-errors.ts';
import type { Hop } from '../traffic/ways/network.ts';
import type { ClusterDns } from './cluster-dns.ts';
import { ForwardingFlow } from './forwarding-flow.ts';
import type { Lookup } from './lookup.ts';
import type { NameServer } from './name-server.ts';
import type { NodeCache } from './node-cache.ts';
import type { Resolver } from './resolver.ts';

const TO_POD = 0;
const TO_CACHE = 1;
/** A worker of a name server has it. */
const AT_WORK = 2;
/** CoreDNS waits for an upstream resolver. */
const UPSTREAM = 3;
const TO_CLIENT = 4;
/** An ICMP error is on its way to the client. */
const ERROR = 5;
/** The answer of CoreDNS is on its way to the node's cache. */
const BACK_AT_CACHE = 6;
/** The node's cache gives up waiting for CoreDNS. */
const FORWARD_FAILED = 7;
type Stage = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** What the node's cache waits for an answer (coredns: plugin/forward, read timeout). */
const FORWARD_TIMEOUT_NS = 2e9;

export class Query extends SimEvent {
  lookup!: Lookup;
  /** Whose the lookup was when it was sent: lookups are used again. */
  resolver!: Resolver;
  /** Which of the lookup's sockets it came from: an answer to one that is closed is not heard. */
  socket: number = 0;
  /** Asks for AAAA rather than A. */
  aaaa: boolean = false;
  /** The name, and the name with the type: what caches know it by. */
  name: string = '';
  key: string = '';
  /** Whether the name exists. */
  exists: boolean = false;

  /** How often the process that serves it had died when it came. */
  life: number = 0;
  /** The answer: SERVFAIL, or for how much longer it is valid, ns. */
  failed: boolean = false;
  ttl: number = 0;

  private readonly world: World;
  private readonly dns: ClusterDns;
  private stage: Stage = TO_POD;
  private pod: Pod | null = null;
  private server: NameServer | null = null;
  /** Between the client and whom it asked, and between the cache of the client's node and CoreDNS. */
  private hop!: Hop;
  private onward!: Hop;
  /** The cache of the node, where it went there first. */
  private cache: NodeCache | null = null;
  /** The cache has asked CoreDNS, and waits. */
  private forwarded = false;
  private readonly forwarding: ForwardingFlow = new ForwardingFlow();
  private forwardedAt = 0;

  constructor(world: World, dns: ClusterDns) {
    super(world.queue);
    this.world = world;
    this.dns = dns;
  }

  /** Something to tell the client: there is nothing at AAAA, nor at a name that does not exist. */
  get isPositive(): boolean {
    return this.exists && !this.aaaa;
  }

  /** Sent to a CoreDNS pod, by rules that cost `proxyCost` ns. */
  sendTo(pod: Pod, proxyCost: number): void {
    const { names, pod: client } = this.resolver;
    this.cache = null;
    this.forwarded = false;
    this.pod = pod;
    this.hop = names.network.hop(client.node, pod.node);
    this.after(TO_POD, proxyCost + this.hop.delay());
  }

  /** Sent to the cache of the client's node. */
  sendToCache(cache: NodeCache): void {
    const { names, pod } = this.resolver;
    this.cache = cache;
    this.forwarded = false;
    this.hop = names.network.hop(pod.node, pod.node);
    this.after(TO_CACHE, this.hop.delay());
  }

  /** The client's node refuses it, after `proxyCost` ns in its rules. */
  refused(proxyCost: number): void {
    this.cache = null;
    this.after(ERROR, proxyCost);
  }

  override fire(): void {
    switch (this.stage) {
      case TO_POD:
        this.arrivesAtPod();
        break;
      case TO_CACHE:
        this.cache!.receive(this);
        break;
      case AT_WORK:
        this.server!.finish(this);
        break;
      case UPSTREAM:
        this.server!.upstreamAnswered(this);
        break;
      case TO_CLIENT:
        if (this.cache !== null || !this.isCutOff) this.lookup.answered(this);
        this.dns.free(this);
        break;
      case ERROR:
        this.lookup.refused(this);
        this.dns.free(this);
        break;
      case BACK_AT_CACHE:
        if (this.isCutOff) {
          this.lost();
          break;
        }
        this.hangUp();
        this.cache!.learned(this);
        break;
      default:
        this.hangUp();
        this.fail();
    }
  }

  /** A worker of `server` is busy with it for `demandNs`. */
  beginWork(server: NameServer, demandNs: number): void {
    this.server = server;
    this.after(AT_WORK, demandNs);
  }

  /** CoreDNS asks an upstream resolver, which takes `delayNs`. */
  awaitUpstream(delayNs: number): void {
    this.after(UPSTREAM, delayNs);
  }

  /** The name server answers: valid for `ttl` ns. */
  answer(ttl: number): void {
    this.failed = false;
    this.ttl = ttl;
    this.goBack();
  }

  /** The name server cannot say (SERVFAIL). */
  fail(): void {
    this.failed = true;
    this.goBack();
  }

  /** The node's cache has no answer: it asks kube-dns over a new TCP connection. */
  forward(): void {
    const { world, dns, forwarding } = this;
    const { now } = world.queue;
    const { names, pod: client } = this.resolver;
    this.forwarded = true;
    this.forwardedAt = now;
    const proxy = client.proxy!;
    const cache = this.cache!;
    forwarding.sourceIp = cache.address;
    const rules = proxy.rules(dns.tcpPort);
    const port = cache.nextPort();
    const verdict = rules === null ? UNROUTED : forwarding.open(proxy, rules, port, now);
    if (verdict === FORWARDED) {
      this.pod = world.pods[forwarding.endpoint!.pod];
      this.onward = names.network.hop(client.node, this.pod.node);
      const handshake = this.onward.delay() + this.onward.delay();
      this.after(TO_POD, forwarding.proxyCost + handshake + this.onward.delay());
    } else if (verdict === REJECTED) {
      this.after(FORWARD_FAILED, forwarding.proxyCost);
    } else {
      this.after(FORWARD_FAILED, FORWARD_TIMEOUT_NS);
    }
  }

  /** Nobody will answer it: its pod has died or dropped it. */
  lost(): void {
    if (this.forwarded) {
      const waited = this.world.queue.now - this.forwardedAt;
      this.after(FORWARD_FAILED, Math.max(0, FORWARD_TIMEOUT_NS - waited));
    } else {
      this.dns.free(this);
    }
  }

  /** Whether it is lost between the client, or the cache of the client's node, and the pod. */
  private get isCutOff(): boolean {
    const { nodes } = this.world;
    return nodes.hasCuts && !nodes.canReach(this.resolver.pod.node, this.pod!.node);
  }

  private arrivesAtPod(): void {
    const { world } = this;
    const pod = this.pod!;
    if (this.isCutOff) {
      this.lost();
      return;
    }
    if (pod.state === 'Running' || pod.state === 'Draining') {
      this.dns.served++;
      this.dns.serverOf(pod).receive(this);
    } else if (this.forwarded) {
      // The address answers with a RST, or nobody does.
      if (pod.isGone) this.lost();
      else this.after(FORWARD_FAILED, this.onward.delay());
    } else if (!pod.isGone) {
      if (hearsOfClosedPort(world, this.resolver.pod, pod)) this.after(ERROR, this.hop.delay());
      else this.lost();
    } else {
      const { answer, after } = world.plan.network.podGone;
      const isTold =
        answer === 'unreachable' && hearsOfMissingPod(world, this.resolver.pod, pod.node);
      if (isTold) this.after(ERROR, after);
      else this.lost();
    }
  }

  private goBack(): void {
    if (this.forwarded) this.after(BACK_AT_CACHE, this.onward.delay());
    else this.after(TO_CLIENT, this.hop.delay());
  }

  /** The node where it met rules, as the cache's question, has lost all that it knew. */
  forgetRules(node: number): void {
    if (this.forwarded && this.resolver.pod.node === node) this.forwarding.forget();
  }

  /** The connection of the cache to CoreDNS ends. */
  private hangUp(): void {
    this.forwarded = false;
    this.forwarding.close(this.world.queue.now);
  }

  private after(stage: Stage, delayNs: number): void {
    const { queue } = this.world;
    this.stage = stage;
    queue.schedule(this, queue.now + delayNs);
  }
}
