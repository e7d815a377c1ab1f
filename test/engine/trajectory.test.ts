import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Trajectory, connectionId, requestId } from '../../src/engine/trajectory.ts';

fc.configureGlobal({ seed: 42 });

const event = fc.record({
  at: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  id: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
});
type Event = { readonly at: number; readonly id: number };

function digestOf(events: readonly Event[]): string {
  const trajectory = new Trajectory();
  for (const { at, id } of events) trajectory.pass(at, id);
  return trajectory.hex();
}

describe('the digest of a trajectory', () => {
  it('is the same in whichever order its events are told, and many at a time', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const digest = digestOf(events);
        expect(digestOf(events.toReversed())).toBe(digest);
        const together = new Trajectory();
        const at = Float64Array.from(events, (e) => e.at);
        const ids = Int32Array.from(events, (e) => e.id);
        together.passAll(at, ids, events.length);
        expect(together.hex()).toBe(digest);
      }),
    );
  });

  it('changes with any bit of any instant or number', () => {
    fc.assert(
      fc.property(fc.array(event), event, fc.nat(52), fc.nat(31), (others, one, bit, idBit) => {
        const digest = digestOf([...others, one]);
        const low = Math.floor(one.at / 2 ** bit) % 2;
        const moved = { ...one, at: one.at + (low === 0 ? 1 : -1) * 2 ** bit };
        expect(digestOf([...others, moved])).not.toBe(digest);
        expect(digestOf([...others, { ...one, id: one.id ^ (1 << idBit) }])).not.toBe(digest);
      }),
      { numRuns: 1000 },
    );
  });

  it('tells apart who does what when: two events that swap their instants', () => {
    fc.assert(
      fc.property(event, event, (a, b) => {
        fc.pre(a.at !== b.at && a.id !== b.id);
        const swapped = [
          { at: b.at, id: a.id },
          { at: a.at, id: b.id },
        ];
        expect(digestOf(swapped)).not.toBe(digestOf([a, b]));
      }),
      { numRuns: 1000 },
    );
  });

  it('tells requests from connections', () => {
    expect(requestId(7)).not.toBe(connectionId(7));
    expect(requestId(8)).not.toBe(connectionId(7));
  });
});
