/** DNS, as it is written: the cluster's, and the resolver options that a client's pods may have of their own. */
import type * as z from 'zod';
import { distribution } from './distribution.ts';
import type { DistributionInput } from './distribution.ts';
import { choice, duration, fields, flag, integer, list, ratio, text } from './fields.ts';

/** Options of a pod's resolv.conf, and whether its client keeps answers. */
export interface ResolverInput {
  cache?: 'client' | 'none' | undefined;
  ndots?: number | undefined;
  timeout?: string | undefined;
  attempts?: number | undefined;
  singleRequest?: boolean | undefined;
}

// The limits are those of glibc: RES_MAXNDOTS, RES_MAXRETRY.
const resolverFields = {
  cache: choice(['client', 'none']).optional(),
  ndots: integer(0, 15).optional(),
  timeout: duration.optional(),
  attempts: integer(1, 5).optional(),
  singleRequest: flag().optional(),
};

export const resolver: z.ZodType<ResolverInput> = fields(resolverFields);

export interface DnsInput extends ResolverInput {
  enabled?: boolean | undefined;
  replicas?: number | undefined;
  serviceTime?: DistributionInput | undefined;
  concurrency?: number | undefined;
  upstream?: DistributionInput | undefined;
  ttl?: string | undefined;
  nodeLocal?: boolean | undefined;
  race?: string | number | undefined;
  hostSearch?: string[] | undefined;
}

export const dns: z.ZodType<DnsInput> = fields({
  enabled: flag().optional(),
  replicas: integer(0, 1000).optional(),
  serviceTime: distribution.optional(),
  concurrency: integer(1, 1_000_000).optional(),
  upstream: distribution.optional(),
  ttl: duration.optional(),
  nodeLocal: flag().optional(),
  race: ratio.optional(),
  hostSearch: list(text('a domain')).optional(),
  ...resolverFields,
});
