/** docs/validation.md as data: what a check found, and how the page is written. */

/** Whether a check met its acceptance; `note`: reported, and not accepted or refused. */
export type Outcome = 'agrees' | 'differs' | 'note';

/** One row of the page's first table: one thing that was measured, and what the simulator says of it. */
export interface Check {
  readonly what: string;
  readonly recorded: string;
  readonly simulated: string;
  /** How many of how many comparisons agree, or how far the two are apart. */
  readonly agreement: string;
  readonly outcome: Outcome;
}

export interface Section {
  readonly title: string;
  readonly checks: readonly Check[];
  /** Markdown below the title. */
  readonly body: string;
}

const MARK: Readonly<Record<Outcome, string>> = { agrees: '✓', differs: '✗', note: '·' };

/** A check that counts comparisons: it agrees when all do. */
export function counted(
  row: Omit<Check, 'agreement' | 'outcome'>,
  agreeing: number,
  of: number,
): Check {
  return {
    ...row,
    agreement: `${grouped(agreeing)} of ${grouped(of)}`,
    outcome: agreeing === of ? 'agrees' : 'differs',
  };
}

/** A Markdown table; numbers stand to the right where `align` has an `r` for their column. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  align: string = '',
): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = header.map((_, i) => (align[i] === 'r' ? '---:' : '---'));
  return [line(header), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

/** Whether every check met its acceptance. */
export const isAccepted = (sections: readonly Section[]): boolean =>
  sections.every(({ checks }) => checks.every(({ outcome }) => outcome !== 'differs'));

/** A section as it stands on the page. */
export const renderSection = ({ title, body }: Section): string => `## ${title}\n\n${body.trim()}`;

export function renderPage(intro: string, sections: readonly Section[]): string {
  const checks = sections.flatMap((section) => section.checks);
  const held = checks.filter(({ outcome }) => outcome !== 'note');
  const failed = held.filter(({ outcome }) => outcome === 'differs');
  const verdict =
    failed.length === 0
      ? `**All ${held.length} checks meet their acceptance.**`
      : `**${failed.length} of ${held.length} checks miss their acceptance:** ${failed.map(({ what }) => what).join('; ')}.`;
  const summary = table(
    ['', 'check', 'recorded', 'simulated', 'agreement'],
    checks.map((c) => [MARK[c.outcome], c.what, c.recorded, c.simulated, c.agreement]),
  );
  const parts = ['# Validation', intro.trim(), verdict, summary, ...sections.map(renderSection)];
  return `${parts.join('\n\n')}\n`;
}

/** `0.034` as `+3.4 %`. */
export const percent = (share: number): string =>
  `${share < 0 ? '−' : '+'}${(Math.abs(share) * 100).toFixed(1)} %`;

/** A whole number with commas between thousands. */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');
