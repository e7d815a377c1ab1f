import { describe, expect, it } from 'vitest';
import { compareForDeletion, type DeletionCandidate } from '../../src/kube/deletion-order.ts';

const SECOND = 1e9;
const NOW = 1000 * SECOND;

const pod = (facts: Partial<DeletionCandidate>): DeletionCandidate => ({
  isBound: true,
  isPending: false,
  isReady: true,
  readySince: 0,
  createdAt: 0,
  neighbours: 1,
  restarts: 0,
  uid: 0.5,
  number: 0,
  ...facts,
});

/** Each goes before a plain pod, and whatever comes later in the list cannot change that. */
const BEFORE_OTHERS: readonly [string, Partial<DeletionCandidate>, Partial<DeletionCandidate>][] = [
  ['has no node', { isBound: false, isReady: false }, { isPending: true, isReady: false }],
  ['has not run yet', { isPending: true, isReady: false }, { isReady: false, neighbours: 9 }],
  ['is not ready', { isReady: false }, { neighbours: 9 }],
  ['has more of its kind on its node', { neighbours: 2 }, { readySince: 999 * SECOND }],
  ['has been ready for less time', { readySince: 900 * SECOND }, { restarts: 9 }],
  ['was restarted more often', { restarts: 1 }, { createdAt: 999 * SECOND }],
  ['was made later', { createdAt: 900 * SECOND }, { number: 9 }],
];

describe('the pods that a ReplicaSet ends first', () => {
  it.each(BEFORE_OTHERS)('one that %s', (_, first, weaker) => {
    expect(compareForDeletion(pod(first), pod({}), NOW)).toBeLessThan(0);
    expect(compareForDeletion(pod({}), pod(first), NOW)).toBeGreaterThan(0);
    expect(compareForDeletion(pod(first), pod(weaker), NOW)).toBeLessThan(0);
  });

  it('tells ages apart by powers of two only, and those within one by chance', () => {
    const of = (age: number, uid: number): DeletionCandidate =>
      pod({ readySince: NOW - age * SECOND, uid });
    // 2^37 ns is 137 s: 200 s and 270 s are of one power, 100 s of the one below.
    expect(compareForDeletion(of(200, 0.9), of(270, 0.1), NOW)).toBeGreaterThan(0);
    expect(compareForDeletion(of(200, 0.1), of(270, 0.9), NOW)).toBeLessThan(0);
    expect(compareForDeletion(of(100, 0.9), of(270, 0.1), NOW)).toBeLessThan(0);
  });

  it('takes for equal what became ready within one second', () => {
    const early = pod({ readySince: 5.1 * SECOND, uid: 0.1, restarts: 0 });
    const late = pod({ readySince: 5.9 * SECOND, uid: 0.9, restarts: 1 });
    expect(compareForDeletion(late, early, NOW)).toBeLessThan(0);
  });

  it('takes pods of before the run for older than any other', () => {
    const ancient = pod({ readySince: -Infinity, createdAt: -Infinity });
    expect(compareForDeletion(pod({}), ancient, NOW)).toBeLessThan(0);
    const other = pod({ readySince: -Infinity, createdAt: -Infinity, number: 1 });
    expect(compareForDeletion(other, ancient, NOW)).toBeLessThan(0);
  });
});
