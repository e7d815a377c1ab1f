/** The TCP connection over which the cache of a node asks kube-dns one question, as that node's data plane sees it. */
import type { Endpoint } from '../../kube/endpoint.ts';
import {
  CLOSED_BY_CLIENT,
  FORWARDED,
  type Flow,
  type ServiceRules,
  type Verdict,
} from '../../proxy/data-plane.ts';
import type { NodeProxy } from '../control/node-proxy.ts';

export class ForwardingFlow implements Flow {
  sourceIp: number = 0;
  sourcePort: number = 0;
  endpoint: Endpoint | null = null;
  proxyCost: number = 0;
  slot: number = -1;
  seenAt: number = 0;

  private proxy: NodeProxy | null = null;
  private rules: ServiceRules | null = null;

  /** The first packet leaves at `now` (ns), from the cache's address and `port`. */
  open(proxy: NodeProxy, rules: ServiceRules, port: number, now: number): Verdict {
    this.proxy = proxy;
    this.sourcePort = port;
    this.endpoint = null;
    this.proxyCost = 0;
    this.slot = -1;
    this.seenAt = now;
    const verdict = proxy.admit(this, rules);
    if (verdict === FORWARDED) this.rules = rules;
    return verdict;
  }

  /** The node has lost all that it knew. */
  forget(): void {
    this.rules = null;
  }

  /** The cache closes it at `now` (ns). */
  close(now: number): void {
    if (this.rules === null) return;
    this.proxy!.keepUp();
    this.rules.close(this, now, CLOSED_BY_CLIENT);
    this.rules = null;
    this.proxy!.conntrack?.close(now);
  }
}
