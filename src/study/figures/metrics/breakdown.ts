/** Where the time of requests went, by part. */
import { LATENCY_PARTS } from '../../../contract/result.ts';
import { pooledBands } from '../breakdown.ts';
import type { PooledParts } from '../breakdown.ts';
import type { Measure } from './facts.ts';

const SLOWEST_PERCENT: readonly string[] = ['p99-p99.9', 'p99.9-p100'];

/** Of the requests of the clients in the scope that are in bands which `wanted` picks. */
const pooled =
  (wanted: (band: string) => boolean, value: (parts: PooledParts) => number | undefined): Measure =>
  ({ run }, { client }) =>
    value(
      pooledBands(
        run.breakdown,
        (row) =>
          (client === null ? row.calledBy === undefined : row.client === client) &&
          wanted(row.band),
      ),
    ) ?? null;

const all = (): boolean => true;
const slowest = (band: string): boolean => SLOWEST_PERCENT.includes(band);

export const BREAKDOWN_MEASURES: readonly (readonly [metric: string, Measure])[] =
  LATENCY_PARTS.flatMap((part, index): [string, Measure][] => [
    [`breakdown.${part}`, pooled(all, ({ meanNs }) => meanNs?.[index])],
    [`breakdown.${part}.slowest`, pooled(slowest, ({ meanNs }) => meanNs?.[index])],
    [`breakdown.${part}.share`, pooled(all, ({ shares }) => shares?.[index])],
  ]);
