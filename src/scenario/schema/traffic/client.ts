/** Clients, as they are written. */
import * as z from 'zod';
import { distribution } from '../distribution.ts';
import type { DistributionInput } from '../distribution.ts';
import { resolver } from '../dns.ts';
import type { ResolverInput } from '../dns.ts';
import { choice, duration, fields, flag, integer, orNone, reference, text } from '../fields.ts';
import { arrival } from './arrival.ts';
import type { ArrivalInput } from './arrival.ts';
import { balancer } from './balancer.ts';
import type { BalancerInput } from './balancer.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import type { CircuitBreakerInput } from './circuit-breaker.ts';
import { concurrencyLimit } from './concurrency-limit.ts';
import type { ConcurrencyLimitInput } from './concurrency-limit.ts';
import { connection } from './connection.ts';
import type { ConnectionInput } from './connection.ts';
import { ports } from './ports.ts';
import type { PortsInput } from './ports.ts';
import { hedge } from './hedge.ts';
import type { HedgeInput } from './hedge.ts';
import { mesh, ROUTING } from './mesh.ts';
import type { MeshInput, RoutingInput } from './mesh.ts';
import { retry } from './retry.ts';
import { session } from './session.ts';
import type { SessionInput } from './session.ts';
import type { RetryInput } from './retry.ts';

/** How a client comes to its target otherwise than by a ClusterIP. */
export type ViaInput = 'NodePort' | 'LoadBalancer' | IngressInput;

/** An L7 proxy at the edge, with what it does where it balances itself. */
export interface IngressInput extends RoutingInput {
  ingress: string;
  proxyTime?: DistributionInput | undefined;
}

const via: z.ZodType<ViaInput> = z.union([
  choice(['NodePort', 'LoadBalancer']),
  fields(
    { ingress: reference, proxyTime: distribution.optional(), ...ROUTING },
    'NodePort, LoadBalancer or {ingress: deployment/name}',
  ),
]);

export interface ClientInput {
  name: string;
  namespace?: string | undefined;
  replicas?: number | undefined;
  from?: string | undefined;
  external?: boolean | undefined;
  target: string;
  via?: ViaInput | undefined;
  mesh?: 'none' | MeshInput | undefined;
  arrival: ArrivalInput;
  session?: SessionInput | undefined;
  connection?: ConnectionInput | undefined;
  balancer?: BalancerInput | undefined;
  connectTimeout?: string | undefined;
  timeout?: string | undefined;
  deadline?: string | undefined;
  retry?: RetryInput | undefined;
  hedge?: HedgeInput | undefined;
  circuitBreaker?: CircuitBreakerInput | undefined;
  concurrencyLimit?: ConcurrencyLimitInput | undefined;
  dns?: ResolverInput | undefined;
  ports?: PortsInput | undefined;
}

export const client: z.ZodType<ClientInput> = fields({
  name: text(),
  namespace: text().optional(),
  replicas: integer(1, 100_000).optional(),
  from: reference.optional(),
  external: flag().optional(),
  target: text('a target'),
  via: via.optional(),
  mesh: orNone(mesh).optional(),
  arrival,
  session: session.optional(),
  connection: connection.optional(),
  balancer: balancer.optional(),
  connectTimeout: duration.optional(),
  timeout: duration.optional(),
  deadline: duration.optional(),
  retry: retry.optional(),
  hedge: hedge.optional(),
  circuitBreaker: circuitBreaker.optional(),
  concurrencyLimit: concurrencyLimit.optional(),
  dns: resolver.optional(),
  ports: ports.optional(),
});
