/** `--check-determinism`: before anything else, each plan is run twice. */
import { availableParallelism } from 'node:os';
import type { Plan } from '../../contract/plan.ts';
import { determinismText } from '../../report/text/determinism.ts';
import { checkDeterminism } from '../../study/determinism.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import type { StudyFlags } from '../options.ts';
import type { Interruption } from '../terminal/interruption.ts';
import { note } from '../terminal/terminal.ts';
import type { WorkerSource } from '../../study/executors/worker-pool.ts';

export interface PlanCheck {
  readonly flags: Pick<StudyFlags, 'jobs' | 'quiet'>;
  /** Where threads come from. */
  readonly workers: WorkerSource;
  readonly interruption: Interruption;
  /** The command that finds the same. */
  readonly reproduce: string;
}

/**
 * Checks the first replication of each plan. False: interrupted.
 *
 * @throws CommandFailure where a run is not deterministic: a bug of svcsim.
 */
export async function checkPlans(
  plans: readonly Plan[],
  { flags, workers, interruption, reproduce }: PlanCheck,
): Promise<boolean> {
  const jobs = flags.jobs ?? availableParallelism();
  const { signal } = interruption;
  for (const plan of plans) {
    const found = await checkDeterminism(plan, { jobs, workers, signal });
    if (found.kind === 'interrupted') return false;
    const text = `${plan.scenario} ${plan.variant}: ${determinismText(found)}`;
    if (found.kind !== 'same') {
      throw new CommandFailure(EXIT.bug, `a bug of ours: ${text}\nReproduce: ${reproduce}`);
    }
    if (flags.quiet !== true) note(text);
  }
  return true;
}
