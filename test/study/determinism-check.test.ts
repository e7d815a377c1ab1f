import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import type { EventQueue, SimEvent } from '../../src/engine/event-queue.ts';
import { WatchedQueue, type FiredEvent } from '../../src/engine/watched-queue.ts';
import { determinismText } from '../../src/report/text/determinism.ts';
import { checkDeterminism, firstDivergence } from '../../src/study/determinism.ts';
import { startWatchedRun, type Run } from '../../src/world/simulate.ts';
import { sec } from '../world/plans.ts';
import { smallPlan } from './small-plan.ts';

/** Long enough for several slices. */
const PLAN = smallPlan({ duration: 60 });

const run =
  (plan: Plan, seed: number = plan.seed) =>
  (queue: EventQueue): Run =>
    startWatchedRun(plan, seed, queue);

/** All that fires in a run, in order. */
function eventsOf(start: (queue: EventQueue) => Run): readonly FiredEvent[] {
  const queue = new WatchedQueue();
  const one = start(queue);
  while (!one.advance(Infinity));
  return queue.take();
}

/** The first place at which two lists of events differ, by looking at all of both. */
function firstDifference(a: readonly FiredEvent[], b: readonly FiredEvent[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [one, other] = [a[i]!, b[i]!];
    if (one.at !== other.at || one.id !== other.id || one.kind !== other.kind) return i + 1;
  }
  return Math.min(a.length, b.length) + 1;
}

/** Delays whatever is scheduled as number `nth` by 1 ns: what an ambient source could do to a run. */
function disturbed(start: (queue: EventQueue) => Run, nth: number) {
  return (queue: EventQueue): Run => {
    let calls = 0;
    const { scheduleEntry } = queue;
    queue.scheduleEntry = function (this: EventQueue, entry: SimEvent['entry'], at, phase) {
      calls++;
      scheduleEntry.call(this, entry, calls === nth ? at + 1 : at, phase);
    };
    return start(queue);
  };
}

describe('the check of determinism', () => {
  it('finds a run that repeats itself, by events, on the express lane', async () => {
    const found = await checkDeterminism(PLAN);
    expect(found).toMatchObject({ kind: 'same', also: ['express lane'] });
    if (found.kind !== 'same') return;
    expect(determinismText(found)).toMatch(
      /^deterministic: [\d,]+ events, twice the same, and so on the express lane \(trajectory \w{16}, result \w{16}\)$/,
    );
  });

  it('does not speak of an express lane that has given up', async () => {
    const [client] = PLAN.clients;
    const ports = { first: 1, last: 5, timeWait: sec(60) };
    const found = await checkDeterminism({ ...PLAN, clients: [{ ...client!, ports }] });
    expect(found).toMatchObject({ kind: 'same', also: [] });
  });

  it.each([1, 2, 1000, 9000])('finds a disturbance of 1 ns where it fires first (%i)', (nth) => {
    const plain = run(PLAN);
    const other = disturbed(plain, nth);
    const divergence = firstDivergence(plain, other)!;
    const expected = firstDifference(eventsOf(plain), eventsOf(other));
    expect(divergence.first?.number ?? divergence.second?.number).toBe(expected);
  });

  it('finds another seed at the first event that it moves, and says what it was', () => {
    const plan = PLAN;
    const [one, other] = [run(plan), run(plan, plan.seed + 1)];
    const divergence = firstDivergence(one, other)!;
    expect(divergence.first!.number).toBe(firstDifference(eventsOf(one), eventsOf(other)));
    expect(determinismText({ kind: 'events differ', divergence })).toMatch(
      /^not deterministic: event [\d,]+ differs: once \w+ .* at \d+ns, once \w+ .* at \d+ns$/,
    );
  });

  it('finds that one of two goes on where the other has ended', () => {
    const plan = PLAN;
    const longer = { ...plan, duration: (plan.duration + 1e9) as Plan['duration'] };
    expect(firstDivergence(run(plan), run(longer))).not.toBeNull();
  });
});
