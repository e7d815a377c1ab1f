/**
 * Checks of a call graph as a whole: that it ends, and that its calls are ever made.
 *
 * Requests at the workloads follow the traffic equations λ = λ₀ + λM, where M[i][j] is how many requests at j one at i
 * makes on average. They have a finite solution for all λ₀ just where the spectral radius of M is below 1, which for
 * a matrix without negative entries is where elimination of I − M meets positive pivots only (A. Berman,
 * R. J. Plemmons, "Nonnegative Matrices in the Mathematical Sciences", 1994, chapter 6, theorem 2.3).
 */
import type { PlannedCalls, PlannedClient, PlannedWorkload } from '../../../contract/plan.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import type { Draft } from '../workload-drafts.ts';
import type { WorkloadEntry } from '../workloads.ts';

export interface CallGraph {
  readonly drafts: readonly Draft[];
  readonly workloads: readonly PlannedWorkload[];
  readonly settings: ReadonlyMap<Draft, WorkloadEntry>;
  readonly calls: readonly (PlannedCalls | null)[];
  readonly clients: readonly PlannedClient[];
}

export function checkCallGraph(graph: CallGraph, document: ScenarioDocument): void {
  if (graph.calls.every((calls) => calls === null)) return;
  // Until the errors are mended, what seems to be missing may just be mistyped.
  if (document.findings.errors > 0) return;
  const requests = expectedRequests(graph);
  reportEndless(graph, requests, document);
  reportUnreached(graph, requests, document);
  reportDeadlock(graph, requests, document);
}

/** M: how many requests at each workload one at each workload makes. A Service's go to its workloads by their pods. */
function expectedRequests({ calls, clients, workloads }: CallGraph): number[][] {
  return calls.map((own) => {
    const row = workloads.map(() => 0);
    for (const call of own?.steps.flatMap(({ parallel }) => parallel) ?? []) {
      const share = sharesOf(clients[call.client]!, workloads);
      const count = call.probability * call.times * call.fanOut;
      share.forEach((part, to) => (row[to] = row[to]! + part * count));
    }
    return row;
  });
}

/** By workload: which part of a client's requests goes there. */
function sharesOf({ target }: PlannedClient, workloads: readonly PlannedWorkload[]): number[] {
  const pods = workloads.map(({ memberships, pods: { length } }) =>
    'service' in target && memberships.some(({ service }) => service === target.service)
      ? length
      : 0,
  );
  const all = pods.reduce((sum, count) => sum + count, 0);
  return pods.map((count) => (all === 0 ? 0 : count / all));
}

/** Whether I − M has positive pivots only. */
function hasSolution(requests: readonly (readonly number[])[]): boolean {
  const rows = requests.map((row, i) => row.map((count, j) => (i === j ? 1 : 0) - count));
  for (let k = 0; k < rows.length; k++) {
    const pivot = rows[k]![k]!;
    if (pivot <= 1e-12) return false;
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i]![k]! / pivot;
      if (factor === 0) continue;
      for (let j = k; j < rows.length; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  return true;
}

function reportEndless(
  graph: CallGraph,
  requests: readonly (readonly number[])[],
  document: ScenarioDocument,
): void {
  if (hasSolution(requests)) return;
  const cycle = heaviestCycle(requests);
  const names = [...cycle, cycle[0]!].map((workload) => graph.drafts[workload]!.name);
  const path = [...graph.settings.get(graph.drafts[cycle[0]!]!)!.path, 'calls'];
  const message = `calls go round without end: ${names.join(' -> ')}`;
  const hint =
    'each request must lead to less than one more of its kind: a probability at one of the calls';
  document.error(path, 'Invalid', message, hint);
}

/** The cycle of workloads whose product of expected requests is largest: found from each of them by the best paths. */
function heaviestCycle(requests: readonly (readonly number[])[]): number[] {
  let best: { readonly product: number; readonly cycle: number[] } = { product: 0, cycle: [0] };
  for (const start of requests.keys()) {
    // Products of the best walks of each length from `start`, and how they go.
    let walks = new Map<number, { product: number; way: number[] }>([
      [start, { product: 1, way: [] }],
    ]);
    for (let length = 1; length <= requests.length; length++) {
      const longer: typeof walks = new Map();
      for (const [at, { product, way }] of walks) {
        for (const [to, count] of requests[at]!.entries()) {
          const more = product * count;
          if (more === 0 || way.includes(at)) continue;
          if (more > (longer.get(to)?.product ?? 0)) {
            longer.set(to, { product: more, way: [...way, at] });
          }
        }
      }
      walks = longer;
      const back = walks.get(start);
      if (back !== undefined && back.product > best.product) {
        best = { product: back.product, cycle: back.way };
      }
    }
  }
  return best.cycle;
}

/** Calls of workloads that nobody's requests come to. */
function reportUnreached(
  { calls, clients, drafts, settings, workloads }: CallGraph,
  requests: readonly (readonly number[])[],
  document: ScenarioDocument,
): void {
  const reached = new Set<number>();
  const visit = (shares: readonly number[]): void => {
    shares.forEach((share, workload) => {
      if (share === 0 || reached.has(workload)) return;
      reached.add(workload);
      visit(requests[workload]!);
    });
  };
  for (const client of clients) if (client.origin === null) visit(sharesOf(client, workloads));
  calls.forEach((own, workload) => {
    const draft = drafts[workload]!;
    if (own === null || reached.has(workload)) return;
    const message = `without effect: nobody's requests come to ${draft.name}`;
    document.warn([...settings.get(draft)!.path, 'calls'], 'NoEffect', message);
  });
}

/** Workers that wait for calls which come back to them may all wait for each other. */
function reportDeadlock(
  { calls, drafts, settings }: CallGraph,
  requests: readonly (readonly number[])[],
  document: ScenarioDocument,
): void {
  calls.forEach((own, workload) => {
    if (own === null || own.whileCalling === 'Release' || !returns(workload, requests)) return;
    const { name } = drafts[workload]!;
    const message = `${name} waits for calls that come back to it: when all its workers do, nothing goes on`;
    const hint = 'whileCalling: Release gives the worker back meanwhile; timeouts end such a wait';
    document.warn([...settings.get(drafts[workload]!)!.path, 'calls'], 'Exhausted', message, hint);
  });
}

function returns(workload: number, requests: readonly (readonly number[])[]): boolean {
  const seen = new Set<number>();
  const visit = (at: number): boolean =>
    requests[at]!.some((count, to) => {
      if (count === 0) return false;
      if (to === workload) return true;
      if (seen.has(to)) return false;
      seen.add(to);
      return visit(to);
    });
  return visit(workload);
}
