import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SUMMARY_WIDTH, wrap, wrapParts } from '../../src/report/text/wrap.ts';

fc.configureGlobal({ seed: 42 });

const word = fc.stringMatching(/^[a-z]{1,20}$/);

describe('wrapped text', () => {
  it('keeps every word in order, in lines that are full but not too long', () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 60 }), (words) => {
        const lines = wrap(words.join(' '), '  ');
        expect(
          lines
            .join(' ')
            .split(' ')
            .filter((one) => one !== ''),
        ).toEqual(words);
        for (const [index, line] of lines.entries()) {
          expect(line.length).toBeLessThanOrEqual(SUMMARY_WIDTH);
          if (index > 0) expect(line.startsWith('  ')).toBe(true);
          const [next] = (lines[index + 1] ?? '').trimStart().split(' ');
          if (next !== undefined && next !== '') {
            expect(line.length + 1 + next.length).toBeGreaterThan(SUMMARY_WIDTH);
          }
        }
      }),
    );
  });

  it('breaks a row of parts between parts only', () => {
    const parts = Array.from({ length: 12 }, (_, index) => `part number ${index} here`);
    const lines = wrapParts('name  ', parts, '  ');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join(' ').replace(/\s+/g, ' ')).toBe(`name ${parts.join(' · ')}`);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}part number/);
  });

  it('does not cut a word that is too long for a line', () => {
    const long = 'x'.repeat(SUMMARY_WIDTH + 20);
    expect(wrap(`a ${long} b`)).toEqual(['a', long, 'b']);
  });
});
