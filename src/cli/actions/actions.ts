/** What the commands do, each loaded when it is asked for. How it ends is the exit code of the process. */
import type { CheckFlags, SaveFlags } from '../commands/baseline.ts';
import type { ImportFlags } from '../commands/import.ts';
import type { InitFlags } from '../commands/init.ts';
import type { TraceFlags } from '../commands/trace.ts';
import { conclude } from '../conclude.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { CompareFlags, PlanFlags, ValidateFlags } from '../options.ts';
import type { BaselineInvocation } from './baseline/runs.ts';
import type { StudyInvocation } from './study.ts';
import type { SweepInvocation } from './sweep/invocation.ts';
import type { WorkerSource } from '../../study/executors/worker-pool.ts';

type Action<Args extends readonly unknown[]> = (...args: Args) => Promise<void>;
type Files = readonly string[];

function action<Args extends readonly unknown[]>(
  load: () => Promise<(...args: Args) => ExitCode | Promise<ExitCode>>,
): Action<Args> {
  return async (...args) => {
    try {
      const act = await load();
      process.exitCode = await act(...args);
    } catch (error) {
      conclude(error);
    }
  };
}

export const study: Action<[StudyInvocation]> = action(
  async () => (await import('./study.ts')).studyAction,
);
export const compare: Action<[Files, CompareFlags, workers: WorkerSource]> = action(
  async () => (await import('./compare.ts')).compareAction,
);
export const sweep: Action<[SweepInvocation]> = action(
  async () => (await import('./sweep/sweep.ts')).sweepAction,
);
export const saveBaseline: Action<[BaselineInvocation<SaveFlags>]> = action(
  async () => (await import('./baseline/save.ts')).saveAction,
);
export const checkBaseline: Action<[BaselineInvocation<CheckFlags>]> = action(
  async () => (await import('./baseline/check.ts')).checkAction,
);
export const showBaseline: Action<[name: string | undefined]> = action(
  async () => (await import('./baseline/show.ts')).showAction,
);
export const validate: Action<[Files, ValidateFlags]> = action(
  async () => (await import('./validate.ts')).validateAction,
);
export const trace: Action<[file: string, TraceFlags]> = action(
  async () => (await import('./trace.ts')).traceAction,
);
export const plan: Action<[Files, PlanFlags]> = action(
  async () => (await import('./plan.ts')).planAction,
);
export const importLogs: Action<[Files, ImportFlags]> = action(
  async () => (await import('./import/import.ts')).importAction,
);
export const init: Action<[folder: string, InitFlags]> = action(
  async () => (await import('./init/init.ts')).initAction,
);
export const schema: Action<[]> = action(async () => (await import('./schema.ts')).schemaAction);
