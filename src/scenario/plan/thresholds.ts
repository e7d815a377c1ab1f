/** Thresholds: `latency.p99 < 120ms`, checked so that none can pass by a slip of the pen. */
import { didYouMean } from '../../base/suggest.ts';
import type { Metric } from '../../contract/metrics.ts';
import type { PlannedClient, PlannedWindow, Threshold } from '../../contract/plan.ts';
import type { ThresholdInput } from '../schema/scenario.ts';
import type { Path } from '../text/tree.ts';
import { checkClientName } from './traffic/clients.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { ServiceDraft } from './services.ts';
import { LABELS, parseThreshold } from './threshold-expression.ts';
import type { Label } from './threshold-expression.ts';

/** What a threshold may choose from. */
interface Known {
  readonly windows: readonly PlannedWindow[];
  readonly services: readonly ServiceDraft[];
  /** Those of calls as well. */
  readonly clients: readonly PlannedClient[];
}

/** What one chooses, and where that is written. */
type Choices = Readonly<Partial<Record<Label, { readonly name: string; readonly path: Path }>>>;

export function planThresholds(known: Known, document: ScenarioDocument): readonly Threshold[] {
  const { services } = known;
  return (document.spec.thresholds ?? []).flatMap((written, index) => {
    if (document.isBroken('thresholds', index)) return [];
    const path = ['spec', 'thresholds', index];
    const isText = typeof written === 'string';
    const input: ThresholdInput = isText ? { expr: written } : written;
    const exprPath = isText ? path : [...path, 'expr'];
    const expression = parseThreshold(input.expr, exprPath, document);
    const choices = choicesOf(
      input,
      { path, exprPath, labels: expression?.labels ?? {} },
      document,
    );
    checkNames(choices, known, document);
    if (expression === undefined) return [];
    const { metric, operator, value } = expression;
    checkScope(metric, choices, document);
    const service = findService(choices.service?.name, services);
    return [
      {
        expr: input.expr,
        metric: metric.name,
        operator,
        value,
        during: choices.window?.name ?? 'all',
        client: choices.client?.name ?? null,
        service: service?.planned.label ?? null,
        severity: input.severity ?? 'Fail',
      },
    ];
  });
}

/** The fields of a threshold beside its expression, by what they choose. */
const FIELDS = { window: 'during', client: 'client', service: 'service' } as const;

/** What is chosen, in fields or between braces. */
function choicesOf(
  input: ThresholdInput,
  at: {
    readonly path: Path;
    readonly exprPath: Path;
    readonly labels: Readonly<Partial<Record<Label, string>>>;
  },
  document: ScenarioDocument,
): Choices {
  const choices: Record<string, { readonly name: string; readonly path: Path }> = {};
  for (const label of LABELS) {
    const field = input[FIELDS[label]];
    const between = at.labels[label];
    const fieldPath = [...at.path, FIELDS[label]];
    if (field !== undefined && between !== undefined && field !== between) {
      const message = `${label} is "${between}" in the expression, and "${field}" here`;
      document.error(fieldPath, 'Duplicate', message);
    }
    if (field !== undefined) choices[label] = { name: field, path: fieldPath };
    else if (between !== undefined) choices[label] = { name: between, path: at.exprPath };
  }
  return choices;
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

/** Complains of names that nothing has. */
function checkNames(
  { window, client, service }: Choices,
  known: Known,
  document: ScenarioDocument,
): void {
  const windows = [...new Set(known.windows.map(({ name }) => name))];
  if (window !== undefined && !windows.includes(window.name) && !document.hasBroken('timeline')) {
    const advice = didYouMean(window.name, windows);
    const hint = `Windows: ${windows.join(', ')}`;
    document.error(window.path, 'NotFound', `no window "${window.name}"${advice}`, hint);
  }
  if (client !== undefined) checkClientName(client, known.clients, document);
  if (service === undefined || !document.isComplete) return;
  if (findService(service.name, known.services) !== undefined) return;
  const name = service.name.split('/').at(-1) as string;
  const labels = known.services.map(({ planned }) => planned.label);
  document.error(service.path, 'NotFound', `no Service "${name}"${didYouMean(name, labels)}`);
}

/** Complains of a client, Service or window that the metric has nothing of its own for. */
function checkScope(
  { name, scope, windows }: Metric,
  { window, client, service }: Choices,
  document: ScenarioDocument,
): void {
  if (client !== undefined && scope !== 'client') {
    const message =
      scope === 'service'
        ? `${name} is of a Service, over all its clients`
        : `${name} is of the whole cluster, and no client has its own`;
    document.error(client.path, 'Invalid', message);
  }
  if (service !== undefined && scope !== 'service') {
    const message =
      scope === 'client'
        ? `${name} is what clients see, and no Service has its own: choose one of its clients, with client`
        : `${name} is of the whole cluster, and no Service has its own`;
    document.error(service.path, 'Invalid', message);
  }
  if (window !== undefined && window.name !== 'all' && windows === 'all') {
    document.error(window.path, 'Invalid', `${name} is of the whole measurement, not of a window`);
  }
}
