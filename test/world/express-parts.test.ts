/** The parts of the express lane that stand by themselves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crossings } from '../../src/world/express/connect/crossings.ts';
import { Journeys } from '../../src/world/express/journeys.ts';
import { ARRIVED, COST, FACTS, HOP, INSERTED, POD, TIMES } from '../../src/world/express/layout.ts';
import { Lingering } from '../../src/world/express/connect/lingering.ts';
import { RowList } from '../../src/world/express/row-list.ts';
import { WindowCalendar } from '../../src/world/express/enter/window-calendar.ts';
import { at, ms, sec } from './plans.ts';

fc.configureGlobal({ seed: 42 });

describe('the bound on who lingers in a place of limited room', () => {
  const visits = fc.array(
    fc.record({ gap: fc.nat(ms(40)), stay: fc.oneof(fc.nat(ms(50)), fc.nat(sec(20))) }),
    { minLength: 1, maxLength: 200 },
  );

  it('never finds room where there is none', () => {
    const limits = fc.integer({ min: 1, max: 20 });
    const rests = fc.constantFrom(0, ms(1), ms(100), sec(2));
    fc.assert(
      fc.property(visits, limits, rests, (sequence, limit, rest) => {
        const place = new Lingering(limit, rest);
        const leaves: number[] = [];
        let now = 0;
        for (const { gap, stay } of sequence) {
          now += gap;
          const held = leaves.filter((leave) => leave > now).length;
          if (!place.enter(now)) return;
          expect(held).toBeLessThan(limit);
          place.ends(now + stay);
          leaves.push(now + stay + rest);
        }
      }),
    );
  });

  it('finds room again once all have left, a round later at most', () => {
    fc.assert(
      fc.property(visits, fc.constantFrom(0, ms(100), sec(2)), (sequence, rest) => {
        const place = new Lingering(sequence.length, rest);
        let now = 0;
        let last = 0;
        for (const { gap, stay } of sequence) {
          now += gap;
          expect(place.enter(now)).toBe(true);
          place.ends(now + stay);
          last = Math.max(last, now + stay + rest);
        }
        const later = last + Math.max(ms(1), rest / 16) * 2;
        for (let i = 0; i < sequence.length; i++) expect(place.enter(later)).toBe(true);
        expect(place.enter(later)).toBe(false);
      }),
    );
  });
});

describe('journeys on their way', () => {
  const journeys = new Journeys(1);
  const row = (arrived: number, hop: number, pod: number): number => {
    journeys.reserve(1);
    const taken = journeys.take();
    journeys.times[taken * TIMES + ARRIVED] = arrived;
    journeys.times[taken * TIMES + HOP] = hop;
    journeys.times[taken * TIMES + COST] = 0;
    journeys.times[taken * TIMES + INSERTED] = hop > 0 ? arrived - hop : NaN;
    journeys.facts[taken * FACTS + POD] = pod;
    return taken;
  };
  const everything = Float64Array.of(Infinity);

  it('arrive by time, and in one instant first who was longer on the last way', () => {
    const leg = fc.record({ arrived: fc.nat(20), hop: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(leg, { maxLength: 100 }), (legs) => {
        const crossings = new Crossings(journeys);
        const inOrder = legs.map(({ arrived, hop }, i) => ({ arrived, hop, i }));
        const rows = legs.map(({ arrived, hop }) => row(arrived, hop, 0));
        for (const each of rows) crossings.add(each);
        const taken = new RowList();
        crossings.take(everything, taken);
        inOrder.sort((a, b) => a.arrived - b.arrived || b.hop - a.hop || a.i - b.i);
        expect([...taken.rows.subarray(0, taken.size)]).toEqual(inOrder.map(({ i }) => rows[i]));
        expect(crossings.isInDoubt).toBe(false);
      }),
    );
  });

  it('are in doubt where one instant has two at a pod whose order cannot be told', () => {
    const apart = new Crossings(journeys);
    apart.add(row(5, 0, 0));
    apart.add(row(5, 2, 1));
    expect(apart.isInDoubt).toBe(false);
    const together = new Crossings(journeys);
    together.add(row(5, 0, 0));
    together.add(row(5, 2, 0));
    expect(together.isInDoubt).toBe(true);
    const apartBetween = new Crossings(journeys);
    apartBetween.add(row(5, 0, 0));
    apartBetween.add(row(5, 0, 1));
    apartBetween.add(row(5, 2, 0));
    expect(apartBetween.isInDoubt).toBe(true);
  });

  it('are in doubt, too, where both come by one last way and only one was held up by rules', () => {
    const [free, costly] = [row(5, 2, 0), row(5, 2, 0)];
    journeys.times[costly * TIMES + COST] = 1;
    const crossings = new Crossings(journeys);
    crossings.add(free);
    crossings.add(costly);
    expect(crossings.isInDoubt).toBe(true);
  });
});

describe('the calendar of windows', () => {
  const calendar = new WindowCalendar([
    { name: 'all', from: at(1), to: at(9) },
    { name: 'early', from: at(0), to: at(3) },
    { name: 'late', from: at(8), to: at(20) },
    { name: 'of actions', from: null, to: null },
  ]);

  it('has them open from begin to end, as long as the measurement goes on', () => {
    const open = [0, 1, 2, 3, 7, 8, 9, 30].map((second) => {
      const { interval, named } = calendar.at(at(second));
      return [interval !== null, named];
    });
    expect(open).toEqual([
      [false, null],
      [true, [1]],
      [true, [1]],
      [true, null],
      [true, null],
      [true, [2]],
      [false, null],
      [false, null],
    ]);
  });

  it('knows when any opens or closes', () => {
    expect([0, 1, 3, 5, 8, 9].filter((second) => calendar.isEdge(at(second)))).toEqual([
      0, 1, 3, 8, 9,
    ]);
    expect(calendar.isQuietBetween(at(3), at(7))).toBe(true);
    expect(calendar.isQuietBetween(at(3), at(8))).toBe(false);
    expect(calendar.isQuietBetween(at(0), at(9))).toBe(false);
  });
});
