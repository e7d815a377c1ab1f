/**
 * The forms that a sweep can be written in. It is one check, whether any point meets every threshold: that others do not is what it
 * was made to find out.
 */
import type { SweepConclusion } from '../../study/sweep/conclusion.ts';
import { sweepCsv, sweepJsonChunks } from '../files/sweep-files.ts';
import { sweepMarkdown } from '../markdown/sweep.ts';
import { sweepSentences } from '../text/sweep/answer.ts';
import type { ReportCheck } from './checks.ts';
import type { SweepExport } from './formats.ts';
import { githubAnnotations } from './github.ts';
import { junitXml } from './junit.ts';
import { prometheusFamilies } from './prometheus-families.ts';
import { prometheusText } from './prometheus-text.ts';

/** A sweep, and what there is to say around it. */
export interface SweepReport {
  readonly conclusion: SweepConclusion;
  /** The scenario file as it was named; null where it was standard input. */
  readonly file: string | null;
  /** The command that gives this report again. */
  readonly reproduce: string;
}

export interface SweepReporter {
  /** The name of a file of which nothing but the format was asked for. */
  readonly usualName: string;
  /** Whether every sweep leaves it under that name, asked for or not. */
  readonly isLeft: boolean;
  pieces(report: SweepReport): Iterable<string>;
}

const scenarioOf = ({ sweep }: SweepConclusion): string => sweep.points[0]!.plan.scenario;

function sweepCheck({ conclusion, file, reproduce }: SweepReport): ReportCheck {
  const isMet = conclusion.points.some(({ verdict }) => verdict === 'met');
  const [message, ...more] = sweepSentences(conclusion);
  return {
    suite: `${scenarioOf(conclusion)} sweep`,
    name: 'a point meets every threshold',
    status: isMet ? 'passed' : 'failed',
    message: message!,
    details: [...more, ...(isMet ? [] : [`Reproduce: ${reproduce}`])].join('\n'),
    file: isMet ? null : file,
  };
}

export const SWEEP_REPORTERS: Readonly<Record<SweepExport, SweepReporter>> = {
  csv: {
    usualName: 'sweep.csv',
    isLeft: true,
    pieces: ({ conclusion }) => [sweepCsv(conclusion)],
  },
  json: {
    usualName: 'sweep.json',
    isLeft: true,
    pieces: ({ conclusion }) => sweepJsonChunks(conclusion),
  },
  markdown: {
    usualName: 'sweep.md',
    isLeft: false,
    pieces: ({ conclusion }) => [sweepMarkdown(conclusion)],
  },
  junit: {
    usualName: 'sweep.junit.xml',
    isLeft: false,
    pieces: (report) => [junitXml(scenarioOf(report.conclusion), [sweepCheck(report)])],
  },
  github: {
    usualName: 'sweep.github.txt',
    isLeft: false,
    pieces: (report) => [githubAnnotations([sweepCheck(report)])],
  },
  prometheus: {
    usualName: 'sweep.prom',
    isLeft: false,
    pieces: ({ conclusion }) =>
      prometheusText(
        prometheusFamilies(
          conclusion.points.map(({ point, figures, judgements }) => ({
            figures: { ...figures, variant: point.name },
            judgements,
          })),
        ),
      ),
  },
};
