/** How requests are sent, and what is done where they fail: of clients, and of calls that pods make, as it is written. */
import type * as z from 'zod';
import { resolver } from '../dns.ts';
import type { ResolverInput } from '../dns.ts';
import { duration, orNone } from '../fields.ts';
import { balancer } from './balancer.ts';
import type { BalancerInput } from './balancer.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import type { CircuitBreakerInput } from './circuit-breaker.ts';
import { concurrencyLimit } from './concurrency-limit.ts';
import type { ConcurrencyLimitInput } from './concurrency-limit.ts';
import { connection } from './connection.ts';
import type { ConnectionInput } from './connection.ts';
import { hedge } from './hedge.ts';
import type { HedgeInput } from './hedge.ts';
import { mesh } from './mesh.ts';
import type { MeshInput } from './mesh.ts';
import { ports } from './ports.ts';
import type { PortsInput } from './ports.ts';
import { retry } from './retry.ts';
import type { RetryInput } from './retry.ts';

export interface AttemptsInput {
  mesh?: 'none' | MeshInput | undefined;
  balancer?: BalancerInput | undefined;
  connection?: ConnectionInput | undefined;
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

/** The fields of that, for whatever has them beside others. */
export const ATTEMPTS: {
  readonly [field in keyof AttemptsInput]-?: z.ZodType<AttemptsInput[field]>;
} = {
  mesh: orNone(mesh).optional(),
  balancer: balancer.optional(),
  connection: connection.optional(),
  connectTimeout: duration.optional(),
  timeout: duration.optional(),
  deadline: duration.optional(),
  retry: retry.optional(),
  hedge: hedge.optional(),
  circuitBreaker: circuitBreaker.optional(),
  concurrencyLimit: concurrencyLimit.optional(),
  dns: resolver.optional(),
  ports: ports.optional(),
};
