/** Network programming latency in one window of one run. */
import type { HistogramData, RunResult } from '../../contract/result.ts';
import { Histogram } from '../../stats/histogram.ts';

export interface NetworkProgramming {
  /** Changes × nodes that they were sent to, and how many of these were not in force when the run ended. */
  readonly changes: number;
  readonly pending: number;
  /** Of the others, ns. */
  readonly latency: HistogramData;
}

export function networkProgramming(run: RunResult, window: string): NetworkProgramming {
  const found = run.networkProgramming.find((each) => each.window === window);
  if (found === undefined) return { changes: 0, pending: 0, latency: new Histogram().toData() };
  const { changes, pending, latency } = found;
  return { changes, pending, latency };
}
