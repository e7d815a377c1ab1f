/**
 * JSON summaries that hold no more than a few percentiles: k6 (--summary-export and handleSummary) and vegeta report. A
 * distribution is fitted through them, where one fits; nothing else is known between them. Sources: grafana.com/docs/k6,
 * end-of-test summary; github.com/tsenart/vegeta, report -type=json.
 */
import type { Format, Refusal, Summary } from '../format.ts';
import { refuse } from '../format.ts';
import { at, numberAt, parseJson } from '../json.ts';

/** With fewer percentiles than this beside the largest value, any family fits. */
const PERCENTILES_MIN = 3;

interface Known {
  readonly q: number;
  readonly ns: number;
}

interface Totals {
  readonly count: number | null;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly rate: number | null;
}

/** Buckets between percentiles, from the smallest value to the largest. */
function summaryOf(known: readonly Known[], totals: Totals, advice: string): Summary | Refusal {
  const { count, min, max, mean, rate } = totals;
  if (known.length < PERCENTILES_MIN || count === null || count < 1 || max === null) {
    return refuse(`it holds ${known.length} percentiles, which is no distribution: ${advice}`);
  }
  const ends = [{ q: 0, ns: min ?? 0 }, ...known, { q: 1, ns: max }].toSorted((a, b) => a.q - b.q);
  const lower: number[] = [];
  const upper: number[] = [];
  const counts: number[] = [];
  for (let i = 1; i < ends.length; i++) {
    const [from, to] = [ends[i - 1]!, ends[i]!];
    if (to.ns < from.ns)
      return refuse(`its percentiles do not ascend: p${from.q * 100} and p${to.q * 100}`);
    lower.push(from.ns);
    upper.push(Math.max(to.ns, from.ns + 1));
    counts.push((to.q - from.q) * count);
  }
  const percentiles = known.map(({ q }) => q).toSorted((a, b) => a - b);
  return { buckets: { lower, upper, counts }, mean, min, max, percentiles, rate };
}

const NS_PER_MS = 1e6;
const METRIC = 'http_req_duration';

function readK6(text: string): Summary | Refusal {
  const metrics = at(parseJson(text), ['metrics']);
  if (metrics === undefined) return refuse('it is no JSON with metrics: it may have been cut off');
  const metric = at(metrics, [METRIC]);
  // handleSummary has them a level deeper than --summary-export.
  const values = at(metric, ['values']) ?? metric;
  if (typeof values !== 'object' || values === null) return refuse(`it has no metric ${METRIC}`);
  const ns = (key: string): number | null => {
    const ms = numberAt(values, key);
    return ms === null ? null : ms * NS_PER_MS;
  };
  const known = Object.keys(values).flatMap((key): readonly Known[] => {
    const percent = key === 'med' ? 50 : Number(/^p\((\d+(?:\.\d+)?)\)$/.exec(key)?.[1] ?? NaN);
    const value = ns(key);
    return percent > 0 && percent < 100 && value !== null ? [{ q: percent / 100, ns: value }] : [];
  });
  const requests = at(metrics, ['http_reqs']);
  const counted = at(requests, ['values']) ?? requests;
  return summaryOf(
    known,
    {
      count: numberAt(counted, 'count'),
      rate: numberAt(counted, 'rate'),
      min: ns('min'),
      max: ns('max'),
      mean: ns('avg'),
    },
    'import the points instead (k6 run --out json=points.json), or add percentiles (--summary-trend-stats "min,avg,p(50),p(90),p(95),p(99),p(99.9),max")',
  );
}

export const K6_SUMMARY: Format = {
  name: 'k6-summary',
  what: 'k6 --summary-export or handleSummary',
  recognises: ({ text }) =>
    /^\s*\{/.test(text) && text.includes('"metrics"') && text.includes(`"${METRIC}"`),
  open: () => ({ kind: 'summary', what: METRIC, read: readK6 }),
};

function readVegeta(text: string): Summary | Refusal {
  const document = parseJson(text);
  const latencies = at(document, ['latencies']);
  if (latencies === undefined)
    return refuse('it is no JSON with latencies: it may have been cut off');
  const known = [50, 90, 95, 99].flatMap((percent): readonly Known[] => {
    const ns = numberAt(latencies, `${percent}th`);
    return ns === null ? [] : [{ q: percent / 100, ns }];
  });
  return summaryOf(
    known,
    {
      count: numberAt(document, 'requests'),
      rate: numberAt(document, 'rate'),
      min: numberAt(latencies, 'min'),
      max: numberAt(latencies, 'max'),
      mean: numberAt(latencies, 'mean'),
    },
    'import the results instead (vegeta encode --to json)',
  );
}

export const VEGETA_REPORT: Format = {
  name: 'vegeta-report',
  what: 'vegeta report -type=json',
  recognises: ({ text }) => /^\s*\{"latencies":\{/.test(text) && text.includes('"50th"'),
  open: () => ({ kind: 'summary', what: 'latencies', read: readVegeta }),
};
