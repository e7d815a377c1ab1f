/** Where the time of slow requests went, against a count request by request. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/contract/plan.ts';
import { PERCENTILE_BANDS, QUEUE, SERVICE } from '../../../src/contract/result.ts';
import { partsAround } from '../../../src/study/figures/breakdown.ts';
import { slowRequests } from '../../../src/study/figures/slow-requests.ts';
import { tailOf } from '../../../src/study/reasons/tail.ts';
import { at, ms } from '../../world/plans.ts';
import { even, pinned, study } from './plans.ts';

const slow = (factor: number): Plan['timeline'] => [
  { kind: 'slowPod', at: at(0), workload: 0, pod: 'backend-3', factor, lasts: null },
];

const PLANS: readonly { readonly name: string; readonly made: Plan }[] = [
  { name: 'a pod three times as slow', made: even({ timeline: slow(3), warmUp: 1 }) },
  { name: 'two connections', made: pinned({ clientNodes: 2, rate: 300 }) },
  { name: 'pods all alike', made: even({ rate: 1400 }) },
];

describe('the requests around a percentile', () => {
  it.each(PLANS)('are those between the ranks, parts and all: $name', ({ made }) => {
    const variant = study(made, 1, { recordRequests: true });
    const sorted = variant.runs[0]!.requests!.toSorted((a, b) => a.latencyNs - b.latencyNs);
    for (const { name, from, to } of PERCENTILE_BANDS) {
      const band = sorted.slice(Math.round(from * sorted.length), Math.round(to * sorted.length));
      const mean = band.reduce((sum, { latencyNs }) => sum + latencyNs, 0) / band.length;
      const { count, meanNs } = partsAround(variant, name);
      expect(count).toBe(band.length);
      const whole = meanNs!.reduce((sum, part) => sum + part, 0);
      // Buckets at the edges are 3 % wide, and shared out in proportion.
      expect(Math.abs(whole / mean - 1)).toBeLessThan(0.03);
    }
  });
});

describe('where the slow requests were', () => {
  it.each(PLANS)('is what a count of the requests says: $name', ({ made }) => {
    const variant = study(made, 1, { recordRequests: true });
    const found = slowRequests(variant, ms(20));
    const records = variant.runs[0]!.requests!;
    const there = records.filter(
      ({ partsNs }) => partsNs[QUEUE]! + partsNs[SERVICE]! >= (found?.fromNs ?? 0),
    );
    expect(found!.count).toBe(there.length);
    expect(found!.fromNs).toBeGreaterThan(ms(20) * 0.96);
    expect(found!.fromNs).toBeLessThanOrEqual(ms(20));
    for (const { pod, share } of found!.pods) {
      const own = there.filter((request) => request.pod === pod).length;
      expect(share).toBeCloseTo(own / there.length, 12);
    }
  });

  it('is the slow pod, and which pod of several is hot', () => {
    expect(slowRequests(study(PLANS[0]!.made, 3), ms(40))).toMatchObject({
      where: 'named',
      pods: [{ pod: 'backend-3' }],
    });
  });

  it('is not told of a few', () => {
    expect(slowRequests(study(even(), 1), ms(10_000))).toBeNull();
  });

  it('names no pod where all are alike, whatever queue grew: 20 seeds', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { slow: found } = tailOf(study({ ...even({ rate: 1500 }), seed }, 1))!;
      expect(['spread', 'unknown', undefined]).toContain(found?.where);
    }
  });
});

describe('the tail', () => {
  it('is told of p90 where requests around p99 are few, and not at all of too few', () => {
    expect(tailOf(study(even({ rate: 100 }), 1))!.percentile).toBe('p90');
    expect(tailOf(study(even({ rate: 10 }), 1))).toBeNull();
  });

  it('names parts from the largest on, each a good part of the whole', () => {
    const { parts, latencyNs } = tailOf(study(even({ rate: 1500 }), 3))!;
    expect(parts[0]!.part).toBe('queue');
    const sum = parts.reduce((total, { ns }) => total + ns, 0);
    expect(sum).toBeLessThanOrEqual(latencyNs);
    expect(sum).toBeGreaterThan(latencyNs / 2);
  });
});
