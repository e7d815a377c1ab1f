/** The calendar of what is due on the express lane, beside a list that is searched from end to end. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pending } from '../../src/world/express/connect/pending.ts';

fc.configureGlobal({ seed: 42 });

interface Due {
  readonly item: number;
  readonly at: number;
  readonly since: number;
  readonly cause: number;
}

/** Instants lie apart by some nanoseconds, or by hours. */
const spans = fc.oneof(fc.nat(3), fc.nat(2_000_000), fc.nat(1e10), fc.nat(1e13));
const steps = fc.array(
  fc.record({
    until: spans,
    ahead: spans,
    since: fc.nat(2),
    causes: fc.integer({ min: 1, max: 4 }),
    times: fc.oneof(fc.constant(1), fc.nat(200)),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Takes out all that are due before `instant`. */
function takenBefore(pending: Pending, instant: number): Due[] {
  const taken: Due[] = [];
  while (pending.soonestAt < instant) {
    if (pending.isAtTurn) {
      pending.turn();
      continue;
    }
    const item = pending.soonest;
    const [at, since] = pending.keys.subarray(2 * item);
    taken.push({ item, at: at!, since: since!, cause: pending.causes[item]! });
    expect(pending.take()).toBe(item);
  }
  return taken;
}

/** A list in which each has its place behind those that are not due after it. */
function insert(list: Due[], due: Due): void {
  const behind = list.findIndex(
    ({ at, since, cause }) =>
      at > due.at ||
      (at === due.at && (since > due.since || (since === due.since && cause > due.cause))),
  );
  list.splice(behind < 0 ? list.length : behind, 0, due);
}

describe('what is pending', () => {
  it('is taken by time, then by when it was inserted and by what, then as it was added', () => {
    fc.assert(
      fc.property(steps, fc.nat(1e6), (sequence, spread) => {
        const pending = new Pending();
        const list: Due[] = [];
        const idle: number[] = [];
        let items = 0;
        let now = 0;
        for (const { until, ahead, since, causes, times } of sequence) {
          for (let i = 0; i < times; i++) {
            // In no order, several at a time.
            const at = now + ahead + ((i * 7919) % (spread + 1));
            const item = idle.pop() ?? ++items;
            pending.reserve(item);
            pending.keys[2 * item] = at;
            pending.keys[2 * item + 1] = since;
            const cause = (i * 31) % causes;
            pending.causes[item] = cause;
            pending.add(item);
            insert(list, { item, at, since, cause });
          }
          now += until;
          const due = list.splice(0, list.filter(({ at }) => at < now).length);
          expect(takenBefore(pending, now)).toEqual(due);
          for (const { item } of due) idle.push(item);
        }
        expect(takenBefore(pending, now + 2e13)).toEqual(list);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    { rates: 'steady', gap: () => 1_250_000 },
    { rates: 'that rise a thousandfold', gap: (i: number) => (i < 2000 ? 1e9 : 1e6) },
    { rates: 'that fall a thousandfold', gap: (i: number) => (i < 2000 ? 1e6 : 1e9) },
  ])('goes on in order at rates $rates', ({ gap }) => {
    const pending = new Pending();
    const list: Due[] = [];
    const idle = Array.from({ length: 800 }, (_, i) => 800 - i);
    let now = 0;
    let random = 1;
    for (let i = 0; i < 6000; i++) {
      now += gap(i);
      const due = list.splice(0, list.filter(({ at }) => at < now).length);
      expect(takenBefore(pending, now)).toEqual(due);
      for (const { item } of due) idle.push(item);
      random = (random * 48_271) % 2_147_483_647;
      const item = idle.pop();
      if (item === undefined) continue;
      const at = now + (random % 1_000_000_000);
      pending.reserve(item);
      pending.keys[2 * item] = at;
      pending.keys[2 * item + 1] = now;
      pending.add(item);
      insert(list, { item, at, since: now, cause: 0 });
    }
  });
});
