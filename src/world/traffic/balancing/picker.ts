/** How an endpoint is picked for a request: what every policy keeps to, and test/world/balancing/pickers.test.ts holds it to. */
import type { Endpoint } from '../../../kube/endpoint.ts';

/** An endpoint that may be picked, as pickers see it. */
export interface Candidate {
  readonly endpoint: Endpoint;
  /** Requests that were dealt to it here and are not over. */
  readonly inFlight: number;
}

export interface Picker {
  /** From now on these may be picked: at least one. */
  offer(candidates: readonly Candidate[]): void;
  /** Position among them of the one for a request with this key (32 bits), which only policies that hash look at. */
  pick(key: number): number;
}
