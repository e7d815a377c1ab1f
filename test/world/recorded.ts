/** Runs with everything recorded, and short ways to what they say. */
import type { Plan } from '../../src/contract/plan.ts';
import { LATENCY_PARTS } from '../../src/contract/result.ts';
import type {
  ConnectionRecord,
  LatencyPart,
  RequestRecord,
  RunResult,
} from '../../src/contract/result.ts';
import { simulate } from '../../src/world/simulate.ts';

export interface Recorded extends RunResult {
  readonly connections: readonly ConnectionRecord[];
  readonly requests: readonly RequestRecord[];
}

export const record = (plan: Plan, seed: number = 1): Recorded =>
  simulate(plan, seed, { recordConnections: true, recordRequests: true }) as Recorded;

export const part = ({ partsNs }: RequestRecord, name: LatencyPart): number =>
  partsNs[LATENCY_PARTS.indexOf(name)]!;

/** Requests in the order in which they were due. */
export const latencies = ({ requests }: Recorded): number[] =>
  requests.map(({ latencyNs }) => latencyNs);

export const outcomes = ({ requests }: Recorded): string[] =>
  requests.map(({ outcome }) => outcome);

/** Requests of each pod, by name, window `all`; pods without any left out. */
export function requestsByPod({ pods }: RunResult): Record<string, number> {
  const busy = pods.filter(({ window, requests }) => window === 'all' && requests > 0);
  return Object.fromEntries(busy.map(({ pod, requests }) => [pod, requests]));
}
