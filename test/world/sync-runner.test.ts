import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SyncRunner } from '../../src/world/control/sync-runner.ts';

const SECOND = 1e9;

/** When syncs start, if changes arrive at these moments (s) and a sync takes `duration` (s): as a kube-proxy uses its runner. */
function syncs(
  changes: readonly number[],
  { period = 1, burst, duration = 0 }: { period?: number; burst: number; duration?: number },
): number[] {
  const intervals = { minInterval: period * SECOND, maxInterval: null, retryInterval: 30 * SECOND };
  const runner = new SyncRunner({ ...intervals, burst }, 0);
  const arrivals = changes.map((moment) => Math.round(moment * SECOND));
  const starts: number[] = [];
  let pending = false;
  let endOfSync: number | null = null;
  let retry: number | null = null;
  const trySync = (now: number): void => {
    if (endOfSync !== null || !pending) return;
    if (!runner.tryStart(now)) {
      retry ??= runner.retryAt(now);
      return;
    }
    retry = null;
    pending = false;
    starts.push(now);
    endOfSync = now + duration * SECOND;
  };
  for (;;) {
    const now = Math.min(arrivals[0] ?? Infinity, endOfSync ?? Infinity, retry ?? Infinity);
    if (now === Infinity) return starts.map((start) => start / SECOND);
    if (now === endOfSync) {
      endOfSync = null;
      runner.completed(now, true);
    } else if (now === retry) {
      retry = null;
    } else {
      arrivals.shift();
      pending = true;
    }
    trySync(now);
  }
}

describe('the sync runner', () => {
  it('of Kubernetes up to 1.33 lets a burst of two through, then waits a period from its end', () => {
    expect(syncs([0, 0.1, 0.2], { burst: 2 })).toEqual([0, 0.1, 1.1]);
  });

  it('since then folds what comes within a period of the last sync into the next', () => {
    expect(syncs([0, 0.1, 0.2], { burst: 1 })).toEqual([0, 1]);
  });

  it('starts at once after a quiet time, twice with a burst of two', () => {
    expect(syncs([0, 0.1, 0.2, 5, 5.1, 5.2], { burst: 2 })).toEqual([0, 0.1, 1.1, 5, 5.1, 6.1]);
    expect(syncs([0, 0.1, 5, 5.1], { burst: 1 })).toEqual([0, 1, 5, 6]);
  });

  it('without a period never waits', () => {
    expect(syncs([0, 0.1, 0.2, 0.3], { burst: 2, period: 0 })).toEqual([0, 0.1, 0.2, 0.3]);
  });

  const churn = Array.from({ length: 2000 }, (_, i) => i / 100);

  it('under constant churn starts duration + period apart', () => {
    const starts = syncs(churn, { burst: 1, duration: 0.25 });
    expect(starts.slice(0, 5)).toEqual([0, 1.25, 2.5, 3.75, 5]);
  });

  it('with a burst keeps to burst + time / period syncs in any span', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2000 }),
        (all, burst, duration) => {
          let moment = 0;
          const changes = all.map((gap) => (moment += gap / 1000));
          const starts = syncs(changes, { burst, duration: duration / 1000 });
          expect(starts.length).toBeGreaterThan(0);
          // The last change is in force in the end.
          expect(starts.at(-1)).toBeGreaterThanOrEqual(changes.at(-1)! - 1e-9);
          for (let from = 0; from < starts.length; from++) {
            for (let to = from; to < starts.length; to++) {
              const span = starts[to]! - starts[from]!;
              expect(to - from + 1).toBeLessThanOrEqual(burst + span + 1e-6);
            }
          }
        },
      ),
      { numRuns: 200, seed: 1 },
    );
  });

  it('waits exactly a period, however many changes come and are refused meanwhile', () => {
    // Ten tenths of a token are a token, though not in binary fractions.
    const tenths = Array.from({ length: 9 }, (_, i) => (i + 1) / 10);
    expect(syncs([0, 0, ...tenths], { burst: 2 })).toEqual([0, 0, 1]);
  });
});
