/** What `svcsim compare` prints of saved results: a sentence a variant, the table, and what the results are of. */
import { formatDuration } from '../../base/units.ts';
import type { Comparison } from '../../study/comparison/compare.ts';
import { plural } from '../numbers.ts';
import { methodLine } from './comparison-method.ts';
import { comparisonSentences } from './comparison-sentences.ts';
import { comparisonLines } from './comparison-table.ts';
import type { Style } from './style.ts';
import { wrap, wrapParts } from './wrap.ts';

/** What one of the variants was a study of. */
export interface SavedSample {
  readonly scenario: string;
  readonly partial: boolean;
  /** Finished replications, and those asked for. */
  readonly runs: number;
  readonly replications: number;
  readonly warmUpMs: number;
  readonly durationMs: number;
}

/** What there is to say about a comparison of saved results. */
export interface SavedComparison {
  readonly comparison: Comparison;
  readonly modelVersion: number;
  /** In the order of the comparison's variants. */
  readonly samples: readonly SavedSample[];
}

const duration = (ms: number): string => formatDuration(ms * 1e6);

function spanOf({ warmUpMs, durationMs }: SavedSample): string {
  const warmUp = warmUpMs > 0 ? ` after ${duration(warmUpMs)} of warm-up` : '';
  return `${duration(durationMs)}${warmUp}`;
}

/** What makes the results less than alike, in a sentence each. */
export function savedNotes({ comparison, samples }: SavedComparison): readonly string[] {
  const [reference] = samples;
  return comparison.variants.flatMap(({ variant }, at) => {
    const sample = samples[at]!;
    const notes: string[] = [];
    if (sample.partial) {
      notes.push(
        `${variant} is partial: ${sample.runs} of ${plural(sample.replications, 'replication')}.`,
      );
    }
    if (sample.scenario !== reference!.scenario) {
      notes.push(
        `${variant} is of the scenario ${sample.scenario}, ${comparison.reference} of ${reference!.scenario}.`,
      );
    }
    if (spanOf(sample) !== spanOf(reference!)) {
      notes.push(
        `${variant} measures ${spanOf(sample)}, ${comparison.reference} ${spanOf(reference!)}.`,
      );
    }
    return notes;
  });
}

/** What the figures are taken over. */
export const savedPopulation = ({ samples }: SavedComparison): string =>
  `Requests due in the ${spanOf(samples[0]!)}, over all attempts, whatever their outcome; figures over replications ± half the 95% interval.`;

/** The sentences: all that `--quiet` leaves. */
export function savedVerdict(saved: SavedComparison, style: Style): readonly string[] {
  const { comparison, modelVersion, samples } = saved;
  const [reference, ...others] = comparison.variants.map(({ variant }) => variant);
  const title = samples[0]!.scenario;
  const version = `model version ${modelVersion}`;
  const facts = [`compare ${reference}`, ...others, 'saved results', version];
  const [first, ...rest] = wrapParts(`${title}  `, facts, '  ');
  return [
    `${style.bold(title)}${first!.slice(title.length)}`,
    ...rest,
    '',
    ...comparisonSentences(comparison).flatMap((line) => wrap(line, '  ')),
    ...savedNotes(saved).flatMap((line) => wrap(`! ${line}`, '  ').map(style.yellow)),
  ];
}

/** The whole summary, without a newline at its end. */
export function savedSummary(saved: SavedComparison, style: Style): string {
  const { comparison } = saved;
  return [
    ...savedVerdict(saved, style),
    '',
    ...comparisonLines(comparison, style),
    ...wrap(`${methodLine(comparison)} ${savedPopulation(saved)}`).map(style.dim),
  ].join('\n');
}
