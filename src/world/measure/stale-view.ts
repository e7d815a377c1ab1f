/**
 * The stale view of nodes: for how long their rules named a pod that took no new connections any more. It begins
 * when the pod's process stops listening, dies, or its node dies, and ends with the sync that drops the pod, or when
 * it listens again. Each such span belongs to the windows that were open when it began.
 *
 * What a node names is what its clients' connections may be sent to: fallback endpoints, which are terminating,
 * included. A pod behind several ServicePorts that are called there counts once for each.
 *
 * While a node is down its rules mislead nobody, as its clients are down with it: that time does not count.
 *
 * Nodes may tell of a sync after the fact, with the instant at which it was.
 *
 * Left out: pods that listen and cannot be reached from the node (partitions); pods named before they first listen.
 */
import type { Plan, PlannedWindow } from '../../contract/plan.ts';
import type { StaleViewResult } from '../../contract/result.ts';
import type { UsableEndpoints } from '../../kube/endpoint.ts';
import { podsIn, podsMoved } from './named-pods.ts';
import type { WindowSpans } from './window-spans.ts';

/** Spans of one node in one window. */
interface Tally {
  pods: number;
  totalNs: number;
  maxNs: number;
}

export class StaleView {
  private readonly spans: WindowSpans;
  /** End of the measurement, ns. */
  private readonly horizon: number;
  /** By pod: when it stopped taking connections, when it took them again, and so on (ns); none for those that never did. */
  private readonly edges: (number[] | undefined)[] = [];
  /** By node: when it went down, when it came back, and so on (ns); none for those that never did. */
  private readonly outages: (number[] | undefined)[] = [];
  /** By window and node. */
  private readonly tallies: Map<number, Tally>[];
  private readonly rulebooks: NamedPods[] = [];

  constructor(windows: readonly PlannedWindow[], spans: WindowSpans, horizon: number) {
    this.spans = spans;
    this.horizon = horizon;
    this.tallies = windows.map(() => new Map<number, Tally>());
  }

  /** Clients meet rules on this node that name these endpoints now. */
  follow(node: number, usable: UsableEndpoints): NamedPods {
    const rulebook = new NamedPods(this, node, usable);
    this.rulebooks.push(rulebook);
    return rulebook;
  }

  /** A pod that took new connections takes none from `now` (ns) on, or takes them again. */
  podTakes(pod: number, takes: boolean, now: number): void {
    const edges = this.edges[pod];
    if (edges !== undefined) edges.push(now);
    else if (!takes) this.edges[pod] = [now];
  }

  /** A node goes down at `now` (ns), or is back. */
  nodeTurns(node: number, now: number): void {
    (this.outages[node] ??= []).push(now);
  }

  /** Whether a pod has ever stopped. */
  hasStopped(pod: number): boolean {
    return this.edges[pod] !== undefined;
  }

  /** A node has named a pod from `from` to `to` (ns). */
  named(node: number, pod: number, from: number, to: number): void {
    const edges = this.edges[pod];
    if (edges === undefined) return;
    for (let i = 0; i < edges.length; i += 2) {
      const begin = Math.max(edges[i], from);
      const end = Math.min(edges[i + 1] ?? Infinity, to, this.horizon);
      if (end > begin) this.misled(node, begin, end);
    }
  }

  /** A node's rules mislead whoever is up on it from `from` to `to` (ns). */
  private misled(node: number, from: number, to: number): void {
    const outages = this.outages[node] ?? [];
    let begin = from;
    let span = 0;
    for (let i = 0; i < outages.length && outages[i] < to; i += 2) {
      const back = outages[i + 1] ?? Infinity;
      if (back <= begin) continue;
      if (outages[i] > begin) span += outages[i] - begin;
      else if (span === 0) from = back;
      begin = back;
    }
    if (to > begin) span += to - begin;
    if (span > 0) this.count(node, from, span);
  }

  /**
   * Once the measurement is over, by window; `pods` are those behind Services that are called. Nodes come in the order
   * of the plan.
   */
  results({ windows, nodes }: Plan, pods: readonly number[]): StaleViewResult[] {
    const stopped = pods.filter((pod) => this.hasStopped(pod));
    for (const rulebook of this.rulebooks) rulebook.end(stopped);
    return windows.map(({ name }, window) => ({
      window: name,
      stopped: this.stopsIn(window, stopped),
      nodes: [...this.tallies[window]]
        .sort(([a], [b]) => a - b)
        .map(([node, spans]) => ({
          node: nodes[node].name,
          zone: nodes[node].zone ?? '',
          ...spans,
        })),
    }));
  }

  /** How often these pods stopped while a window was open. */
  private stopsIn(window: number, pods: readonly number[]): number {
    const stops = pods.flatMap((pod) => this.edges[pod]!.filter((_, i) => i % 2 === 0));
    return stops.filter((at) => this.spans.wasOpen(window, at)).length;
  }

  private count(node: number, begin: number, span: number): void {
    this.tallies.forEach((byNode, window) => {
      if (!this.spans.wasOpen(window, begin)) return;
      let tally = byNode.get(node);
      if (tally === undefined) {
        tally = { pods: 0, totalNs: 0, maxNs: 0 };
        byNode.set(node, tally);
      }
      tally.pods++;
      tally.totalNs += span;
      if (span > tally.maxNs) tally.maxNs = span;
    });
  }
}

/** The pods that a node's rules name for one ServicePort. */
export class NamedPods {
  private readonly view: StaleView;
  private readonly node: number;
  private usable: UsableEndpoints;
  /** Since when (ns) those are named that had stopped before: of others it does not matter. Made when needed, as there may be millions. */
  private since: Map<number, number> | null = null;

  constructor(view: StaleView, node: number, usable: UsableEndpoints) {
    this.view = view;
    this.node = node;
    this.usable = usable;
  }

  /** A sync puts others in force at `now` (ns). */
  change(usable: UsableEndpoints, now: number): void {
    const { gone, come } = podsMoved(this.usable, usable);
    this.usable = usable;
    for (const pod of gone) this.drop(pod, now);
    for (const pod of come) if (this.view.hasStopped(pod)) (this.since ??= new Map()).set(pod, now);
  }

  /** Counts those of the pods that are named to the end. */
  end(pods: readonly number[]): void {
    const named = podsIn(this.usable);
    for (const pod of pods) if (named.has(pod)) this.drop(pod, Infinity);
  }

  private drop(pod: number, now: number): void {
    this.view.named(this.node, pod, this.since?.get(pod) ?? 0, now);
    this.since?.delete(pod);
  }
}
