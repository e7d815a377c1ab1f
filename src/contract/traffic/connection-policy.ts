/** How clients use connections. Durations are whole nanoseconds. */
import type { Duration } from '../../base/time.ts';

/**
 * How a client pod uses connections: one for every request, one request at a time on kept ones (HTTP/1.1), or
 * any number at a time (HTTP/2, gRPC).
 */
export type ConnectionPolicy =
  | { readonly mode: 'PerRequest' }
  | {
      readonly mode: 'KeepAlive' | 'Multiplexed';
      /** Connections of one client replica at most. */
      readonly pool: number;
      /** Connections that it opens as the run starts. */
      readonly warmUp: number;
      /** Which of the idle connections serves next (KeepAlive). */
      readonly reuse: 'Lifo' | 'Fifo' | 'Random';
      /** null: any number, for ever, never. */
      readonly maxRequests: number | null;
      readonly maxAge: Duration | null;
      /** 0–1: each connection's own `maxAge` is uniform, so much less or more. */
      readonly maxAgeJitter: number;
      readonly idleTimeout: Duration | null;
    };
