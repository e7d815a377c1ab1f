import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/contract/metrics.ts';
import type { Instant } from '../../src/base/time.ts';
import type { Plan, Threshold } from '../../src/contract/plan.ts';
import type { PodResult, RolloutResult, RunResult } from '../../src/contract/result.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { metricValue } from '../../src/study/figures/metrics.ts';
import { variantFigures } from '../../src/study/figures/run-figures.ts';
import { isFailure, judge } from '../../src/study/thresholds.ts';
import { simulate } from '../../src/world/simulate.ts';
import { smallPlan, threshold } from './small-plan.ts';

fc.configureGlobal({ seed: 42 });

const plan: Plan = {
  ...smallPlan({ clients: ['web', 'api'] }),
  timeline: [
    { kind: 'setReady', at: 1e9 as Instant, workload: 0, pod: 'backend-0', ready: false },
    { kind: 'setReady', at: 3e9 as Instant, workload: 0, pod: 'backend-0', ready: true },
  ],
};
const simulated = simulate(plan, 42);
const rollout: RolloutResult = {
  workload: 'deployment/backend',
  namespace: 'default',
  window: null,
  startedNs: 1e9,
  completedNs: 3e9,
  endedNs: 3e9,
  deadlineExceeded: false,
  requests: 100,
  errors: { refused: 2, '503': 1 },
  lateErrors: 1,
  unfinished: 1,
};
const stale = { zone: '', pods: 2, totalNs: 50e6, maxNs: 40e6 };

/** The run as if rollouts had been in it as well. */
const run: RunResult = {
  ...simulated,
  staleView: [
    {
      window: 'all',
      stopped: 3,
      nodes: [
        { ...stale, node: 'a' },
        { ...stale, node: 'b', totalNs: 110e6, maxNs: 60e6 },
      ],
    },
  ],
  rollouts: [rollout, { ...rollout, completedNs: null, endedNs: 9e9, errors: {} }],
};
const NOTHING = new Histogram().toData();

/** The run as if nobody had called, and nothing had changed. */
const silent: RunResult = {
  ...run,
  clients: run.clients.map((client) => ({
    ...client,
    requests: 0,
    succeeded: 0,
    completed: 0,
    attempts: 0,
    latency: NOTHING,
  })),
  breakdown: run.breakdown.map((row) => ({ ...row, count: 0 })),
  pods: run.pods.map((pod) => ({ ...pod, requests: 0, connections: 0 })),
  staleView: [{ window: 'all', stopped: 0, nodes: [] }],
  rollouts: [],
  networkProgramming: run.networkProgramming.map((each) => ({
    ...each,
    changes: 0,
    latency: NOTHING,
  })),
};

const ASKED = { client: null, service: null };

const value = (
  metric: string,
  of: RunResult = run,
  scope: Partial<Threshold> = {},
): number | null =>
  metricValue(of, { metric, window: 'all', client: null, service: null, ...scope });

describe('the metrics of a run', () => {
  it('tell network programming latency, one value a node and change', () => {
    // kubelet, EndpointSlice and watch take 10 ms each, and a sync nothing.
    for (const figure of ['mean', 'p50', 'p90', 'p99', 'max']) {
      expect(value(`networkProgramming.${figure}`)).toBe(30e6);
    }
    expect(value('networkProgramming.pending')).toBe(0);
  });

  it('tell the stale view of nodes, which is 0 where all pods that stopped were dropped in time', () => {
    expect(value('staleView.mean')).toBe(40e6);
    expect(value('staleView.max')).toBe(60e6);
    const inTime = { ...run, staleView: [{ window: 'all', stopped: 1, nodes: [] }] };
    expect(value('staleView.mean', inTime)).toBe(0);
    expect(value('staleView.max', inTime)).toBe(0);
  });

  it('tell what rollouts cost, and how long the longest took so far', () => {
    expect(value('rollout.lost')).toBe(4 + 1);
    expect(value('rollout.duration')).toBe(8e9);
    expect(value('rollout.incomplete')).toBe(1);
    const named = {
      ...run,
      windows: ['all', 'second', 'third'].map((window) => ({ window, openNs: 1e9 })),
      rollouts: [rollout, { ...rollout, window: 'second', errors: {} }],
    };
    expect(metricValue(named, { ...ASKED, metric: 'rollout.lost', window: 'second' })).toBe(1);
    expect(metricValue(named, { ...ASKED, metric: 'rollout.lost', window: 'third' })).toBe(null);
  });

  it('have no value where there is nothing to take them from, but counts do', () => {
    const counted = new Set(
      METRICS.flatMap(({ name, unit, scope }) =>
        unit === 'count' && scope === 'service' ? [name] : [],
      ),
    );
    const taken = /^(latency|errors|succeeded|attempts|balance|breakdown|staleView|rollout)/;
    for (const { name } of METRICS.filter((each) => taken.test(each.name))) {
      if (counted.has(name) || name === 'staleView.stopped') continue;
      expect(value(name, silent), name).toBe(null);
    }
    for (const name of ['requests', 'throughput', 'balance.requests', 'pods.connections.sum']) {
      expect(value(name, silent), name).toBe(0);
    }
  });

  it('pool clients request by request: counts add up, the mean is weighted', () => {
    const [web, api] = ['web', 'api'].map((client) => ({
      requests: value('requests', run, { client })!,
      mean: value('latency.mean', run, { client })!,
    }));
    expect(value('requests')).toBe(web!.requests + api!.requests);
    const weighted = web!.requests * web!.mean + api!.requests * api!.mean;
    expect(value('latency.mean')).toBeCloseTo(weighted / (web!.requests + api!.requests), 3);
  });

  it('are ordered: p50 ≤ p90 ≤ p95 ≤ p99 ≤ p999 ≤ max', () => {
    const names = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'];
    const values = names.map((name) => value(`latency.${name}`)!);
    expect([...values].sort((a, b) => a - b)).toEqual(values);
  });

  it('take a balance from the Service that is worst off, unless one is named', () => {
    const pod = (service: string, name: string, requests: number): PodResult => ({
      ...run.pods[0]!,
      service,
      pod: name,
      requests,
      fairNs: 1e9,
    });
    const two = {
      ...run,
      pods: [pod('even', 'a', 50), pod('even', 'b', 50), pod('odd', 'c', 90), pod('odd', 'd', 10)],
    };
    expect(value('balance.maxOverMean', two)).toBeCloseTo(1.8, 12);
    expect(value('balance.minOverMean', two)).toBeCloseTo(0.2, 12);
    expect(value('balance.maxOverMean', two, { service: 'even' })).toBe(1);
    expect(value('pods.share.max', two)).toBeCloseTo(0.9, 12);
  });

  it('add up counts of Services of which none is better', () => {
    const pods = ['one', 'other'].map((service) => ({ ...run.pods[0]!, service, requests: 70 }));
    expect(value('balance.requests', { ...run, pods })).toBe(140);
    expect(value('balance.requests', { ...run, pods }, { service: 'other' })).toBe(70);
  });

  it('weigh a fair share by its part of the time', () => {
    const pods = [
      { ...run.pods[0]!, pod: 'whole', requests: 200, fairNs: 2e9 },
      { ...run.pods[0]!, pod: 'half', requests: 100, fairNs: 1e9 },
    ];
    expect(value('balance.maxOverMean', { ...run, pods })).toBeCloseTo(1, 12);
  });
});

describe('thresholds', () => {
  const judged = (
    parts: Partial<Threshold> & Pick<Threshold, 'metric' | 'operator' | 'value'>,
    runs: readonly RunResult[] = [run],
  ): ReturnType<typeof judge>[number] => {
    const asked = { ...plan, thresholds: [threshold('x', parts)] };
    return judge(variantFigures({ plan: asked, runs }), asked.thresholds)[0]!;
  };

  it('compare the mean over replications with the limit', () => {
    const other = simulate(plan, 43);
    const mean = (value('latency.p99')! + value('latency.p99', other)!) / 2;
    const found = judged({ metric: 'latency.p99', operator: '<', value: 1e9 }, [run, other]);
    expect(found.value).toBeCloseTo(mean, 3);
    expect(found.estimate!.n).toBe(2);
    expect(found.status).toBe('Passed');
  });

  it('hold exactly when the operator says so', () => {
    const requests = value('requests')!;
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 2 }), (offset) => {
        const limit = requests + offset;
        const status = (operator: Threshold['operator']): string =>
          judged({ metric: 'requests', operator, value: limit }).status;
        expect(status('<')).toBe(requests < limit ? 'Passed' : 'Failed');
        expect(status('<=')).toBe(requests <= limit ? 'Passed' : 'Failed');
        expect(status('>')).toBe(requests > limit ? 'Passed' : 'Failed');
        expect(status('>=')).toBe(requests >= limit ? 'Passed' : 'Failed');
        expect(status('==')).toBe(requests === limit ? 'Passed' : 'Failed');
      }),
    );
  });

  it('say how far the value is from the limit, as a ratio of it', () => {
    const limit = value('latency.p99')! / 1.25;
    const found = judged({ metric: 'latency.p99', operator: '<', value: limit });
    expect(found).toMatchObject({ status: 'Failed' });
    expect(found.margin).toBeCloseTo(0.25, 9);
  });

  it('never pass where there is nothing to measure, whatever the operator', () => {
    for (const operator of ['<', '<=', '>', '>=', '=='] as const) {
      const found = judged({ metric: 'errors.ratio', operator, value: 0 }, [silent]);
      expect(found.status).toBe('Empty');
      expect(isFailure(found)).toBe(true);
    }
    expect(judged({ metric: 'latency.p99', operator: '<', value: 1 }, []).status).toBe('Empty');
  });

  it('fail the study, unless they only warn', () => {
    const strict = { metric: 'latency.p99', operator: '<', value: 1 } as const;
    expect(isFailure(judged(strict))).toBe(true);
    expect(isFailure(judged({ ...strict, severity: 'Warn' }))).toBe(false);
  });
});
