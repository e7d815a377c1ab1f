/** The journal of a sweep: whatever is lost of it, what is read of it is true, and it ends up the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sweep } from '../../../src/contract/sweep.ts';
import {
  differenceOf,
  headerLine,
  JournalError,
  journalHeader,
  journalText,
  parseJournal,
  runLine,
} from '../../../src/study/sweep/journal.ts';
import { DoneRuns, runsOf, runsOfShard } from '../../../src/study/sweep/runs.ts';
import type { RecordedRun } from '../../../src/study/sweep/runs.ts';
import { smallSweep } from './small-sweep.ts';

const sweep: Sweep = smallSweep({ replicas: [2, 3, 4] });

const runs: readonly RecordedRun[] = runsOf(sweep, [0, 1, 2], 2).map(
  ({ point, replication, seed }) => ({
    point,
    figures: {
      replication,
      seed,
      fingerprint: { trajectory: `t${point}`, result: `r${replication}` },
      opened: ['all'],
      values: { 'latency.p99': 1e6 / (3 + point) + replication, 'errors.ratio': 1 / 3 },
      batchMeans: null,
    },
  }),
);
const text = [...journalText(journalHeader(sweep), runs)].join('');

describe('a journal', () => {
  it('gives back every run, to the last bit', () => {
    const journal = parseJournal(text)!;
    expect(journal.runs).toEqual(runs);
    expect(journal.header).toEqual(journalHeader(sweep));
    expect(differenceOf(journal.header, journalHeader(sweep))).toBeNull();
  });

  it('cut off at any byte gives the runs whose lines are whole, and no others', () => {
    const whole = text.length;
    for (let length = 0; length <= whole; length += 1) {
      const journal = parseJournal(text.slice(0, length));
      const lines = text.slice(0, length).split('\n').length - 1;
      if (lines === 0) expect(journal).toBeNull();
      else expect(journal!.runs).toEqual(runs.slice(0, lines - 1));
    }
  });

  it('ends up the same text in whatever order runs ended, and however often it was cut off', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...runs], { minLength: runs.length }),
        fc.array(fc.nat(400), { maxLength: 5 }),
        (order, cuts) => {
          let journal = headerLine(journalHeader(sweep));
          for (const lost of [...cuts, 0]) {
            const read = parseJournal(journal);
            // What goes on begins with the whole lines of what was there.
            journal = headerLine(journalHeader(sweep));
            for (const run of read?.runs ?? []) journal += runLine(run);
            const done = new DoneRuns(sweep, read?.runs ?? []);
            for (const run of order) {
              if (!done.has({ point: run.point, ...run.figures })) journal += runLine(run);
            }
            journal = journal.slice(0, journal.length - lost);
          }
          const { runs: found } = parseJournal(journal)!;
          const sorted = new DoneRuns(sweep, found).sorted();
          expect([...journalText(journalHeader(sweep), sorted)].join('')).toBe(text);
        },
      ),
      { numRuns: 200, seed: 11 },
    );
  });

  it('refuses a line that is none, but for the last one', () => {
    expect(() => parseJournal(text.replace('"point":1', '"point":'))).toThrow(JournalError);
    expect(() => parseJournal('{"a":1}\n')).toThrow(/no journal/);
    expect(() => parseJournal(text.replace('"parameters":', '"p":'))).toThrow(/^line 1 lacks/);
    expect(() => parseJournal(text.replace('"values":', '"v":'))).toThrow(/^line 2 is no run$/);
  });

  it.each([
    ['seed 7 there, 42 now', smallSweep({ replicas: [2, 3, 4] }, { seed: 7 })],
    ['replicas = 2, 3 there, 2, 3, 4 now', smallSweep({ replicas: [2, 3] })],
    ['parameter pods is no longer there', smallSweep({ pods: [2, 3, 4] })],
    ['the scenario has changed since', smallSweep({ replicas: [2, 3, 4] }, { seconds: 5 })],
  ])('names what another sweep differs by: %s', (difference, other) => {
    expect(differenceOf(journalHeader(other), journalHeader(sweep))).toBe(difference);
  });

  it('is good for more replications than it was begun with', () => {
    const more = smallSweep({ replicas: [2, 3, 4] }, { replications: 9 });
    expect(differenceOf(journalHeader(sweep), journalHeader(more))).toBeNull();
  });
});

describe('the shards of a sweep', () => {
  it('have every run once between them, and as many each but for one', () => {
    const all = runsOf(sweep, [0, 1, 2], 5);
    for (const count of [1, 2, 3, 4, 15, 20]) {
      const parts = Array.from({ length: count }, (_, at) =>
        runsOfShard(all, { index: at + 1, count }),
      );
      expect(new Set(parts.flat())).toEqual(new Set(all));
      expect(parts.flat()).toHaveLength(all.length);
      const sizes = parts.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });
});
