import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bar, BAND_MARK } from '../../src/report/text/bars.ts';

fc.configureGlobal({ seed: 42 });

describe('a bar', () => {
  it('fills in proportion, to an eighth of a cell', () => {
    expect(bar({ value: 0, full: 1, width: 4 })).toBe('    ');
    expect(bar({ value: 1, full: 1, width: 4 })).toBe('████');
    expect(bar({ value: 0.5, full: 1, width: 4 })).toBe('██  ');
    expect(bar({ value: 0.53125, full: 1, width: 4 })).toBe('██▏ ');
  });

  it('shows its mark whether it is reached or not', () => {
    expect(bar({ value: 0.25, full: 1, width: 4, mark: 0.75 })).toBe(`█ ${BAND_MARK} `);
    expect(bar({ value: 1, full: 1, width: 4, mark: 0.75 })).toBe(`██${BAND_MARK}█`);
  });

  it('is as wide as it should be, whatever it shows', () => {
    const number = fc.double({ min: -1, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        number,
        number,
        number,
        fc.integer({ min: 1, max: 40 }),
        (value, full, mark, width) => {
          expect([...bar({ value, full, width, mark })]).toHaveLength(width);
        },
      ),
    );
  });
});
