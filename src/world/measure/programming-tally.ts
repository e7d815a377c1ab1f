/**
 * Network programming latency: from a change in a pod to the rules of a node, counted once for each node and
 * each change of a Service, as kubeproxy_network_programming_duration_seconds does (the service level
 * indicator of sig-scalability). A change belongs to the windows in which it was caused.
 */
import type { PlannedWindow } from '../../contract/plan.ts';
import type { NetworkProgrammingResult } from '../../contract/result.ts';
import { Histogram } from '../../stats/histogram.ts';
import type { WindowSpans } from './window-spans.ts';

export interface WindowTally {
  readonly window: string;
  readonly latency: Histogram;
  announced: number;
}

/** A change on its way to nodes: when it was caused (ns), and the windows in which it counts. */
export interface Announcement {
  readonly causedAt: number;
  readonly windows: readonly WindowTally[];
}

export class ProgrammingTally {
  // Over the whole run, the warm-up included.
  count: number = 0;
  sum: number = 0;
  max: number = 0;
  private readonly windows: readonly WindowTally[];
  private readonly spans: WindowSpans;

  constructor(windows: readonly PlannedWindow[], spans: WindowSpans) {
    this.spans = spans;
    this.windows = windows.map(({ name: window }) => ({
      window,
      latency: new Histogram(),
      announced: 0,
    }));
  }

  /** What was caused at `causedAt` (ns) is on its way to this many nodes. */
  announced(causedAt: number, nodes: number): Announcement {
    const windows = this.windows.filter((_, window) => this.spans.wasOpen(window, causedAt));
    for (const tally of windows) tally.announced += nodes;
    return { causedAt, windows };
  }

  /** It is in force on one of them at `now` (ns). */
  inForce({ causedAt, windows }: Announcement, now: number): void {
    const latency = now - causedAt;
    this.count++;
    this.sum += latency;
    if (latency > this.max) this.max = latency;
    for (const tally of windows) tally.latency.record(latency);
  }

  results(): NetworkProgrammingResult[] {
    return this.windows.map(({ window, latency, announced }) => ({
      window,
      changes: announced,
      pending: announced - latency.count,
      latency: latency.toData(),
    }));
  }
}
