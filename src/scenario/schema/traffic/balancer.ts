/** Client-side balancing, as it is written. */
import * as z from 'zod';
import {
  choice,
  duration,
  fields,
  flag,
  integer,
  number,
  oneOf,
  orNone,
  ratio,
} from '../fields.ts';

export const POLICY_NAMES = [
  'pick_first',
  'round_robin',
  'random',
  'least_request',
  'ring_hash',
  'maglev',
] as const;

/** A policy by its name, or with its settings. */
export type PolicyInput =
  | (typeof POLICY_NAMES)[number]
  | {
      least_request?: { choices?: number | 'all' | undefined } | undefined;
      ring_hash?:
        { minRingSize?: number | undefined; maxRingSize?: number | undefined } | undefined;
      maglev?: { tableSize?: number | undefined } | undefined;
    };

export interface OutlierDetectionInput {
  consecutive5xx?: number | 'none' | undefined;
  interval?: string | undefined;
  baseEjectionTime?: string | undefined;
  maxEjectionTime?: string | undefined;
  maxEjectionPercent?: number | undefined;
  failurePercentage?:
    | {
        threshold?: number | undefined;
        minimumHosts?: number | undefined;
        requestVolume?: number | undefined;
      }
    | undefined;
  successRate?:
    | {
        stdevFactor?: number | undefined;
        minimumHosts?: number | undefined;
        requestVolume?: number | undefined;
      }
    | undefined;
}

export interface BalancerSettings {
  policy: PolicyInput;
  hashOn?: 'clientIp' | { keys: number; skew?: number | undefined } | undefined;
  resolution?:
    | {
        onDisconnect?: boolean | undefined;
        minInterval?: string | undefined;
        every?: string | undefined;
      }
    | undefined;
  connectBackoff?:
    | {
        base?: string | undefined;
        factor?: number | undefined;
        jitter?: string | number | undefined;
        max?: string | undefined;
      }
    | undefined;
  outlierDetection?: OutlierDetectionInput | undefined;
  hostSelectionRetries?: number | undefined;
}

/** A policy by its name, or all there is to say. */
export type BalancerInput = (typeof POLICY_NAMES)[number] | BalancerSettings;

const settings = {
  least_request: fields({
    choices: z
      .union([integer(1, 1000), z.literal('all')], { error: 'a number, or all' })
      .optional(),
  }).optional(),
  ring_hash: fields({
    minRingSize: integer(1, 8_388_608).optional(),
    maxRingSize: integer(1, 8_388_608).optional(),
  }).optional(),
  maglev: fields({ tableSize: integer(2, 5_000_011).optional() }).optional(),
};

const WORDS = POLICY_NAMES.join(', ');

/** One policy: its name, or its name with settings. */
export const balancingPolicy: z.ZodType<PolicyInput> = z.union([
  choice(POLICY_NAMES),
  oneOf(settings, `${WORDS}, or one of these with settings`),
]);

const percent = number().min(0).max(100);

export const outlierDetection: z.ZodType<OutlierDetectionInput> = fields({
  consecutive5xx: orNone(integer(1)).optional(),
  interval: duration.optional(),
  baseEjectionTime: duration.optional(),
  maxEjectionTime: duration.optional(),
  maxEjectionPercent: percent.optional(),
  failurePercentage: fields({
    threshold: percent.optional(),
    minimumHosts: integer(1).optional(),
    requestVolume: integer(1).optional(),
  }).optional(),
  successRate: fields({
    stdevFactor: number().min(0).optional(),
    minimumHosts: integer(1).optional(),
    requestVolume: integer(1).optional(),
  }).optional(),
});

export const balancer: z.ZodType<BalancerInput> = z
  .union([
    choice(POLICY_NAMES),
    fields(
      {
        policy: balancingPolicy,
        hashOn: z
          .union([
            z.literal('clientIp'),
            fields(
              { keys: integer(1, 1_000_000), skew: number().min(0).max(10).optional() },
              'clientIp, or {keys, skew}',
            ),
          ])
          .optional(),
        resolution: fields({
          onDisconnect: flag().optional(),
          minInterval: duration.optional(),
          every: orNone(duration).optional(),
        }).optional(),
        connectBackoff: fields({
          base: duration.optional(),
          factor: number().min(1).optional(),
          jitter: ratio.optional(),
          max: duration.optional(),
        }).optional(),
        outlierDetection: outlierDetection.optional(),
        hostSelectionRetries: integer(0, 100).optional(),
      },
      `${WORDS}, or {policy, hashOn, resolution, connectBackoff, outlierDetection, hostSelectionRetries}`,
    ),
  ])
  .meta({
    id: 'balancer',
    description: 'How a pod is picked for each request: a policy, or { policy: … } and more.',
  });
