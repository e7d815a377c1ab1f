/**
 * Prometheus' text exposition format 0.0.4: what the textfile collector of the node exporter reads. Families with HELP
 * and TYPE; every sample of a family stands below them.
 * Source: prometheus.io/docs/instrumenting/exposition_formats.
 */

/** By name; where one is empty, it is as if it were not there. */
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** What is put after the family's name: `_sum` and `_count` of a summary, else nothing. */
  readonly suffix: '' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'summary';
  readonly help: string;
  readonly samples: readonly Sample[];
}

const escapeHelp = (text: string): string => text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n');

/** Half of a surrogate pair is no character, and would not survive UTF-8. */
const escapeValue = (text: string): string =>
  escapeHelp(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(/"/g, '\\"');

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function sampleLine(family: string, { suffix, labels, value }: Sample): string {
  const list = Object.entries(labels)
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `${name}="${escapeValue(text)}"`);
  const scope = list.length === 0 ? '' : `{${list.join(',')}}`;
  return `${family}${suffix}${scope} ${numberText(value)}\n`;
}

/** The document; families without samples are left out. */
export function* prometheusText(families: Iterable<Family>): Iterable<string> {
  for (const { name, type, help, samples } of families) {
    if (samples.length === 0) continue;
    yield `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n`;
    yield samples.map((sample) => sampleLine(name, sample)).join('');
  }
}
