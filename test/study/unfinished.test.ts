/**
 * Requests that a run is cut off from did not succeed: no gate may pass because they were never counted.
 * And a server can't be said to serve more than it can.
 */
import { describe, expect, it } from 'vitest';
import { clientFigures } from '../../src/study/figures/client-figures.ts';
import { metricValue } from '../../src/study/figures/metrics.ts';
import { simulate } from '../../src/world/simulate.ts';
import { constant, paced, plan, sec } from '../world/plans.ts';

/** One worker that takes a second a request, and fifty a second for a minute: 49 of 50 wait on. */
const overload = plan({
  pods: 1,
  service: constant(sec(1)),
  duration: 60,
  clients: [{ arrival: paced(50) }],
});
const run = simulate(overload, 1);
const value = (metric: string): number | null =>
  metricValue(run, { metric, window: 'all', client: null, service: null });

describe('requests in flight when a run is cut off', () => {
  it('exist here: the queue outlasts every patience', () => {
    expect(run.totals.unfinished).toBeGreaterThan(1000);
  });

  it('count as errors, so that requests = succeeded + errors', () => {
    const figures = clientFigures(run, { window: 'all', client: null });
    expect(figures.failed).toBe(figures.requests - figures.succeeded);
    expect(value('errors.ratio')).toBe(1 - figures.succeeded / figures.requests);
  });
});

describe('throughput', () => {
  it('is what the server did in the window, not what was asked of it: one a second, the first after one', () => {
    expect(value('throughput')).toBeCloseTo(59 / 60, 1);
  });
});
