import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerWheel } from '../../src/proxy/ipvs/kernel/timer-wheel.ts';

/** When the kernel fires a timer that is set at `now` to `span` ticks: rounded up by the granularity of its level. */
function firesAt(now: number, span: number): number {
  let granularity = 1;
  for (let limit = 63; span >= limit; limit *= 8) granularity *= 8;
  return (Math.floor((now + span) / granularity) + 1) * granularity;
}

interface Armed {
  readonly due: number;
  /** The order of arming, which a timer keeps that stays in its bucket. */
  readonly order: number;
}

describe('the timer wheel', () => {
  const step = fc.record({
    timer: fc.nat({ max: 7 }),
    span: fc.oneof(fc.nat({ max: 70 }), fc.nat({ max: 40_000 }), fc.constant(-1)),
    pause: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 60_000 })),
  });

  // Around 2^32, where ticks wrap around, too.
  it.each([0, 4_294_937_296])(
    'fires each timer at its bucket and no other time, from tick %i on',
    (start) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const armed = new Map<number, Armed>();
          const wrong: string[] = [];
          let last: Armed = { due: -1, order: Infinity };
          const wheel = new TimerWheel(
            {
              expired: (timer) => {
                const own = armed.get(timer);
                armed.delete(timer);
                if (own === undefined || (own.due | 0) !== wheel.tick) wrong.push(`timer ${timer}`);
                if (own?.due === last.due && own.order > last.order && isSameLevel(own, last)) {
                  wrong.push(`order of timer ${timer}`);
                }
                last = own ?? last;
              },
            },
            start,
          );
          wheel.reserve(8);
          const levels = new Map<number, number>();
          const isSameLevel = (a: Armed, b: Armed): boolean =>
            levels.get(a.order) === levels.get(b.order);
          let now = start;
          steps.forEach(({ timer, span, pause }, order) => {
            if (span < 0) {
              wheel.disarm(timer);
              armed.delete(timer);
            } else {
              const due = firesAt(now, span);
              const before = armed.get(timer);
              const level = Math.max(0, Math.ceil(Math.log((span + 1) / 63) / Math.log(8)));
              const stays = before?.due === due && levels.get(before.order) === level;
              if (!stays) {
                armed.set(timer, { due, order });
                levels.set(order, level);
              }
              wheel.arm(timer, span);
            }
            now += pause;
            wheel.advance(now);
            for (const [late, { due }] of armed)
              if (due <= now) wrong.push(`timer ${late} is late`);
          });
          expect(wrong).toEqual([]);
        }),
        { numRuns: 300, seed: 1 },
      );
    },
  );
});
