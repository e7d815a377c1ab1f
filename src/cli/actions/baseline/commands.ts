/** Commands about baselines, to be copied into a shell. */
import type { CheckFlags, SaveFlags } from '../../commands/baseline.ts';
import { shellWord } from '../../../base/shell-word.ts';

/** What both commands share. */
function words(
  command: 'save' | 'check',
  file: string,
  flags: Pick<SaveFlags, 'set' | 'name' | 'file' | 'metric' | 'seed' | 'replications'>,
): readonly string[] {
  const found = ['svcsim', 'baseline', command, shellWord(file)];
  for (const set of flags.set ?? []) found.push('--set', shellWord(set));
  if (flags.name !== undefined) found.push('--name', shellWord(flags.name));
  if (flags.file !== undefined) found.push('--file', shellWord(flags.file));
  for (const metric of flags.metric ?? []) found.push('--metric', shellWord(metric));
  if (flags.seed !== undefined) found.push('--seed', String(flags.seed));
  if (flags.replications !== undefined) found.push('--replications', String(flags.replications));
  return found;
}

/** The command that saves. */
export function saveCommand(
  file: string,
  flags: Parameters<typeof words>[2] & Pick<SaveFlags, 'variants'>,
): string {
  return [...words('save', file, flags), ...(flags.variants === true ? ['--variants'] : [])].join(
    ' ',
  );
}

/** The command that checks again, with the flags that change the verdict and no others. */
export function checkCommand(file: string, flags: CheckFlags): string {
  const found = [...words('check', file, flags)];
  if (flags.tolerance !== undefined) found.push('--tolerance', shellWord(flags.tolerance));
  if (flags.floor !== undefined) found.push('--floor', shellWord(flags.floor));
  if (flags.alpha !== undefined) found.push('--alpha', shellWord(flags.alpha));
  if (flags.lenient === true) found.push('--lenient');
  return found.join(' ');
}
