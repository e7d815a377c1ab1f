/**
 * What one socket sends to kube-dns, as the data plane of its node sees it: picked for once, then
 * remembered, until the node forgets it.
 */
import type { Endpoint } from '../../kube/endpoint.ts';
import {
  ABANDONED,
  CLOSED_BY_CLIENT,
  DROPPED,
  FORWARDED,
  type Flow,
  type ServiceRules,
  type Verdict,
} from '../../proxy/data-plane.ts';
import { TIME_WAIT, UDP } from '../../proxy/conntrack.ts';
import type { NodeProxy } from '../control/node-proxy.ts';

export class DnsFlow implements Flow {
  sourceIp: number = 0;
  sourcePort: number = 0;
  endpoint: Endpoint | null = null;
  proxyCost: number = 0;
  slot: number = -1;
  seenAt: number = 0;

  private proxy!: NodeProxy;
  private servicePort = 0;
  private rules: ServiceRules | null = null;

  /** A new socket of this address and port, which sends to this ServicePort. */
  bind(proxy: NodeProxy, servicePort: number, sourceIp: number, sourcePort: number): void {
    this.proxy = proxy;
    this.servicePort = servicePort;
    this.sourceIp = sourceIp;
    this.sourcePort = sourcePort;
  }

  /** Whether the node has an entry for it, as far as the socket can tell. */
  get isKnown(): boolean {
    return this.rules !== null;
  }

  /** A packet leaves at `now` (ns): where to, and what the rules cost it. */
  send(now: number): Verdict {
    if (this.rules !== null) {
      if (this.rules.passes(this, now)) {
        this.proxyCost = 0;
        this.seenAt = now;
        return FORWARDED;
      }
      // Whoever forgot the flow has closed it.
      this.rules = null;
      this.proxy.conntrack?.remove();
    }
    this.proxyCost = 0;
    this.endpoint = null;
    this.slot = -1;
    const { conntrack } = this.proxy;
    if (conntrack !== null && conntrack.isFull(now)) return DROPPED;
    const rules = this.proxy.rules(this.servicePort);
    const verdict = rules.open(this, now);
    if (verdict === FORWARDED) {
      this.rules = rules;
      this.seenAt = now;
      conntrack?.open();
    }
    return verdict;
  }

  /** The socket is closed at `now` (ns). Of datagrams, nothing tells the node. */
  close(now: number, protocol: 'UDP' | 'TCP'): void {
    if (this.rules === null) return;
    this.rules.close(this, now, protocol === 'TCP' ? CLOSED_BY_CLIENT : ABANDONED);
    this.rules = null;
    this.proxy.conntrack?.close(now, protocol === 'TCP' ? TIME_WAIT : UDP);
  }
}
