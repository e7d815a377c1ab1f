/** What a workload asks of the controller that makes its pods. */
import type { OngoingRollout } from './ongoing-rollout.ts';
import type { World } from '../world.ts';
import type { Replica, Template } from './replica.ts';
import type { Wakeup } from './wakeup.ts';

export interface Controller {
  /** Replicas that are wanted. */
  readonly replicas: number;
  /** spec.replicas is set. */
  scale(replicas: number): void;
  /** A new pod template is written. */
  rollout(template: Template, rollout: OngoingRollout): void;
  /** Whether one of its pods is ready has changed in the API server. */
  readinessChanged(replica: Replica, ready: boolean): void;
  /** Acts on how things stand in the API server. */
  sync(): void;
  /** One of its pods has got a deletion timestamp; its object is no more. */
  deleted(replica: Replica): void;
  removed(replica: Replica): void;
}

/** What controllers ask of their workload. */
export interface PodMaker {
  /** Creates a pod with this number after the prefix of its name. */
  createPod(ordinal: number, template: Template): Replica;
  /** Deletes a pod, unless it is deleted already. */
  deletePod(replica: Replica): void;
}

/** What a controller is given. */
export interface ControllerParts {
  readonly world: World;
  readonly maker: PodMaker;
  readonly wakeup: Wakeup;
  /** Of the start, with the pods that were made of it. */
  readonly template: Template;
  readonly pods: readonly Replica[];
}
