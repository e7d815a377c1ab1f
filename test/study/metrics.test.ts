/** The metrics of a run, all of them, on plans of any kind: what each may be, and what they owe each other. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RETRY_ENDS } from '../../src/contract/failures.ts';
import { METRICS } from '../../src/contract/metrics.ts';
import type { MetricUnit } from '../../src/contract/metrics.ts';
import { ERROR_CAUSES } from '../../src/contract/plan.ts';
import type { Plan } from '../../src/contract/plan.ts';
import { LATENCY_PARTS } from '../../src/contract/result.ts';
import { RunMetrics } from '../../src/study/figures/metrics.ts';
import { overall } from '../../src/study/figures/query.ts';
import type { MetricQuery } from '../../src/study/figures/query.ts';
import { queriesOf, runFigures } from '../../src/study/figures/run-figures.ts';
import { simulate } from '../../src/world/simulate.ts';
import { troubledPlan } from '../world/any-trouble.ts';
import { smallPlan, threshold } from './small-plan.ts';

fc.configureGlobal({ seed: 42 });

const IN_RANGE: Readonly<Record<MetricUnit, (value: number) => boolean>> = {
  duration: (value) => value >= 0,
  ratio: (value) => value >= 0 && value <= 1 + 1e-9,
  rate: (value) => value >= 0,
  count: (value) => Number.isInteger(value) && value >= 0,
  number: (value) => value >= 0,
};

const UNITS = new Map(METRICS.map(({ name, unit }) => [name, unit]));

describe('every metric', () => {
  it('has a name of its own', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
  });

  it('of Services says what it is over several of them, and no other does', () => {
    for (const { name, scope, overServices } of METRICS) {
      expect(overServices !== null, name).toBe(scope === 'service');
    }
  });

  it('is in the range of its unit or has no value, on any plan', () => {
    fc.assert(
      fc.property(troubledPlan, (plan) => {
        const metrics = new RunMetrics(simulate(plan, 1));
        const wrong = queriesOf(plan).flatMap((query) => {
          const value = metrics.value(query);
          const isRight =
            value === null || (Number.isFinite(value) && IN_RANGE[UNITS.get(query.metric)!](value));
          return isRight ? [] : [{ ...query, value }];
        });
        expect(wrong).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('has no value in a window that never opened', () => {
    const never = { name: 'never', from: null, to: null };
    const plan = smallPlan({ duration: 1 });
    const metrics = new RunMetrics(simulate({ ...plan, windows: [...plan.windows, never] }, 1));
    for (const { name } of METRICS) {
      expect(metrics.value({ ...overall(name), window: 'never' }), name).toBe(null);
    }
  });

  it('is refused by any other name', () => {
    const metrics = new RunMetrics(simulate(smallPlan({ duration: 1 }), 1));
    for (const name of ['latency.p98', 'errors.cosmic', 'rollout.p98', 'pods', '']) {
      expect(() => metrics.value(overall(name))).toThrow(`unknown metric ${name}`);
    }
  });
});

describe('metrics agree with each other', () => {
  it('on any plan, for all clients and each of them', () => {
    fc.assert(
      fc.property(troubledPlan, (plan) => {
        const metrics = new RunMetrics(simulate(plan, 1));
        const names = plan.clients.map(({ name }) => name);
        for (const client of [null, ...names]) {
          const value = (metric: string): number =>
            metrics.value({ ...overall(metric), client }) ?? 0;
          const sum = (metrics_: readonly string[]): number =>
            metrics_.reduce((all, metric) => all + value(metric), 0);
          // Every failure has a cause and an end, or the run was cut off from it.
          const errors = value('errors.ratio');
          const unfinished = value('errors.unfinished');
          const causes = ERROR_CAUSES.map((cause) => `errors.${cause}`);
          const ends = RETRY_ENDS.map((end) => `errors.retry.${end}`);
          expect(sum(causes) + unfinished).toBeCloseTo(errors, 9);
          expect(sum(ends) + unfinished).toBeCloseTo(errors, 9);
          expect(value('succeeded') + value('errors.count')).toBe(value('requests'));
          // The parts add up to the latency, up to the nanosecond of what is recorded.
          const parts = LATENCY_PARTS.map((part) => `breakdown.${part}`);
          expect(Math.abs(sum(parts) - value('latency.mean'))).toBeLessThan(1);
          if (sum(parts) > 0) expect(sum(parts.map((part) => `${part}.share`))).toBeCloseTo(1, 9);
        }
        const whole = (metric: string): number => metrics.value(overall(metric)) ?? 0;
        expect(whole('pods.utilisation.max')).toBeLessThanOrEqual(1 + 1e-9);
        expect(whole('pods.inFlight.mean.max')).toBeLessThanOrEqual(whole('pods.inFlight.max'));
        expect(whole('pods.queue.mean')).toBeLessThanOrEqual(
          whole('pods.queue.mean.max') * (1 + 1e-9),
        );
        expect(whole('timeline.latency.p99.max')).toBeLessThanOrEqual(whole('latency.max'));
        expect(whole('connections.opened')).toBe(
          whole('connections.closed') + whole('connections.open'),
        );
      }),
      { numRuns: 40 },
    );
  });
});

describe('the metrics kept of a run', () => {
  const withClients = (count: number, windows: number): Plan => {
    const plan = smallPlan({
      duration: 0.1,
      clients: Array.from({ length: count }, (_, i) => `c${i}`),
    });
    const more = Array.from({ length: windows - 1 }, (_, i) => ({
      ...plan.windows[0]!,
      name: `w${i}`,
    }));
    return { ...plan, windows: [...plan.windows, ...more] };
  };
  const singles = (queries: readonly MetricQuery[], window: string): number =>
    queries.filter((query) => query.client !== null && query.window === window).length;

  it('are those of single clients as well, unless there are too many', () => {
    const few = queriesOf(withClients(10, 4));
    expect(singles(few, 'all')).toBeGreaterThan(0);
    expect(singles(few, 'w0')).toBeGreaterThan(0);
    const many = queriesOf(withClients(100, 4));
    expect(singles(many, 'all')).toBeGreaterThan(0);
    expect(singles(many, 'w0')).toBe(0);
    expect(singles(queriesOf(withClients(201, 1)), 'all')).toBe(0);
  });

  it('are in any case what thresholds ask for', () => {
    const asked = { metric: 'requests', operator: '>', value: 0 } as const;
    const plan = {
      ...withClients(100, 4),
      thresholds: [threshold('x', { ...asked, client: 'c3', during: 'w1' })],
    };
    const { values } = runFigures(plan, simulate(plan, 1));
    expect(values['requests{window=w1,client=c3}']).toEqual(expect.any(Number));
    expect(values['requests{window=w1,client=c4}']).toBe(undefined);
  });
});
