import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord } from '../../src/base/shell-word.ts';
import { reproduction } from '../../src/cli/reproduction.ts';

describe('the command that reproduces a result', () => {
  it('holds the flags that change figures, and no others', () => {
    const flags = { set: ['proxy.mode=ipvs', 'duration=10s'], replications: 3 };
    expect(reproduction('run', 'a b.yaml', { flags, seed: 7 })).toBe(
      "svcsim run 'a b.yaml' --set proxy.mode=ipvs --set duration=10s --seed 7 --replications 3",
    );
    expect(reproduction('compare', 'a.yaml', { flags: { vary: 'proxy.mode=a,b' }, seed: 1 })).toBe(
      'svcsim compare a.yaml --vary proxy.mode=a,b --seed 1',
    );
  });

  it('is read back by a shell word for word', () => {
    const word = fc.string({ minLength: 1, unit: 'grapheme-ascii' });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const script = `printf '%s\\0' ${words.map(shellWord).join(' ')}`;
        const read = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
        expect(read.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 20 },
    );
  });
});
