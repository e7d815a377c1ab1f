import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doAt } from '../../src/engine/moment.ts';
import { collect } from '../../src/world/measure/collect.ts';
import { WindowSpans } from '../../src/world/measure/window-spans.ts';
import { World } from '../../src/world/world.ts';
import { at, constant, exponential, ms, paced, plan } from './plans.ts';

fc.configureGlobal({ seed: 42 });

const held = (name: string) => ({ name, from: null, to: null });

/** A run in which windows are entered and left by hand: at (seconds), by how much. */
function runWith(
  planned: ReturnType<typeof plan>,
  edges: readonly { readonly at: number; readonly window: number; readonly enters: boolean }[],
) {
  const world = new World(planned, 1, {});
  for (const { at: when, window, enters } of edges) {
    const { measurement, queue } = world;
    const act = (): void => (enters ? measurement.enter(window) : measurement.leave(window));
    doAt(queue, at(when), act);
  }
  world.queue.run(Infinity, world.horizon + 1);
  return collect(world, 0);
}

describe('the spans of a window', () => {
  it('are those in which anything holds it open, however these overlap', () => {
    const holder = fc.record({
      from: fc.integer({ min: 0, max: 50 }),
      lasts: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(holder, { maxLength: 12 }), (holders) => {
        const spans = new WindowSpans([held('w')]);
        spans.begin(0);
        const isHeld = (now: number): boolean =>
          holders.some(({ from, lasts }) => now >= from && now < from + lasts);
        let total = 0;
        for (let now = 0; now <= 80; now++) {
          for (const { from, lasts } of holders) {
            if (from + lasts === now) spans.leave(0, now);
          }
          for (const { from } of holders) if (from === now) spans.enter(0, now);
          if (isHeld(now)) total++;
        }
        for (let now = 0; now < 80; now++) expect(spans.wasOpen(0, now)).toBe(isHeld(now));
        expect(spans.total(0)).toBe(total);
      }),
    );
  });

  it('do not begin before the measurement', () => {
    const spans = new WindowSpans([held('early'), held('over')]);
    expect(spans.enter(0, 1)).toBe(false);
    expect(spans.enter(1, 1)).toBe(false);
    expect(spans.leave(1, 2)).toBe(false);
    expect(spans.begin(5)).toEqual([0]);
    expect(spans.wasOpen(0, 4)).toBe(false);
    expect(spans.leave(0, 7)).toBe(true);
    expect([spans.total(0), spans.total(1)]).toEqual([2, 0]);
  });

  it('end for all holders at once where the clock says so', () => {
    const spans = new WindowSpans([held('w')]);
    spans.begin(0);
    spans.enter(0, 1);
    spans.enter(0, 2);
    expect(spans.end(0, 3)).toBe(true);
    expect(spans.leave(0, 4)).toBe(false);
    expect(spans.leave(0, 4)).toBe(false);
    expect(spans.enter(0, 5)).toBe(true);
    expect(spans.leave(0, 6)).toBe(true);
    expect(spans.total(0)).toBe(3);
  });
});

describe('a window that opens several times', () => {
  const paced100 = { arrival: paced(100) };

  it('has the requests that were due while it was open, and no others', () => {
    const { clients, windows } = runWith(
      plan({ duration: 10, service: constant(ms(1)), client: paced100, windows: [held('w')] }),
      [1, 2, 4, 7].map((when, i) => ({ at: when + 0.005, window: 1, enters: i % 2 === 0 })),
    );
    expect(windows[1]).toEqual({ window: 'w', openNs: 4e9 });
    expect(clients.find(({ window }) => window === 'w')).toMatchObject({
      requests: 400,
      succeeded: 400,
      completed: 400,
    });
  });

  it('has averages over the time for which it was open, and the largest of its maxima', () => {
    const planned = plan({
      pods: 3,
      rate: 200,
      duration: 20,
      service: exponential(ms(12)),
      windows: [held('first'), held('second'), held('both')],
    });
    const open = (window: number, from: number, to: number) => [
      { at: from, window, enters: true },
      { at: to, window, enters: false },
    ];
    const { pods } = runWith(planned, [
      ...open(1, 2, 5),
      ...open(2, 9, 10),
      ...open(3, 2, 5),
      ...open(3, 9, 10),
    ]);
    const of = (window: string, pod: string) =>
      pods.find((row) => row.window === window && row.pod === pod)!;
    for (const { name } of planned.workloads[0]!.pods) {
      const [first, second, both] = ['first', 'second', 'both'].map((window) => of(window, name));
      expect(both!.inFlightMean).toBeCloseTo((3 * first!.inFlightMean + second!.inFlightMean) / 4);
      expect(both!.utilisation).toBeCloseTo((3 * first!.utilisation + second!.utilisation) / 4);
      expect(both!.inFlightMax).toBe(Math.max(first!.inFlightMax, second!.inFlightMax));
      expect(both!.readyNs).toBe(4e9);
      expect(both!.fairNs).toBeCloseTo(4e9 / 3, 3);
    }
  });

  it('has nothing, and no figure that is none, where it never opens', () => {
    const { clients, pods, windows } = runWith(plan({ windows: [held('never')] }), []);
    expect(windows[1]!.openNs).toBe(0);
    expect(clients[1]).toMatchObject({ requests: 0, succeeded: 0, failures: [] });
    const row = pods.find(({ window }) => window === 'never')!;
    expect(row).toMatchObject({ inFlightMean: 0, inFlightMax: 0, utilisation: 0, readyNs: 0 });
  });

  it('counts from the start of the measurement what began in the warm-up', () => {
    const { clients, windows } = runWith(
      plan({
        warmUp: 5,
        duration: 10,
        service: constant(ms(1)),
        client: paced100,
        windows: [held('w')],
      }),
      [
        { at: 2.005, window: 1, enters: true },
        { at: 7.005, window: 1, enters: false },
      ],
    );
    expect(windows[1]!.openNs).toBe(2.005e9);
    // Those due at 5.00 s and 7.00 s are in it.
    expect(clients[1]).toMatchObject({ requests: 201, succeeded: 201, unfinished: 0 });
  });
});
