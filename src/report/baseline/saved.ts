/** What `baseline save` and `baseline show` print: what a baseline holds, and what a new one changes. */
import { compareCodeUnits } from '../../base/order.ts';
import type { Baseline } from '../../study/baseline/baseline.ts';
import { savedEstimate } from '../../study/baseline/changes.ts';
import type { BaselineChanges, MetricChange } from '../../study/baseline/changes.ts';
import type { DifferingField } from '../../study/baseline/conditions.ts';
import { inReadingOrder } from '../../study/baseline/gated-metrics.ts';
import { parseMetricKey } from '../../study/figures/query.ts';
import { formatChange, plural } from '../numbers.ts';
import { escapeCell, markdownTable } from '../markdown/table.ts';
import { formatEstimate } from '../text/estimates.ts';
import { grid } from '../text/grid.ts';
import type { Style } from '../text/style.ts';
import { formatMetric } from '../text/thresholds.ts';

const valueText = (key: string, estimate: MetricChange['new']): string =>
  formatEstimate(estimate, (value) => formatMetric(parseMetricKey(key)!.metric, value));

/** `11 metrics over 10 replications from seed 42`, with the variants where there are several. */
export function extentText({ variants }: Baseline): string {
  const metrics = variants.reduce((sum, { metrics: own }) => sum + Object.keys(own).length, 0);
  const of = variants.length > 1 ? ` of ${variants.map(({ name }) => name).join(', ')}` : '';
  const { seed, fingerprints } = variants[0]!;
  return `${plural(metrics, 'metric')}${of} over ${plural(fingerprints.length, 'replication')} from seed ${seed}`;
}

/** A field that differs: `duration: 10s → 20s`. */
export const fieldText = ({ field, old, new: now }: DifferingField): string =>
  `${field}: ${old ?? 'none'} → ${now ?? 'none'}`;

/** Everything that a baseline holds. */
export function baselineLines(baseline: Baseline, style: Style): readonly string[] {
  const several = baseline.variants.length > 1;
  const lines = [
    `${style.bold(baseline.scenario)}  ${extentText(baseline)}`,
    style.dim(`model version ${baseline.modelVersion}, V8 ${baseline.v8}`),
  ];
  for (const variant of baseline.variants) {
    // In the order of the file, so that a baseline reads the same before and after it was written.
    const conditions = Object.entries(variant.conditions)
      .toSorted(([a], [b]) => compareCodeUnits(a, b))
      .map(([field, text]) => `  ${field}: ${text}`);
    const rows = inReadingOrder(Object.keys(variant.metrics)).map((key) => [
      key,
      valueText(key, savedEstimate(variant, key)),
    ]);
    lines.push('', ...(several ? [style.bold(variant.name)] : []), 'Asked of the cluster:');
    lines.push(...conditions, '', ...grid(rows, 'lr'));
  }
  const said =
    "Over all attempts, whatever their outcome; means ± half the 95% interval (Student's t).";
  lines.push(style.dim(said));
  return lines;
}

const changeText = ({ old, new: now }: MetricChange): string =>
  old === null
    ? 'new'
    : now === null
      ? 'gone'
      : old.mean === 0
        ? ''
        : formatChange(now.mean / old.mean - 1);

const nameOf = ({ variant, key }: MetricChange, several: boolean): string =>
  several ? `${variant}: ${key}` : key;

/** What a baseline changes, old → new. */
export function changeLines({ fields, metrics }: BaselineChanges, style: Style): readonly string[] {
  if (fields.length === 0 && metrics.length === 0) return ['Nothing has changed.'];
  const several = new Set(metrics.map(({ variant }) => variant)).size > 1;
  const rows = metrics.map((change) => [
    nameOf(change, several),
    valueText(change.key, change.old),
    '→',
    valueText(change.key, change.new),
    changeText(change),
  ]);
  return [
    ...fields.map((field) => `  ${fieldText(field)}`),
    ...(fields.length > 0 && rows.length > 0 ? [''] : []),
    ...(rows.length === 0 ? [style.dim('The figures are the same.')] : grid(rows, 'lrlrr')),
  ];
}

/** The same as Markdown, for a pull request; `file` is the baseline. */
export function changesMarkdown(
  file: string,
  baseline: Baseline,
  changes: BaselineChanges | null,
): string {
  const sections: (readonly string[])[] = [
    [`## ${escapeCell(baseline.scenario)}: new baseline`],
    [`\`${file}\` holds ${extentText(baseline)}.`],
  ];
  if (changes === null) {
    for (const variant of baseline.variants) {
      const rows = inReadingOrder(Object.keys(variant.metrics)).map((key) => [
        key,
        valueText(key, savedEstimate(variant, key)),
      ]);
      if (baseline.variants.length > 1) sections.push([`### ${escapeCell(variant.name)}`]);
      sections.push(markdownTable(['metric', 'value'], rows));
    }
  } else {
    const several = new Set(changes.metrics.map(({ variant }) => variant)).size > 1;
    sections.push(changes.fields.map((field) => `- ${escapeCell(fieldText(field))}`));
    const rows = changes.metrics.map((change) => [
      nameOf(change, several),
      valueText(change.key, change.old),
      valueText(change.key, change.new),
      changeText(change),
    ]);
    sections.push(
      rows.length === 0
        ? ['The figures are the same.']
        : markdownTable(['metric', 'old', 'new', 'change'], rows),
    );
  }
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}
