/** Checks as annotations of GitHub Actions: what failed, what warns, and what could not be judged. */
import { workflowCommand } from '../../base/workflow-command.ts';
import type { CheckStatus, ReportCheck } from './checks.ts';

const COMMANDS = {
  failed: 'error',
  warned: 'warning',
  skipped: 'warning',
} as const satisfies Record<Exclude<CheckStatus, 'passed'>, string>;

/** A line each, failures first: GitHub shows ten of a kind and step. Nothing about what passed. */
export function githubAnnotations(checks: readonly ReportCheck[]): string {
  return (['failed', 'warned', 'skipped'] as const)
    .flatMap((status) => checks.filter((check) => check.status === status))
    .map(annotation)
    .join('');
}

function annotation({ suite, name, status, message, details, file }: ReportCheck): string {
  const command = COMMANDS[status as keyof typeof COMMANDS];
  const text = details === '' ? message : `${message}\n${details}`;
  return workflowCommand(
    command,
    { ...(file === null ? {} : { file }), title: `${suite}: ${name}` },
    text,
  );
}
