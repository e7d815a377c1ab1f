/**
 * What a balancer knows of the endpoints behind a Service, which may be old: by DNS (dns-view.ts), or from whoever
 * watches EndpointSlices.
 */
import type { Endpoint } from '../../../kube/endpoint.ts';

/** Whoever is told that a view has changed. */
export interface ViewListener {
  /** There are other endpoints, or there is an answer to the first question at last. */
  viewChanged(): void;
}

export interface EndpointView {
  /**
   * The endpoints that it knows of now, in its own order; null: it has no answer yet, and will tell. The same array as long
   * as nothing has changed. A view that finds out when it is asked need not tell of changes.
   */
  current(): readonly Endpoint[] | null;
  /** Who is told of changes that nobody has asked for. */
  listen(listener: ViewListener): void;
  /** A connection to one of them was lost, or could not be opened. */
  connectionLost(): void;
  /** The client pod's node is gone, and what was known there. */
  nodeLost(): void;
  /** Whether requests that it has nobody for have failed for want of an address (`dns`). */
  readonly isUnresolved: boolean;
  /** When what it knows came, ns; null: before the run, or nothing has. */
  readonly since: number | null;
  /** Changes of the Service that it has been told of; null: nobody tells it of changes. */
  readonly version: number | null;
}
