/** Meshes, and what proxies do that choose endpoints themselves, as they are written. */
import type * as z from 'zod';
import { distribution } from '../distribution.ts';
import type { DistributionInput } from '../distribution.ts';
import { choice, duration, fields, integer, orNone, reference } from '../fields.ts';
import { balancer } from './balancer.ts';
import type { BalancerInput } from './balancer.ts';
import { connection } from './connection.ts';
import type { ConnectionInput } from './connection.ts';
import { retry } from './retry.ts';
import type { RetryInput } from './retry.ts';

/** What an L7 proxy does with each request. */
export interface RoutingInput {
  balancer?: BalancerInput | undefined;
  timeout?: string | undefined;
  retry?: 'none' | RetryInput | undefined;
  circuitBreakers?:
    | {
        maxPendingRequests?: number | undefined;
        maxRequests?: number | undefined;
        maxRetries?: number | undefined;
      }
    | undefined;
  propagation?:
    | {
        debounceAfter?: string | undefined;
        debounceMax?: string | undefined;
        push?: DistributionInput | undefined;
      }
    | undefined;
}

/** The fields of that, for whatever has them beside others. */
export const ROUTING: { readonly [field in keyof RoutingInput]-?: z.ZodType<RoutingInput[field]> } =
  {
    balancer: balancer.optional(),
    timeout: duration.optional(),
    retry: orNone(retry).optional(),
    circuitBreakers: fields({
      maxPendingRequests: integer(0).optional(),
      maxRequests: integer(1).optional(),
      maxRetries: integer(0).optional(),
    }).optional(),
    propagation: fields({
      debounceAfter: duration.optional(),
      debounceMax: duration.optional(),
      push: distribution.optional(),
    }).optional(),
  };

export interface MeshInput extends RoutingInput {
  mode?: 'Sidecar' | 'Ambient' | undefined;
  waypoint?: string | undefined;
  proxyTime?:
    | {
        client?: DistributionInput | undefined;
        waypoint?: DistributionInput | undefined;
        server?: DistributionInput | undefined;
      }
    | undefined;
  connection?: ConnectionInput | undefined;
  connectTimeout?: string | undefined;
}

export const mesh: z.ZodType<MeshInput> = fields({
  mode: choice(['Sidecar', 'Ambient']).optional(),
  waypoint: reference.optional(),
  proxyTime: fields({
    client: distribution.optional(),
    waypoint: distribution.optional(),
    server: distribution.optional(),
  }).optional(),
  connection: connection.optional(),
  connectTimeout: duration.optional(),
  ...ROUTING,
}).meta({
  id: 'mesh',
  description: 'Proxies that pick a pod: { mode: Sidecar }, { mode: Ambient, waypoint: … }.',
});
