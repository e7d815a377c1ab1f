import { describe, expect, it } from 'vitest';
import { JobBoard } from '../../src/study/executors/job-board.ts';

const JOBS = [0, 1, 2].map((replication) => ({
  plan: 7,
  replication,
  seed: 2 ** 40 + replication,
}));

describe('the board of runs', () => {
  it('gives each run to one seat, in order, whoever looks at it', () => {
    const board = JobBoard.of(JOBS, 2);
    const other = new JobBoard(structuredClone(board.memory));
    expect([board.take(0), board.runOf(0), board.runOf(1)]).toEqual([0, 0, null]);
    expect(new JobBoard(board.memory).take(1)).toBe(1);
    expect([board.take(0), board.take(0), board.take(1)]).toEqual([2, null, null]);
    expect([board.taken, board.runOf(0), board.runOf(1)]).toEqual([3, null, null]);
    expect([0, 1, 2].map((index) => other.job(index))).toEqual(JOBS);
  });

  it('gives none once it is stopped, and knows how many were taken before', () => {
    const board = JobBoard.of(JOBS, 2);
    const other = new JobBoard(board.memory);
    other.take(1);
    board.stop();
    expect([other.take(1), other.isStopped, board.taken]).toEqual([null, true, 1]);
    board.stop();
    expect(board.taken).toBe(1);
  });

  it('tells how far a seat is: never back, from one run to the next', () => {
    const board = JobBoard.of(JOBS, 2);
    const told = (): number => board.progressOf(1).runs;
    expect(board.progressOf(1)).toEqual({
      index: null,
      runs: 0,
      events: 0,
      simulatedNs: 0,
      endNs: 0,
    });
    board.take(1);
    board.tell(1, { events: 10, simulatedNs: 50, endNs: 200 }, { runs: 0, events: 0 });
    expect(told()).toBe(0.25);
    // A run goes on beyond its end until its last request is done.
    board.tell(1, { events: 40, simulatedNs: 230, endNs: 200 }, { runs: 0, events: 0 });
    expect(told()).toBe(1);
    board.take(1);
    expect(told()).toBe(1);
    board.tell(1, { events: 4, simulatedNs: 100, endNs: 200 }, { runs: 1, events: 40 });
    expect(board.progressOf(1)).toEqual({
      index: 1,
      runs: 1.5,
      events: 44,
      simulatedNs: 100,
      endNs: 200,
    });
    expect(board.progressOf(0).runs).toBe(0);
  });
});
