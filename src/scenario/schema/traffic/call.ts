/** What pods call while they serve, as it is written. */
import type * as z from 'zod';
import { resolver } from '../dns.ts';
import type { ResolverInput } from '../dns.ts';
import { choice, duration, fields, flag, integer, list, ratio, text } from '../fields.ts';
import { circuitBreaker } from './circuit-breaker.ts';
import type { CircuitBreakerInput } from './circuit-breaker.ts';
import { concurrencyLimit } from './concurrency-limit.ts';
import type { ConcurrencyLimitInput } from './concurrency-limit.ts';
import { connection } from './connection.ts';
import type { ConnectionInput } from './connection.ts';
import { hedge } from './hedge.ts';
import type { HedgeInput } from './hedge.ts';
import { ports } from './ports.ts';
import type { PortsInput } from './ports.ts';
import { retry } from './retry.ts';
import type { RetryInput } from './retry.ts';

/** Rounds and requests of one call at most: more would be a load of its own. */
const REPEATED_MAX = 1000;

export interface CallInput {
  target?: string | undefined;
  name?: string | undefined;
  probability?: string | number | undefined;
  times?: number | undefined;
  fanOut?: number | undefined;
  onError?: 'Fail' | 'Ignore' | undefined;
  connection?: ConnectionInput | undefined;
  connectTimeout?: string | undefined;
  timeout?: string | undefined;
  deadline?: string | undefined;
  propagateDeadline?: boolean | undefined;
  retry?: RetryInput | undefined;
  hedge?: HedgeInput | undefined;
  circuitBreaker?: CircuitBreakerInput | undefined;
  concurrencyLimit?: ConcurrencyLimitInput | undefined;
  dns?: ResolverInput | undefined;
  ports?: PortsInput | undefined;
}

/** A call, or several at once, and when they are made. */
export interface CallStepInput extends CallInput {
  at?: string | number | undefined;
  parallel?: CallInput[] | undefined;
}

const callFields = {
  target: text('a target').optional(),
  name: text().optional(),
  probability: ratio.optional(),
  times: integer(1, REPEATED_MAX).optional(),
  fanOut: integer(1, REPEATED_MAX).optional(),
  onError: choice(['Fail', 'Ignore']).optional(),
  connection: connection.optional(),
  connectTimeout: duration.optional(),
  timeout: duration.optional(),
  deadline: duration.optional(),
  propagateDeadline: flag().optional(),
  retry: retry.optional(),
  hedge: hedge.optional(),
  circuitBreaker: circuitBreaker.optional(),
  concurrencyLimit: concurrencyLimit.optional(),
  dns: resolver.optional(),
  ports: ports.optional(),
};

export const callStep: z.ZodType<CallStepInput> = fields({
  ...callFields,
  at: ratio.optional(),
  parallel: list(fields(callFields)).min(1).optional(),
});
