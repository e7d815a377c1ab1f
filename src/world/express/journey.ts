/**
 * One request under way on the express lane, with its connection: what an Attempt and a Connection are to the
 * event queue. Its instants stand in an array that the lane has for all journeys.
 */
import type { Endpoint } from '../../kube/endpoint.ts';
import type { Flow } from '../../proxy/data-plane.ts';
import { NO_WINDOWS, type OpenWindows } from '../measure/open-windows.ts';
import type { NameWaiter } from '../dns/name-waiter.ts';
import type { Hop } from '../traffic/network.ts';
import type { LaneClient, LaneReplica } from './lane-client.ts';

/** What goes on with journeys that have waited for a name. */
export interface Resolved {
  resolved(journey: Journey): void;
  unresolved(): void;
}

export class Journey implements Flow, NameWaiter {
  readonly index: number;
  readonly client: LaneClient;
  /** The numbers of the events that its Attempt and its Connection would be. */
  readonly attemptId: number;
  private readonly lane: Resolved;
  connectionId: number = 0;
  /**
   * Service demand at a pod of each workload behind the target, ns: which counts is known when it has a pod. Null
   * where there is one workload.
   */
  readonly demands: Float64Array | null;

  sourceIp: number = 0;
  sourcePort: number = 0;
  endpoint: Endpoint | null = null;
  proxyCost: number = 0;
  slot: number = -1;
  seenAt: number = 0;

  /** See layout.ts. */
  stage: number = 0;
  replica!: LaneReplica;
  hop!: Hop;
  pod: number = 0;
  /** Of the pod, in the books of the Service. */
  row: number = 0;
  /** Windows in which the request was due. */
  windows: OpenWindows = NO_WINDOWS;
  /** The next in the queue of its pod. */
  behind: Journey | null = null;

  constructor(lane: Resolved, index: number, client: LaneClient, attemptId: number) {
    this.lane = lane;
    this.index = index;
    this.client = client;
    this.attemptId = attemptId;
    const { length } = client.demands;
    this.demands = length === 1 ? null : new Float64Array(length);
  }

  resolved(): void {
    this.lane.resolved(this);
  }

  unresolved(): void {
    this.lane.unresolved();
  }
}
