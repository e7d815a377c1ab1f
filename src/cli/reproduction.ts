/** The command that gives a result again, to be copied into a shell. */
import type { StudyFlags } from './options.ts';

/** A word as a POSIX shell reads it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

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
