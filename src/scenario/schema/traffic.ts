/** Clients, as they are written. */
import * as z from 'zod';
import { distribution } from './distribution.ts';
import type { DistributionInput } from './distribution.ts';
import { resolver } from './dns.ts';
import type { ResolverInput } from './dns.ts';
import {
  choice,
  duration,
  fields,
  flag,
  integer,
  list,
  number,
  oneOf,
  orNone,
  rate,
  ratio,
  reference,
  text,
} from './fields.ts';

export interface RatePoint {
  at: string;
  rate: string;
}

export interface ArrivalInput {
  poisson?: { rate: string } | undefined;
  constant?: { rate: string } | undefined;
  steps?: RatePoint[] | undefined;
  ramp?: RatePoint[] | undefined;
  renewal?: { interarrival: DistributionInput } | undefined;
  onOff?: { on: DistributionInput; off: DistributionInput; rate: string } | undefined;
  trace?: { file: string } | undefined;
  closed?: { users: number; think?: DistributionInput | undefined } | undefined;
}

const points = list(fields({ at: duration, rate })).min(1);

export const arrival: z.ZodType<ArrivalInput> = oneOf(
  {
    poisson: fields({ rate }).optional(),
    constant: fields({ rate }).optional(),
    steps: points.optional(),
    ramp: points.optional(),
    renewal: fields({ interarrival: distribution }).optional(),
    onOff: fields({ on: distribution, off: distribution, rate }).optional(),
    trace: fields({ file: text() }).optional(),
    closed: fields({ users: integer(1), think: distribution.optional() }).optional(),
  },
  'an arrival process',
);

export interface ConnectionInput {
  mode?: 'PerRequest' | 'KeepAlive' | 'Multiplexed' | undefined;
  pool?: number | undefined;
  reuse?: 'Lifo' | 'Fifo' | 'Random' | undefined;
  maxRequests?: number | undefined;
  maxAge?: string | undefined;
  idleTimeout?: string | undefined;
}

const connection: z.ZodType<ConnectionInput> = fields({
  mode: choice(['PerRequest', 'KeepAlive', 'Multiplexed']).optional(),
  pool: integer(1, 1_000_000).optional(),
  reuse: choice(['Lifo', 'Fifo', 'Random']).optional(),
  maxRequests: integer(1).optional(),
  maxAge: duration.optional(),
  idleTimeout: duration.optional(),
});

/** What a retry may be triggered by. `timeout` stands for both kinds of timeout. */
export const RETRY_CAUSES = [
  'refused',
  'unreachable',
  'connectTimeout',
  'timeout',
  'reset',
  '503',
  '500',
  'noPorts',
  'dns',
] as const;

export interface RetryInput {
  attempts?: number | undefined;
  on?: (typeof RETRY_CAUSES)[number][] | undefined;
  backoff?:
    | {
        base?: string | undefined;
        factor?: number | undefined;
        max?: string | undefined;
        jitter?: 'None' | 'Full' | 'Equal' | undefined;
      }
    | undefined;
  budget?: string | number | undefined;
}

const retry: z.ZodType<RetryInput> = fields({
  attempts: integer(0, 100).optional(),
  on: list(choice(RETRY_CAUSES)).optional(),
  backoff: fields({
    base: duration.optional(),
    factor: number().min(1).optional(),
    max: duration.optional(),
    jitter: choice(['None', 'Full', 'Equal']).optional(),
  }).optional(),
  budget: ratio.optional(),
});

/** How a client comes to its target otherwise than by a ClusterIP. */
export type ViaInput =
  'NodePort' | 'LoadBalancer' | { ingress: string; proxyTime?: DistributionInput | undefined };

const via: z.ZodType<ViaInput> = z.union([
  choice(['NodePort', 'LoadBalancer']),
  fields(
    { ingress: reference, proxyTime: distribution.optional() },
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
  arrival: ArrivalInput;
  connection?: ConnectionInput | undefined;
  connectTimeout?: string | undefined;
  timeout?: string | undefined;
  retry?: RetryInput | undefined;
  dns?: ResolverInput | undefined;
  ports?:
    | 'none'
    | {
        range?: number[] | undefined;
        fixed?: number | undefined;
        timeWait?: string | undefined;
      }
    | undefined;
}

export const client: z.ZodType<ClientInput> = fields({
  name: text(),
  namespace: text().optional(),
  replicas: integer(1, 100_000).optional(),
  from: reference.optional(),
  external: flag().optional(),
  target: text('a target'),
  via: via.optional(),
  arrival,
  connection: connection.optional(),
  connectTimeout: duration.optional(),
  timeout: duration.optional(),
  retry: retry.optional(),
  dns: resolver.optional(),
  ports: orNone(
    fields(
      {
        range: list(integer(1, 65_535)).length(2).optional(),
        fixed: integer(1, 65_535).optional(),
        timeWait: duration.optional(),
      },
      'none or a map',
    ),
  ).optional(),
});
