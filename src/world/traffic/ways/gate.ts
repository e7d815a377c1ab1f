/**
 * Where the first packet of a connection meets rules: on the client pod's own node or, by a node port, on the
 * node that the packet comes in by.
 */
import type { ServiceRules, Verdict } from '../../../proxy/data-plane.ts';
import type { NodeProxy } from '../../control/node-proxy.ts';
import type { Hop } from './network.ts';

/** Rules, and whose they are. */
export interface Rulebook {
  /** The kube-proxy that decides; null: no rules are met. */
  readonly proxy: NodeProxy | null;
  /** What becomes of a first packet that no Service has. */
  readonly verdictWithoutRules: Verdict;
  /** The rules of the target; null: there are none for it. */
  rules(): ServiceRules | null;
}

export interface Gate extends Rulebook {
  /** Time (ns) that a packet which goes no further takes to there and its answer back; drawn anew each time. */
  roundTrip(): number;
  /** The way from the client to a pod on a node. */
  hopTo(node: number): Hop;
}
