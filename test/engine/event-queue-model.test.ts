import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Duration } from '../../src/base/time.ts';
import { EventQueue, SimEvent } from '../../src/engine/event-queue.ts';
import { NaiveQueue } from './naive-queue.ts';

/** What is done between events, or by an event as it fires. */
type Action =
  | {
      readonly kind: 'schedule';
      readonly event: number;
      readonly delay: number;
      readonly phase: number;
    }
  | { readonly kind: 'join'; readonly event: number; readonly line: number }
  | { readonly kind: 'cancel'; readonly event: number };

interface Program {
  readonly events: number;
  readonly lines: readonly { readonly delay: number; readonly phase: number }[];
  /** Before anything fires. */
  readonly start: readonly Action[];
  /** Taken in turn: the actions of the event that fires, one list a firing. */
  readonly onFire: readonly (readonly Action[])[];
  /** Runs up to so many events, or up to so much later. */
  readonly runs: readonly { readonly limit: number; readonly span: number }[];
}

/** Delays that meet again and again, near ones, wide ones, and a few far out. */
const delay = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 1000 }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 1e6 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1e12, max: 1e15 }) },
);
const phase = fc.integer({ min: 0, max: 2 });

function program(size: {
  events: number;
  start: number;
  firings: number;
  runs: number;
}): fc.Arbitrary<Program> {
  const event = fc.nat({ max: size.events - 1 });
  const action: fc.Arbitrary<Action> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant('schedule' as const), event, delay, phase }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('join' as const),
        event,
        line: fc.nat({ max: 3 }),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cancel' as const), event }) },
  );
  return fc.record({
    events: fc.constant(size.events),
    lines: fc.array(fc.record({ delay: fc.nat({ max: 2000 }), phase }), {
      minLength: 4,
      maxLength: 4,
    }),
    start: fc.array(action, { minLength: size.start / 2, maxLength: size.start }),
    onFire: fc.array(fc.array(action, { maxLength: 4 }), {
      minLength: size.firings,
      maxLength: size.firings,
    }),
    runs: fc.array(
      fc.record({ limit: fc.integer({ min: 1, max: 50 }), span: fc.nat({ max: 1e6 }) }),
      { minLength: size.runs, maxLength: size.runs },
    ),
  });
}

/** Runs a program, and holds every step against the naive queue. Returns the trajectory's digest. */
function execute({ events, lines, start, onFire, runs }: Program): string {
  const queue = new EventQueue();
  const naive = new NaiveQueue();
  const delayLines = lines.map((line) => queue.line(line.delay as Duration, line.phase));
  let firings = 0;
  let end = Infinity;

  const act = (action: Action): void => {
    const event = pool[action.event]!;
    // Pending at most once: whoever wants it elsewhere takes it back first.
    queue.cancel(event);
    naive.cancel(action.event);
    if (action.kind === 'schedule') {
      queue.schedule(event, queue.now + action.delay, action.phase);
      naive.schedule(action.event, naive.now + action.delay, action.phase);
    } else if (action.kind === 'join') {
      const line = lines[action.line]!;
      queue.scheduleIn(delayLines[action.line]!, event);
      naive.schedule(action.event, naive.now + line.delay, line.phase);
    }
    if (queue.isPending(event) !== naive.isPending(action.event)) {
      throw new Error(`event ${action.event} is pending in one queue only`);
    }
  };

  class Member extends SimEvent {
    readonly index: number;

    constructor(index: number) {
      super(queue);
      this.index = index;
    }

    override fire(): void {
      const expected = naive.take(end);
      if (expected !== this.index || queue.now !== naive.now) {
        throw new Error(
          `event ${this.index} fired at ${queue.now}; ${expected} was due at ${naive.now}`,
        );
      }
      for (const action of onFire[firings] ?? []) act(action);
      firings++;
    }
  }
  const pool = Array.from({ length: events }, (_, index) => new Member(index));

  start.forEach(act);
  for (const { limit, span } of runs) {
    end = queue.now + span;
    const fired = queue.run(limit, end);
    expect(fired).toBeLessThanOrEqual(limit);
    // Fewer than asked for: nothing is left before the end.
    if (fired < limit) expect(naive.take(end)).toBeUndefined();
    expect(queue.ladderSize).toBeLessThanOrEqual(naive.pending + lines.length);
  }
  end = Infinity;
  // Programs end: those that fire after the last list of actions schedule nothing.
  while (queue.run(1000, Infinity) > 0);
  expect(naive.pending).toBe(0);
  expect(queue.fired).toBe(firings);
  return queue.trajectory();
}

describe('the event queue', () => {
  it('fires what a sorted list would, whatever is scheduled, joined and cancelled as it goes', () => {
    fc.assert(
      fc.property(program({ events: 40, start: 60, firings: 200, runs: 12 }), (made) => {
        execute(made);
      }),
      { numRuns: 150, seed: 1 },
    );
  });

  it('does so with hundreds pending, which it keeps in other structures', () => {
    fc.assert(
      fc.property(program({ events: 700, start: 1400, firings: 300, runs: 8 }), (made) => {
        execute(made);
      }),
      { numRuns: 12, seed: 2 },
    );
  });

  it('digests equal trajectories to equal, others to other digests', () => {
    const [first, second] = fc.sample(program({ events: 40, start: 60, firings: 50, runs: 3 }), {
      numRuns: 2,
      seed: 3,
    });
    expect(execute(first!)).toBe(execute(first!));
    expect(execute(first!)).not.toBe(execute(second!));
  });
});
