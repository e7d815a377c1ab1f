/** The text of a threshold: `latency.p99 < 120ms`, or `latency.p99{window=rollout,client=web} < 120ms`. */
import { didYouMean } from '../../base/suggest.ts';
import { parseDuration, parseRate, parseRatio } from '../../base/units.ts';
import { METRICS } from '../../contract/metrics.ts';
import type { Metric, MetricUnit } from '../../contract/metrics.ts';
import type { Threshold } from '../../contract/plan.ts';
import type { Path } from '../text/tree.ts';
import type { ScenarioDocument } from './scenario-document.ts';

/** What may stand between braces, as in the keys of saved metrics. */
export const LABELS = ['window', 'client', 'service'] as const;
export type Label = (typeof LABELS)[number];

/** A threshold as its text has it. */
export interface ThresholdExpression {
  readonly metric: Metric;
  readonly labels: Readonly<Partial<Record<Label, string>>>;
  readonly operator: Threshold['operator'];
  /** In the metric's own unit. */
  readonly value: number;
}

const EXPRESSION = /^\s*([A-Za-z][\w.]*)\s*(?:\{([^{}]*)\}\s*)?(<=|>=|==|<|>)\s*(\S+)\s*$/;

/** Reads `text`; undefined, and an error at `path`, where it is none. */
export function parseThreshold(
  text: string,
  path: Path,
  document: ScenarioDocument,
): ThresholdExpression | undefined {
  const parts = EXPRESSION.exec(text);
  if (parts === null) {
    const hint = 'metric, one of < <= > >= ==, limit: e.g. latency.p99 < 120ms';
    document.error(path, 'Invalid', `"${text}" is not a threshold`, hint);
    return undefined;
  }
  const [, name, written = '', operator, limit] = parts as unknown as [
    string,
    string,
    string | undefined,
    Threshold['operator'],
    string,
  ];
  const metric = findMetric(name, path, document);
  const labels = parseLabels(written, path, document);
  if (metric === undefined || labels === undefined) return undefined;
  const value = parseLimit(limit, metric);
  if (value === undefined) {
    const { noun, hint } = complaint(limit, metric.unit);
    document.error(path, 'Invalid', `${metric.name} is ${noun}, and "${limit}" is not`, hint);
    return undefined;
  }
  return { metric, labels, operator, value };
}

/** Names of metrics that are listed where one is not known. */
const LISTED_MAX = 30;

function findMetric(name: string, path: Path, document: ScenarioDocument): Metric | undefined {
  const metric = METRICS.find((each) => each.name === name);
  if (metric !== undefined) return metric;
  const names = METRICS.map((each) => each.name);
  const family = names.filter((each) => each.startsWith(`${name.split('.')[0]}.`));
  const families = [...new Set(names.map((each) => each.split('.')[0]!))];
  const known =
    family.length > 0 && family.length <= LISTED_MAX
      ? `Metrics: ${family.join(', ')}`
      : `Families of metrics: ${families.join(', ')}; docs/metrics.md lists them all`;
  const ofFamily = names.find((each) => each.endsWith(`.${name}`));
  const advice = ofFamily === undefined ? didYouMean(name, names) : `; did you mean "${ofFamily}"?`;
  document.error(path, 'NotFound', `unknown metric "${name}"${advice}`, known);
  return undefined;
}

function parseLabels(
  written: string,
  path: Path,
  document: ScenarioDocument,
): ThresholdExpression['labels'] | undefined {
  const labels: Partial<Record<Label, string>> = {};
  for (const part of written.split(',').filter((each) => each.trim() !== '')) {
    const [key, value, ...more] = part.split('=').map((word) => word.trim());
    const label = LABELS.find((each) => each === key);
    if (label === undefined || value === undefined || value === '' || more.length > 0) {
      const hint = 'e.g. latency.p99{window=rollout,client=web} < 120ms';
      const found = `"${part.trim()}" is none of ${LABELS.map((each) => `${each}=NAME`).join(', ')}`;
      document.error(path, 'Invalid', found, hint);
      return undefined;
    }
    if (labels[label] !== undefined) {
      document.error(path, 'Duplicate', `${label} is chosen twice`);
      return undefined;
    }
    labels[label] = value;
  }
  return labels;
}

/** The limit in the metric's unit; undefined where it is of another. */
function parseLimit(limit: string, { unit }: Metric): number | undefined {
  switch (unit) {
    case 'duration':
      return limit === '0' ? undefined : parseDuration(limit);
    case 'rate':
      return parseRate(limit);
    case 'ratio': {
      const ratio = parseRatio(limit);
      return ratio !== undefined && ratio <= 1 ? ratio : undefined;
    }
    case 'count':
    case 'number':
      return /^\d+(\.\d+)?(e[+-]?\d{1,2})?$/i.test(limit) ? Number(limit) : undefined;
    default:
      return unit satisfies never;
  }
}

function complaint(limit: string, unit: MetricUnit): { noun: string; hint: string } {
  const number = /^\d+(\.\d+)?/.exec(limit)?.[0];
  const bare = number === limit;
  switch (unit) {
    case 'duration':
      return { noun: 'a duration', hint: bare ? `did you mean "${limit}ms"?` : 'e.g. 120ms' };
    case 'rate':
      return { noun: 'a rate', hint: bare ? `did you mean "${limit}/s"?` : 'e.g. 900/s' };
    case 'ratio':
      return {
        noun: 'a ratio from 0 to 1',
        hint: bare ? `did you mean "${limit}%"?` : 'e.g. 0.1%',
      };
    default:
      return {
        noun: 'a plain number',
        hint: number === undefined ? 'e.g. 1.25' : `did you mean "${number}"?`,
      };
  }
}
