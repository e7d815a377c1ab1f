/** The forms that a study can be written in, one beside the other: what each is called in a folder, and what it writes. */
import type { Plan } from '../../contract/plan.ts';
import type { Conclusion } from '../../study/conclusion.ts';
import type { Study } from '../../study/study.ts';
import { csvChunks } from '../files/csv.ts';
import { encodeHistogram } from '../files/histogram-encoding.ts';
import { resultJsonChunks } from '../files/result-json.ts';
import { EXPORT_TABLES, TABLES } from '../files/tables.ts';
import type { Table } from '../files/tables.ts';
import { markdown } from '../markdown/study.ts';
import type { ReportCheck } from './checks.ts';
import type { StudyExport } from './formats.ts';
import { githubAnnotations } from './github.ts';
import { latencyFiles, percentileDistribution } from './hgrm.ts';
import { junitXml } from './junit.ts';
import { prometheusFamilies } from './prometheus-families.ts';
import { prometheusText } from './prometheus-text.ts';
import { thresholdChecks } from './threshold-checks.ts';

/** A study, and what there is to say around it. */
export interface StudyReport {
  readonly conclusion: Conclusion;
  /** The scenario file as it was named; null where it was standard input. */
  readonly file: string | null;
  /** The command that gives this report again. */
  readonly reproduce: string;
}

/** One file, in pieces. */
export interface ReportFile {
  /** What its name has before the extension, beside that of the format; empty where there is one file only. */
  readonly suffix: string;
  pieces(report: StudyReport): Iterable<string>;
}

export interface StudyReporter {
  /** The name of a file of which nothing but the format was asked for. */
  readonly usualName: string;
  /** Whether every study leaves it under that name, asked for or not. */
  readonly isLeft: boolean;
  /** What is written of a study of these plans. */
  files(plans: readonly Plan[]): readonly ReportFile[];
}

const oneFile = (
  usualName: string,
  pieces: ReportFile['pieces'],
  { isLeft = false }: { readonly isLeft?: boolean } = {},
): StudyReporter => ({ usualName, isLeft, files: () => [{ suffix: '', pieces }] });

const tableNamed = (name: string): Table =>
  [...TABLES, ...EXPORT_TABLES].find((table) => table.name === name)!;

const csvFile = (name: string, options: { readonly isLeft?: boolean } = {}): StudyReporter =>
  oneFile(
    `${name}.csv`,
    ({ conclusion }) => csvChunks(tableNamed(name), conclusion.study),
    options,
  );

/** Thresholds of all variants. */
function studyChecks({ conclusion, file, reproduce }: StudyReport): readonly ReportCheck[] {
  const { study, judgements } = conclusion;
  return study.variants.flatMap(({ plan }, index) =>
    thresholdChecks({
      suite: `${plan.scenario} ${plan.variant} thresholds`,
      judgements: judgements[index]!,
      reproduce,
      file,
    }),
  );
}

/** result.json in pieces. */
export const resultJson = (conclusion: Conclusion): Iterable<string> =>
  resultJsonChunks(conclusion, encodeHistogram);

/** summary.csv in pieces. */
export const summaryCsv = (study: Study): Iterable<string> =>
  csvChunks(tableNamed('summary'), study);

export const STUDY_REPORTERS: Readonly<Record<StudyExport, StudyReporter>> = {
  connections: csvFile('connections'),
  requests: csvFile('requests'),
  csv: csvFile('summary', { isLeft: true }),
  json: oneFile('result.json', ({ conclusion }) => resultJson(conclusion), { isLeft: true }),
  markdown: oneFile('summary.md', ({ conclusion }) => [markdown(conclusion)]),
  junit: oneFile('thresholds.junit.xml', (report) => [
    junitXml(report.conclusion.study.variants[0]!.plan.scenario, studyChecks(report)),
  ]),
  github: oneFile('thresholds.github.txt', (report) => [githubAnnotations(studyChecks(report))]),
  prometheus: oneFile('metrics.prom', ({ conclusion: { figures, judgements } }) =>
    prometheusText(
      prometheusFamilies(
        figures.map((own, index) => ({ figures: own, judgements: judgements[index]! })),
      ),
    ),
  ),
  hgrm: {
    usualName: 'latency.hgrm',
    isLeft: false,
    files: (plans) =>
      latencyFiles(plans).map(({ suffix, variant, client }) => ({
        suffix,
        pieces: ({ conclusion }) => [
          percentileDistribution(conclusion.study.variants[variant]!, client),
        ],
      })),
  },
};
