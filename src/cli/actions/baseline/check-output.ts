/** Where the outcome of a check goes: files that were asked for, and standard output. */
import { join } from 'node:path';
import type { Plan } from '../../../contract/plan.ts';
import { baselineChecks } from '../../../report/baseline/checks.ts';
import type { BaselineReport } from '../../../report/baseline/findings.ts';
import { baselineJson } from '../../../report/baseline/json.ts';
import { baselineMarkdown } from '../../../report/baseline/markdown.ts';
import { baselineSummary, baselineVerdict } from '../../../report/baseline/text.ts';
import type { ReportCheck } from '../../../report/exports/checks.ts';
import { githubAnnotations } from '../../../report/exports/github.ts';
import { junitXml } from '../../../report/exports/junit.ts';
import type { BaselineExport } from '../../../report/exports/formats.ts';
import type { CheckFlags } from '../../commands/baseline.ts';
import { prepareFile, writeWhole } from '../../output/output-files.ts';
import { print, styleFor } from '../../terminal/terminal.ts';

/** Names of the files of which nothing but the form was asked for. */
const USUAL_NAMES: Readonly<Record<BaselineExport, string>> = {
  json: 'baseline.json',
  markdown: 'baseline.md',
  junit: 'baseline.junit.xml',
  github: 'baseline.github.txt',
};

type OutputFlags = Pick<CheckFlags, 'format' | 'quiet' | 'export'>;

/** The output of one check. */
export class CheckOutput {
  private readonly flags: OutputFlags;
  private readonly scenario: string;
  private readonly files: readonly { readonly path: string; readonly format: BaselineExport }[];

  /**
   * Makes sure that everything can be written.
   *
   * @param folder for files whose name was not given.
   * @throws CommandFailure
   */
  constructor(scenario: string, folder: string, flags: OutputFlags) {
    this.scenario = scenario;
    this.flags = flags;
    this.files = (flags.export ?? []).map(({ format, file }) => ({
      path: file ?? join(folder, USUAL_NAMES[format]),
      format,
    }));
    for (const { path } of this.files) prepareFile(path);
  }

  /** Writes and prints what a check of `plan` found. */
  async report(report: BaselineReport, plan: Plan): Promise<void> {
    const text = (format: BaselineExport): string => {
      if (format === 'json') return baselineJson(report);
      if (format === 'markdown') return baselineMarkdown(report);
      return this.checksText(format, baselineChecks(report));
    };
    for (const { path, format } of this.files) writeWhole(path, [text(format)]);
    const { format, quiet } = this.flags;
    if (format !== 'text') return print(text(format));
    const style = await styleFor(process.stdout);
    print(
      quiet === true
        ? `${baselineVerdict(report, plan, style).join('\n')}\n`
        : `${baselineSummary(report, plan, style)}\n`,
    );
  }

  /** Says in the forms of servers that nothing was compared, and why: a job without a report is easily overlooked. */
  refused(baseline: string, reason: string): void {
    const [message, ...details] = reason.split('\n');
    const check: ReportCheck = {
      suite: `${this.scenario} baseline`,
      name: 'comparable',
      status: 'failed',
      message: message!,
      details: details.join('\n'),
      file: baseline,
    };
    for (const { path, format } of this.files) {
      if (format === 'junit' || format === 'github') {
        writeWhole(path, [this.checksText(format, [check])]);
      }
    }
    const { format } = this.flags;
    if (format === 'junit' || format === 'github') print(this.checksText(format, [check]));
  }

  private checksText(format: 'junit' | 'github', checks: readonly ReportCheck[]): string {
    return format === 'junit' ? junitXml(this.scenario, checks) : githubAnnotations(checks);
  }
}
