/** The command that gives a result again, to be copied into a shell. */
import { shellWord } from '../base/shell-word.ts';
import type { StudyFlags, SweepFlags } from './options.ts';

/** `svcsim run FILE --seed N`, with the flags that change the figures and no others. */
export function reproduction(
  command: 'run' | 'compare',
  file: string,
  options: {
    readonly flags: Pick<StudyFlags, 'set' | 'vary' | 'replications'>;
    readonly seed: number;
  },
): string {
  const { flags, seed } = options;
  const words = ['svcsim', command, shellWord(file)];
  for (const set of flags.set ?? []) words.push('--set', shellWord(set));
  if (flags.vary !== undefined) words.push('--vary', shellWord(flags.vary));
  words.push('--seed', String(seed));
  if (flags.replications !== undefined) words.push('--replications', String(flags.replications));
  return words.join(' ');
}

/** `svcsim sweep FILE`, with the flags that say which runs there are and where they are kept. */
export function sweepCommand(
  file: string,
  flags: Pick<
    SweepFlags,
    'set' | 'parameter' | 'goal' | 'exhaustive' | 'seed' | 'replications' | 'shard' | 'out'
  >,
): string {
  const { seed, replications, shard } = flags;
  const words = ['svcsim sweep', shellWord(file)];
  for (const set of flags.set ?? []) words.push('--set', shellWord(set));
  for (const parameter of flags.parameter ?? []) words.push('-P', shellWord(parameter));
  if (flags.goal !== undefined) words.push('--goal', shellWord(flags.goal));
  if (flags.exhaustive === true) words.push('--exhaustive');
  if (seed !== undefined) words.push('--seed', String(seed));
  if (replications !== undefined) words.push('--replications', String(replications));
  if (shard !== undefined) words.push('--shard', `${shard.index}/${shard.count}`);
  if (flags.out !== undefined) words.push('-o', shellWord(flags.out));
  return words.join(' ');
}
