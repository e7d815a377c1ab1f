/** Why, in result.json: the parts of requests around each percentile, the tail, and the hottest pod of each Service. */
import { LATENCY_PARTS, PERCENTILE_BANDS } from '../../contract/result.ts';
import { partsAround } from '../../study/figures/breakdown.ts';
import type { SlowRequests } from '../../study/figures/slow-requests.ts';
import { whyOf } from '../../study/reasons/why.ts';
import type { VariantRuns } from '../../study/study.ts';
import { millisecondsCell } from './columns.ts';

const milliseconds = (ns: number): number => Number(millisecondsCell(ns));
const rounded = (value: number): number => Number(value.toPrecision(6));

/** Numbers of a reason, rounded like ratios. */
const roundedAll = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'number' ? rounded(value) : value,
    ]),
  );

function percentiles(variant: VariantRuns): object[] {
  return PERCENTILE_BANDS.map(({ name, from, to }) => {
    const { count, meanNs } = partsAround(variant, name);
    return {
      percentile: name,
      from,
      to,
      count,
      parts_ms:
        meanNs === null
          ? null
          : Object.fromEntries(LATENCY_PARTS.map((part, i) => [part, milliseconds(meanNs[i]!)])),
    };
  });
}

const slowObject = ({ fromNs, count, where, share, pods }: SlowRequests): object => ({
  from_ms: milliseconds(fromNs),
  count,
  where,
  share: rounded(share),
  pods: pods.map(roundedAll),
});

export function jsonWhy(variant: VariantRuns): object {
  const { tail, hottest } = whyOf(variant);
  return {
    percentiles: percentiles(variant),
    tail:
      tail === null
        ? null
        : {
            percentile: tail.percentile,
            count: tail.count,
            latency_ms: milliseconds(tail.latencyNs),
            mostly: tail.parts.map(({ part }) => part),
            slow: tail.slow === null ? null : slowObject(tail.slow),
            mend: tail.mend,
          },
    hottest: hottest.map(({ finding, ...pod }) => ({
      ...roundedAll(pod),
      reason: finding === null ? null : roundedAll(finding.reason),
      mend: finding === null ? [] : finding.mend,
    })),
  };
}
