/** What metrics of one run are taken from; what several of them share is made once. */
import { assert } from '../../../base/assert.ts';
import type { PodResult, RunResult } from '../../../contract/result.ts';
import { clientFigures } from '../client-figures.ts';
import type { ClientFigures, ClientScope } from '../client-figures.ts';
import type { MetricScope } from '../query.ts';
import { serviceBalances } from '../service-balance.ts';
import type { ServiceBalance } from '../service-balance.ts';

/** How a metric is taken from a run, in its own unit: ns, 0–1, a count, or a rate per second. Null: it has no population. */
export type Measure = (facts: RunFacts, scope: MetricScope) => number | null;

/** A Service in a window: its balance, and its pods. */
export interface ServiceFacts {
  readonly balance: ServiceBalance;
  readonly pods: readonly PodResult[];
  /** For how long the window was open, ns. */
  readonly openNs: number;
}

export class RunFacts {
  readonly run: RunResult;
  private readonly figures = new Map<string, ClientFigures>();
  private readonly services = new Map<string, readonly ServiceFacts[]>();

  constructor(run: RunResult) {
    this.run = run;
  }

  /** For how long the window was open, ns. */
  openNs(window: string): number {
    const found = this.run.windows.find((candidate) => candidate.window === window);
    assert(
      found !== undefined,
      `a metric was asked for in a window that is not in the plan: ${window}`,
    );
    return found.openNs;
  }

  clients(scope: ClientScope): ClientFigures {
    const key = JSON.stringify([scope.window, scope.client]);
    let found = this.figures.get(key);
    if (found === undefined) {
      found = clientFigures(this.run, scope);
      this.figures.set(key, found);
    }
    return found;
  }

  /** In the order in which the run lists them. */
  servicesIn(window: string): readonly ServiceFacts[] {
    let found = this.services.get(window);
    if (found === undefined) {
      const openNs = this.openNs(window);
      const pods = this.run.pods.filter((pod) => pod.window === window);
      found = serviceBalances(this.run, window).map((balance) => ({
        balance,
        pods: pods.filter(({ service }) => service === balance.service),
        openNs,
      }));
      this.services.set(window, found);
    }
    return found;
  }
}

/** The largest, or the smallest; null where there is none. */
export const largest = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((most, value) => Math.max(most, value));
export const smallest = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((least, value) => Math.min(least, value));
export const sumOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0);
