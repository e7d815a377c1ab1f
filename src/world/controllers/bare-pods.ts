/** Pods that nobody made and nobody replaces: bare ones, and the endpoints of an EndpointSlice without pods. */
import { assert } from '../../base/assert.ts';
import type { Controller } from './controller.ts';

export class BarePods implements Controller {
  replicas: number;

  constructor(pods: number) {
    this.replicas = pods;
  }

  scale(): void {
    assert(false, 'pods without a controller cannot be scaled');
  }

  rollout(): void {
    assert(false, 'pods without a controller have no rollouts');
  }

  readinessChanged(): void {}

  deleted(): void {
    this.replicas--;
  }

  removed(): void {}

  sync(): void {}
}
