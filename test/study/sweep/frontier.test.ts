/** The frontier: the best value that meets every threshold, for each setting of the others. */
import { describe, expect, it } from 'vitest';
import { frontierOf } from '../../../src/study/sweep/frontier.ts';
import type { FrontierPoint, PointVerdict } from '../../../src/study/sweep/frontier.ts';

const SIGNS: Readonly<Record<string, PointVerdict>> = {
  '✓': 'met',
  '✗': 'missed',
  '?': 'undecided',
};

/** Points of one row, from 1 on, as their signs. */
const row = (load: number, signs: string): FrontierPoint[] =>
  [...signs].map((sign, at) => ({
    values: [load, at + 1].map((number) => ({ text: String(number), number })),
    verdict: SIGNS[sign]!,
  }));

const found = (points: readonly FrontierPoint[], direction: 'min' | 'max' = 'min'): unknown =>
  frontierOf(points, { direction, parameter: 1 }).map(({ best, exceptions, undecided }) => [
    best?.values[1]!.number ?? null,
    exceptions.map(({ values }) => values[1]!.number),
    undecided.map(({ values }) => values[1]!.number),
  ]);

describe('the frontier', () => {
  it.each([
    ['✗✗✓✓', [3, [], []]],
    ['✓✓✓✓', [1, [], []]],
    ['✗✗✗✗', [null, [], []]],
    ['✗?✓✓', [3, [], [2]]],
    ['✗✓✗✓', [2, [3], []]],
    ['✗✗✗?', [null, [], [4]]],
  ])('of %s', (signs, expected) => {
    expect(found(row(5, signs))).toEqual([expected]);
    expect(found(row(5, signs).reverse())).toEqual([expected]);
  });

  it('looks from the other end for a largest value', () => {
    expect(found(row(5, '✓✓✗✗'), 'max')).toEqual([[2, [], []]]);
    expect(found(row(5, '✓✗✓✗'), 'max')).toEqual([[3, [2], []]]);
  });

  it('has a row for each setting of the others, in their order', () => {
    const points = [...row(9, '✗✗✓'), ...row(4, '✗✓✓'), ...row(7, '✓✓✓')];
    const rows = frontierOf(points, { direction: 'min', parameter: 1 });
    expect(rows.map(({ others, best }) => [others[0]!.number, best?.values[1]!.number])).toEqual([
      [9, 3],
      [4, 2],
      [7, 1],
    ]);
  });
});
