import { describe, expect, it } from 'vitest';
import type { Duration, Instant } from '../../../src/base/time.ts';
import type { Plan } from '../../../src/contract/plan.ts';
import { makeBaseline } from '../../../src/study/baseline/baseline.ts';
import { obstacles } from '../../../src/study/baseline/comparable.ts';
import { conditionsOf } from '../../../src/study/baseline/conditions.ts';
import { gatedQueries, inReadingOrder } from '../../../src/study/baseline/gated-metrics.ts';
import { leastRankPValue, replicationsMissing } from '../../../src/study/baseline/power.ts';
import { metricKey } from '../../../src/study/figures/query.ts';
import { mannWhitney } from '../../../src/stats/mann-whitney.ts';
import { smallPlan } from '../small-plan.ts';
import { madeBaseline, madePart } from './made.ts';

const part = madePart({ 'latency.p99': [1, 2] });
const { plan } = part;
const baseline = madeBaseline([part]);
const against = (now: Plan, name = 'small'): readonly string[] =>
  obstacles(baseline, { name, base: now, variants: [] }).map(
    ({ field, old, new: after }) => `${field}: ${old} → ${after}`,
  );

describe('what keeps figures from being compared', () => {
  it('is nothing where the cluster alone is another: that is under test', () => {
    expect(against(plan)).toEqual([]);
    expect(against(smallPlan({ pods: 7, mode: 'ipvs', seed: 5, replications: 3 }))).toEqual([]);
  });

  it.each<[string, Plan, string[]]>([
    ['duration', { ...plan, duration: 6e9 as Duration }, ['duration: 5s → 6s']],
    [
      'to the nanosecond',
      { ...plan, duration: (5e9 + 1) as Duration },
      ['duration: 5s → 5000000001ns'],
    ],
    ['warm-up', { ...plan, warmUp: 1e9 as Duration }, ['warm-up: 0s → 1s']],
    [
      'arrival',
      { ...plan, clients: [{ ...plan.clients[0]!, arrival: { kind: 'constant', rate: 180 } }] },
      ['client web, arrival: poisson 180/s → constant 180/s'],
    ],
    [
      'target',
      {
        ...plan,
        clients: [
          { ...plan.clients[0]!, target: { kind: 'unknownAddress', ip: '10.96.9.9', port: 80 } },
        ],
      },
      ['client web, target: default/backend:80 → 10.96.9.9:80'],
    ],
    [
      'windows',
      {
        ...plan,
        windows: [...plan.windows, { name: 'restart', from: null, to: null }],
        timeline: [
          {
            kind: 'kubeProxyRestart',
            node: null,
            lasts: 1e9 as Duration,
            at: 2e9 as Instant,
            window: 1,
          },
        ],
      },
      ['window restart: null → kubeProxyRestart at 2s'],
    ],
    [
      'clients',
      smallPlan({ clients: ['web', 'api'] }),
      [
        'client web, arrival: poisson 180/s → poisson 90/s',
        'client api, arrival: null → poisson 90/s',
        'client api, target: null → default/backend:80',
      ],
    ],
  ])('is named with old and new: %s', (_what, now, expected) => {
    expect(against(now)).toEqual(expected);
  });

  it('is the model version, the scenario, and a variant that is gone', () => {
    expect(against({ ...plan }, 'other')).toEqual(['scenario: small → other']);
    expect(
      obstacles({ ...baseline, modelVersion: 1 }, { name: 'small', base: plan, variants: [] }),
    ).toMatchObject([{ field: 'model version', old: '1' }]);
    const variants = madeBaseline([madePart({ 'latency.p99': [1, 2] }, { variant: 'a' }), part]);
    const found = obstacles(variants, { name: 'small', base: plan, variants: [plan] });
    expect(found).toEqual([{ field: 'variant a', old: 'there', new: null }]);
  });

  it('counts instants from the start of the measurement, as files do', () => {
    const ramp: Plan = {
      ...plan,
      warmUp: 2e9 as Duration,
      clients: [
        {
          ...plan.clients[0]!,
          arrival: {
            kind: 'ramp',
            points: [
              { at: 2e9 as Instant, rate: 10 },
              { at: 62e9 as Instant, rate: 50 },
            ],
          },
        },
      ],
    };
    expect(conditionsOf(ramp)['client web, arrival']).toBe('ramp 10/s at 0s, 50/s at 1m');
  });
});

describe('the metrics that are gated', () => {
  const busy: Plan = {
    ...smallPlan({ clients: ['web', 'api'] }),
    windows: [...plan.windows, { name: 'rollout', from: null, to: null }],
  };
  const keys = (wanted: readonly string[] | null): readonly string[] =>
    gatedQueries(busy, wanted).map(metricKey);

  it('are those of a comparison in every window, unless others are named', () => {
    expect(keys(null)).toHaveLength(22);
    expect(keys(null)).toContain('latency.p99{window=rollout}');
    expect(keys(['latency.p99'])).toEqual(['latency.p99', 'latency.p99{window=rollout}']);
    expect(keys(['latency.p99{window=all}', 'errors.ratio{client=api}'])).toEqual([
      'latency.p99',
      'errors.ratio{client=api}',
    ]);
  });

  it.each([
    ['latency.p98', 'did you mean "latency.p90"?'],
    ['latency.p99{window=rolout}', 'did you mean "latency.p99{window=rollout}"?'],
    ['latency.p99{client=nobody}', 'no metric'],
    ['requests', 'neither more nor less of it is better'],
  ])('are refused where they cannot be: %s', (name, complaint) => {
    expect(() => gatedQueries(busy, [name])).toThrow(complaint);
  });

  it('are read with the whole measurement first, in the order of the catalogue', () => {
    expect(
      inReadingOrder([
        'balance.cv',
        'errors.ratio{window=b}',
        'latency.mean',
        'latency.p99{window=a}',
        'latency.mean{window=b}',
      ]),
    ).toEqual([
      'latency.mean',
      'balance.cv',
      'latency.p99{window=a}',
      'latency.mean{window=b}',
      'errors.ratio{window=b}',
    ]);
  });
});

describe('a check that could find nothing', () => {
  it('is known by the least p-value of ranks: that of samples which do not overlap', () => {
    for (const [n, m] of [
      [2, 2],
      [3, 10],
      [10, 10],
      [7, 4],
    ] as const) {
      const low = Array.from({ length: n }, (_, i) => i);
      const high = Array.from({ length: m }, (_, i) => 100 + i);
      expect(leastRankPValue(n, m)).toBeCloseTo(mannWhitney(low, high).pValue, 12);
    }
  });

  it('is told the replications that it needs', () => {
    const ten = Array.from({ length: 10 }, (_, i) => i + 1);
    const saved = makeBaseline([madePart({ 'latency.p99': ten })], {
      scope: 'base',
      chosen: null,
      v8: '1',
    });
    const needs = (seed: number, replications: number): number | null =>
      replicationsMissing(saved, [{ ...plan, seed, replications }], {
        alpha: 0.01,
        keys: undefined,
      });
    // 2 / C(12, 2) = 0.0303, 2 / C(13, 3) = 0.007.
    expect(needs(2, 2)).toBe(3);
    expect(needs(2, 3)).toBeNull();
    // In pairs two are enough, one never is.
    expect(needs(1, 2)).toBeNull();
    expect(needs(1, 1)).toBe(3);
  });
});
