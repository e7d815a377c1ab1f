/** The part of a try that takes place at whoever picks an endpoint for it, where that is not kube-proxy. */
import type { ErrorCause } from '../../../contract/plan.ts';
import type { Host } from '../balancing/host.ts';
import type { ConnectionSource } from '../connections/connection-use.ts';
import { AttemptAtPod } from './attempt-at-pod.ts';
import { CONNECTING, WAITING } from './attempt-stage.ts';

export abstract class AttemptAtBalancer extends AttemptAtPod {
  /** Looks for a connection there. */
  protected abstract acquireFrom(use: ConnectionSource): void;
  /** Whoever looked for a connection for it knows what became of it. */
  protected abstract conclude(cause: ErrorCause | null): void;

  /** Whoever balances waits with it for an endpoint that takes connections. */
  awaitsEndpoint(_endpoints: number): void {
    this.stage = CONNECTING;
  }

  /** Whoever balances has picked the endpoint. */
  dealtTo(host: Host): void {
    this.leaveConnect(0);
    this.stage = WAITING;
    this.host = host;
    this.acquireFrom(host.pool);
  }

  /** It gets no connection. */
  denied(cause: ErrorCause, reason: number): void {
    this.leaveConnect(0);
    this.reason = reason;
    this.conclude(cause);
  }

  /** The endpoint that it was dealt to has failed it or not. */
  protected settle(cause: ErrorCause | null): void {
    const { host } = this;
    if (host === null) return;
    this.host = null;
    host.answered(cause);
  }
}
