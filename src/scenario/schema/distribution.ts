/** Distributions of durations, as they are written. */
import * as z from 'zod';
import { duration, fields, integer, list, number, oneOf, text } from './fields.ts';

export type DistributionInput = string | DistributionChoice;

export interface DistributionChoice {
  constant?: string | undefined;
  uniform?: { min: string; max: string } | undefined;
  exponential?: { mean: string } | undefined;
  erlang?: { mean: string; k: number } | undefined;
  gamma?: { mean: string; cv: number } | undefined;
  lognormal?:
    | {
        p50?: string | undefined;
        p99?: string | undefined;
        mean?: string | undefined;
        cv?: number | undefined;
      }
    | undefined;
  weibull?: { mean: string; shape: number } | undefined;
  pareto?: { min: string; alpha: number; max?: string | undefined } | undefined;
  hyperexponential?: { weight: number; mean: string }[] | undefined;
  mixture?: { weight: number; of: DistributionInput }[] | undefined;
  empirical?: { file: string; column: string; unit: TimeUnit } | undefined;
  hgrm?: { file: string; unit?: TimeUnit | undefined } | undefined;
}

export const TIME_UNITS = ['ns', 'us', 'ms', 's'] as const;
export type TimeUnit = (typeof TIME_UNITS)[number];

const positive = (): z.ZodNumber => number().positive();
const timeUnit = z.enum(TIME_UNITS);

export const distribution: z.ZodType<DistributionInput> = z
  .union([
    duration,
    oneOf(
      {
        constant: duration.optional(),
        uniform: fields({ min: duration, max: duration }).optional(),
        exponential: fields({ mean: duration }).optional(),
        erlang: fields({ mean: duration, k: integer(1, 1000) }).optional(),
        gamma: fields({ mean: duration, cv: positive() }).optional(),
        lognormal: fields({
          p50: duration.optional(),
          p99: duration.optional(),
          mean: duration.optional(),
          cv: positive().optional(),
        }).optional(),
        weibull: fields({ mean: duration, shape: positive() }).optional(),
        pareto: fields({ min: duration, alpha: positive(), max: duration.optional() }).optional(),
        hyperexponential: list(fields({ weight: positive(), mean: duration }))
          .min(1)
          .optional(),
        mixture: list(fields({ weight: positive(), of: z.lazy(() => distribution) }))
          .min(1)
          .optional(),
        empirical: fields({ file: text(), column: text(), unit: timeUnit }).optional(),
        hgrm: fields({ file: text(), unit: timeUnit.optional() }).optional(),
      },
      'a duration or a distribution',
    ),
  ])
  .meta({
    id: 'distribution',
    description: 'A duration, or one distribution of durations by its name.',
  });
