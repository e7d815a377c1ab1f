/** What a HorizontalPodAutoscaler makes of its metrics, rule by rule. */
import { describe, expect, it } from 'vitest';
import {
  groupOf,
  replicasFor,
  type ScaledPod,
  type Target,
} from '../../../src/kube/autoscaling/replica-count.ts';

const SECOND = 1e9;
const NOW = 1000 * SECOND;
const DELAYS = { cpuInitializationPeriod: 300 * SECOND, initialReadinessDelay: 30 * SECOND };

const REQUEST = 1000;
const utilization = (percent: number): Target => ({
  kind: 'utilization',
  percent,
  requestMilli: REQUEST,
});
const average = (milli: number): Target => ({ kind: 'average', milli, ofCpu: false });

/** One that has run for long, and used so much of late. */
function pod(milli: number | null, changes: Partial<ScaledPod> = {}): ScaledPod {
  const sample = milli === null ? null : { milli, at: NOW - 5 * SECOND, window: 15 * SECOND };
  return {
    deleted: false,
    pending: false,
    ready: true,
    readySince: 0,
    startedAt: -Infinity,
    sample,
    ...changes,
  };
}

const pods = (count: number, milli: number | null, changes: Partial<ScaledPod> = {}): ScaledPod[] =>
  Array.from({ length: count }, () => pod(milli, changes));

function replicas(
  scaled: readonly ScaledPod[],
  target: Target,
  { current = scaled.length, up = 0.1, down = 0.1 } = {},
): number | null {
  return replicasFor(current, scaled, target, {
    delays: DELAYS,
    tolerances: { up, down },
    now: NOW,
  });
}

describe('O24: utilisation against a target', () => {
  it('makes 12 of 10 pods at 72 % of 65 %: ceil(10 × 1.108)', () => {
    expect(replicas(pods(10, 720), utilization(65))).toBe(12);
  });

  it('leaves 10 pods at 71 % of 65 %: 1.092 is within the tolerance', () => {
    expect(replicas(pods(10, 710), utilization(65))).toBe(10);
  });

  it('is of what all use over what all request, in whole per cents', () => {
    expect(replicas([...pods(5, 1000), ...pods(5, 440)], utilization(65))).toBe(12);
    // 71.5 % count as 71 %: with 72 % there would be 12.
    expect(replicas(pods(10, 715), utilization(65))).toBe(10);
  });

  it('scales down by the same formula', () => {
    // 30 / 65 = 0.4615
    expect(replicas(pods(10, 300), utilization(65))).toBe(5);
    expect(replicas(pods(10, 590), utilization(65))).toBe(10);
    expect(replicas(pods(10, 580), utilization(65))).toBe(9);
  });
});

describe('an average per pod', () => {
  it('is what all have over their number', () => {
    expect(replicas([pod(150_000), pod(250_000)], average(100_000))).toBe(4);
  });

  it('has tolerances of its own up and down', () => {
    expect(replicas(pods(4, 109), average(100))).toBe(4);
    expect(replicas(pods(4, 110), average(100))).toBe(4);
    expect(replicas(pods(4, 111), average(100))).toBe(5);
    expect(replicas(pods(4, 104), average(100), { up: 0.03 })).toBe(5);
    expect(replicas(pods(4, 70), average(100), { down: 0.4 })).toBe(4);
    expect(replicas(pods(4, 70), average(100))).toBe(3);
  });
});

describe('which samples count', () => {
  const of = (changes: Partial<ScaledPod>, ofCpu = true, milli: number | null = 500): string =>
    groupOf(pod(milli, changes), ofCpu, DELAYS, NOW);

  it('none of a pod that is being deleted, whatever else it is', () => {
    expect(of({ deleted: true, pending: true })).toBe('ignored');
  });

  it('none of a pod that is pending', () => {
    expect(of({ pending: true })).toBe('unready');
  });

  it('those that are not there are missing', () => {
    expect(of({}, true, null)).toBe('missing');
  });

  it('of CPU, in the first 5 minutes: only of a ready pod, over a window that began after that', () => {
    const startedAt = NOW - 299 * SECOND;
    expect(of({ startedAt, ready: false, readySince: NOW - 100 * SECOND })).toBe('unready');
    // Its window began 20 s ago.
    expect(of({ startedAt, readySince: NOW - 21 * SECOND })).toBe('counted');
    expect(of({ startedAt, readySince: NOW - 20 * SECOND })).toBe('counted');
    expect(of({ startedAt, readySince: NOW - 19 * SECOND })).toBe('unready');
  });

  it('of CPU, later: of all but those that have never been ready since their first 30 s', () => {
    const startedAt = NOW - 301 * SECOND;
    expect(of({ startedAt, ready: false, readySince: startedAt + 29 * SECOND })).toBe('unready');
    expect(of({ startedAt, ready: false, readySince: startedAt + 31 * SECOND })).toBe('counted');
  });

  it('of other metrics: ready or not', () => {
    expect(of({ ready: false, startedAt: NOW }, false)).toBe('counted');
  });
});

describe('pods whose samples do not count', () => {
  const starting: Partial<ScaledPod> = { startedAt: NOW - 10 * SECOND, ready: false };

  it('are no part of a scale-down', () => {
    expect(replicas([...pods(8, 300), ...pods(2, 0, starting)], utilization(60))).toBe(4);
  });

  it('are taken to use nothing on a scale-up, which they may make needless', () => {
    // 90 / 50 of 4 pods; with 2 at nothing 60 / 50 of 6.
    expect(replicas([...pods(4, 900), ...pods(2, 0, starting)], utilization(50))).toBe(8);
    // 90 / 70 of 4; with 2 at nothing 60 / 70, which is another direction.
    expect(replicas([...pods(4, 900), ...pods(2, 0, starting)], utilization(70))).toBe(6);
    // 90 / 55 of 4; with 2 at nothing 60 / 55, which is within the tolerance.
    expect(replicas([...pods(4, 900), ...pods(2, 0, starting)], utilization(55))).toBe(6);
  });

  it('where they are missing, use nothing on a scale-up', () => {
    expect(replicas([...pods(4, 900), ...pods(2, null)], utilization(50))).toBe(8);
  });

  it('where they are missing, use all of their request on a scale-down', () => {
    // 20 / 50 of 4; with 2 at all 46 / 50.
    expect(replicas([...pods(4, 200), ...pods(2, null)], utilization(50))).toBe(6);
    // 20 / 80 of 8; with 1 at all 28 / 80.
    expect(replicas([...pods(8, 200), pod(null)], utilization(80))).toBe(4);
  });

  it('where they are missing, are at the target of an average on a scale-down', () => {
    // 20 / 100 of 4; with 2 at 100 46 / 100.
    expect(replicas([...pods(4, 20), ...pods(2, null)], average(100))).toBe(3);
  });

  it('say nothing of a share where nothing is requested', () => {
    const target = { kind: 'utilization', percent: 50, requestMilli: 0 } as const;
    expect(replicas(pods(3, 0), target)).toBe(null);
  });

  it('say nothing where no other does', () => {
    expect(replicas(pods(3, null), utilization(50))).toBe(null);
    expect(replicas(pods(3, 900, starting), utilization(50))).toBe(null);
  });

  it('never turn a scale-up into less than there is', () => {
    // Deleted pods do not count: 3 that use twice the target ask for 6, of which 10 are there.
    const leaving = pods(7, 900, { deleted: true });
    expect(replicas([...pods(3, 1000), ...leaving], utilization(50), { current: 10 })).toBe(6);
    expect(
      replicas([...pods(3, 1000), pod(null), ...leaving], utilization(50), { current: 10 }),
    ).toBe(10);
  });
});
