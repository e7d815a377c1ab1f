/** Thresholds: `latency.p99 < 120ms`, checked so that none can pass by a slip of the pen. */
import { didYouMean } from '../../base/suggest.ts';
import { parseDuration, parseRate, parseRatio } from '../../base/units.ts';
import { METRICS } from '../../contract/metrics.ts';
import type { Metric, MetricUnit } from '../../contract/metrics.ts';
import type { PlannedWindow, Threshold } from '../../contract/plan.ts';
import type { ThresholdInput } from '../schema/scenario.ts';
import type { Path } from '../text/tree.ts';
import { checkClientName } from './clients.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { ServiceDraft } from './services.ts';

interface Expression {
  readonly metric: string;
  readonly operator: Threshold['operator'];
  readonly value: number;
}

export function planThresholds(
  windows: readonly PlannedWindow[],
  services: readonly ServiceDraft[],
  document: ScenarioDocument,
): readonly Threshold[] {
  return (document.spec.thresholds ?? []).flatMap((written, index) => {
    if (document.isBroken('thresholds', index)) return [];
    const path = ['spec', 'thresholds', index];
    const isText = typeof written === 'string';
    const input: ThresholdInput = isText ? { expr: written } : written;
    const expression = parseExpression(input.expr, isText ? path : [...path, 'expr'], document);
    const service = findService(input.service, services);
    checkScope(input, path, { windows, services, service }, document);
    if (expression === undefined) return [];
    return [
      {
        expr: input.expr,
        ...expression,
        during: input.during ?? 'all',
        client: input.client ?? null,
        service: service?.planned.label ?? null,
        severity: input.severity ?? 'Fail',
      },
    ];
  });
}

/** The Service of `checkout`, `checkout.shop`, `shop/checkout` or `service/shop/checkout`; the first of its name. */
function findService(
  written: string | undefined,
  services: readonly ServiceDraft[],
): ServiceDraft | undefined {
  if (written === undefined) return undefined;
  const [name, namespace] = written.split('/').reverse();
  const isIn = namespace === undefined || namespace === 'service' ? null : namespace;
  return (
    services.find(({ planned }) => planned.label === name && isIn === null) ??
    services.find(
      ({ planned }) => planned.name === name && (isIn ?? planned.namespace) === planned.namespace,
    )
  );
}

function checkScope(
  input: ThresholdInput,
  path: Path,
  known: {
    readonly windows: readonly PlannedWindow[];
    readonly services: readonly ServiceDraft[];
    readonly service: ServiceDraft | undefined;
  },
  document: ScenarioDocument,
): void {
  const { during, client } = input;
  const names = [...new Set(known.windows.map((window) => window.name))];
  if (during !== undefined && !names.includes(during) && !document.hasBroken('timeline')) {
    const advice = didYouMean(during, names);
    const hint = `Windows: ${names.join(', ')}`;
    document.error([...path, 'during'], 'NotFound', `no window "${during}"${advice}`, hint);
  }
  if (client !== undefined) checkClientName(client, [...path, 'client'], document);
  if (input.service !== undefined && known.service === undefined && document.isComplete) {
    const name = input.service.split('/').at(-1) as string;
    const advice = didYouMean(
      name,
      known.services.map(({ planned }) => planned.label),
    );
    document.error([...path, 'service'], 'NotFound', `no Service "${name}"${advice}`);
  }
  const metric = input.expr.trim();
  if (client !== undefined && metric.startsWith('balance.')) {
    const message = 'balance is of a Service, over all its clients';
    document.error([...path, 'client'], 'Invalid', message);
  }
  for (const [family, message] of UNSCOPED) {
    if (!metric.startsWith(family)) continue;
    for (const scope of ['client', 'service'] as const) {
      if (input[scope] !== undefined) document.error([...path, scope], 'Invalid', message);
    }
  }
}

/** Metrics that no client and no Service has for itself. */
const UNSCOPED: readonly (readonly [family: string, message: string])[] = [
  ['networkProgramming.', 'networkProgramming is of all nodes and Services'],
  ['staleView.', 'staleView is of all nodes and Services'],
  ['rollout.', 'rollouts are of a workload: choose them by their window, with during'],
];

const EXPRESSION = /^\s*([A-Za-z][\w.]*)\s*(<=|>=|==|<|>)\s*(\S+)\s*$/;

function parseExpression(
  text: string,
  path: Path,
  document: ScenarioDocument,
): Expression | undefined {
  const parts = EXPRESSION.exec(text);
  if (parts === null) {
    const hint = 'metric, one of < <= > >= ==, limit: e.g. latency.p99 < 120ms';
    document.error(path, 'Invalid', `"${text}" is not a threshold`, hint);
    return undefined;
  }
  const [, name, operator, limit] = parts as unknown as [string, string, string, string];
  const metric = METRICS.find((each) => each.name === name);
  if (metric === undefined) {
    const names = METRICS.map((each) => each.name);
    const family = names.filter((each) => each.startsWith(`${name.split('.')[0]}.`));
    const advice = didYouMean(name, names);
    const hint = `Metrics: ${(family.length > 0 ? family : names).join(', ')}`;
    document.error(path, 'NotFound', `unknown metric "${name}"${advice}`, hint);
    return undefined;
  }
  const value = parseLimit(limit, metric);
  if (value === undefined) {
    const { noun, hint } = complaint(limit, metric.unit);
    document.error(path, 'Invalid', `${metric.name} is ${noun}, and "${limit}" is not`, hint);
    return undefined;
  }
  return { metric: name, operator: operator as Threshold['operator'], value };
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
