/** The catalogue of metrics in docs/metrics.md, as it follows from the list of metrics. */
import { METRICS } from '../src/contract/metrics.ts';
import type { Metric } from '../src/contract/metrics.ts';

const OVER = { max: 'the largest', min: 'the smallest', sum: 'their sum' } as const;

const BETTER = { lower: 'lower', higher: 'higher', toOne: 'nearer to 1' } as const;

/** Metrics of which the same is said but for one word of their names: `errors.refused`, `errors.reset`. */
interface Entry {
  readonly metric: Metric;
  readonly names: string[];
  /** What is said of them. */
  readonly said: string;
}

/** The description with "it" for the word of the name that it ends a phrase with; as it is where it has none. */
function said({ name, description }: Metric): string {
  for (const word of name.split('.').slice(1)) {
    const phrase = new RegExp(`\\b(by|of|in) ${word}(?= ÷|,|$)`);
    if (phrase.test(description)) return description.replace(phrase, '$1 it');
  }
  return description;
}

function entries(metrics: readonly Metric[]): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const metric of metrics) {
    const key = said(metric);
    const entry = found.get(key);
    if (entry === undefined) found.set(key, { metric, names: [metric.name], said: key });
    else entry.names.push(metric.name);
  }
  return [...found.values()];
}

function row({ metric, names, said: general }: Entry): string {
  const over = metric.overServices === null ? '' : `; over Services ${OVER[metric.overServices]}`;
  const cells = [
    names.map((name) => `\`${name}\``).join(', '),
    metric.unit,
    metric.better === null ? '–' : BETTER[metric.better],
    `${names.length === 1 ? metric.description : general}${over}`,
    metric.column === null ? '–' : `\`${metric.column}\``,
  ];
  return `| ${cells.join(' | ')} |`;
}

const HEAD = ['| metric | unit | better | what it is | from |', '| --- | --- | --- | --- | --- |'];

const SECTIONS: readonly {
  readonly title: string;
  readonly has: (metric: Metric) => boolean;
}[] = [
  {
    title: 'Of clients, in each window',
    has: ({ scope, windows }) => scope === 'client' && windows === 'each',
  },
  {
    title: 'Of clients, over the whole measurement',
    has: ({ scope, windows }) => scope === 'client' && windows === 'all',
  },
  { title: 'Of Services, in each window', has: ({ scope }) => scope === 'service' },
  {
    title: 'Of the cluster, in each window',
    has: ({ scope, windows }) => scope === 'cluster' && windows === 'each',
  },
  {
    title: 'Of the cluster, over the whole measurement',
    has: ({ scope, windows }) => scope === 'cluster' && windows === 'all',
  },
];

/** The tables, in Markdown. */
export const metricTables = (): string =>
  SECTIONS.map(({ title, has }) =>
    [`## ${title}`, '', ...HEAD, ...entries(METRICS.filter(has)).map(row), ''].join('\n'),
  ).join('\n');
