/**
 * kube-scheduler, as far as it decides where a workload's next pod goes: nodes that are ready, not cordoned and have
 * room, constraints of spread that must hold, and then the emptiest.
 *
 * Sources: k8s pkg/scheduler/framework/plugins/{noderesources,podtopologyspread,nodeunschedulable};
 * pkg/kubelet/apis/config (maxPods).
 *
 * Left out: scores beyond spread and the number of pods, ties broken at random (here: the first node), taints but
 * those of nodes that are not ready, affinity, preemption, memory, the back-off of pods that found no node.
 */
import { createSampler, type Sampler } from '../../engine/distributions/sampler.ts';
import { doAt } from '../../engine/moment.ts';
import type { Pod } from '../cluster/pod.ts';
import { Relay } from '../control/relay.ts';
import type { World } from '../world.ts';
import { Spread } from './spread.ts';

/** Pods that a node takes: the kubelet's maxPods. Source: k8s pkg/kubelet/apis/config/v1beta1/defaults.go. */
export const MAX_PODS = 110;

/** A pod that has been created and has no node yet. */
export interface UnboundPod {
  /** Index of its workload. */
  readonly workload: number;
  /** Deleted before it had a node. */
  readonly isDeleted: boolean;
  /** A node has been chosen for it. */
  bind(node: number): void;
}

export class Scheduler {
  private readonly world: World;
  private readonly zones: Int32Array;
  private readonly zoneCount: number;
  /** By node: pods that take room there, those of them that do not terminate, and CPU requested (in thousandths). */
  private readonly bound: Int32Array;
  private readonly living: Int32Array;
  private readonly requested: Float64Array;
  private readonly notReady: Uint8Array;
  private readonly cordoned: Uint8Array;
  /** By workload, made when its first pod is placed. */
  private readonly spreads: (Spread | undefined)[] = [];
  private readonly delays: (Sampler | undefined)[] = [];
  /** Pods that found no node, the first to come first. */
  private waiting: UnboundPod[] = [];
  private retryLater: Relay | null = null;

  constructor(world: World) {
    this.world = world;
    const { nodes } = world.plan;
    const numbers = new Map<string, number>();
    this.zones = Int32Array.from(nodes, ({ zone }) => {
      if (zone === null) return -1;
      if (!numbers.has(zone)) numbers.set(zone, numbers.size);
      return numbers.get(zone)!;
    });
    this.zoneCount = numbers.size;
    this.bound = new Int32Array(nodes.length);
    this.living = new Int32Array(nodes.length);
    this.requested = new Float64Array(nodes.length);
    this.notReady = new Uint8Array(nodes.length);
    this.cordoned = Uint8Array.from(nodes, ({ unschedulable }) => Number(unschedulable));
  }

  /** Pods that no node takes now. */
  get pending(): number {
    return this.waiting.filter(({ isDeleted }) => !isDeleted).length;
  }

  /** A pod has been created: it gets a node as soon as there is one for it. */
  schedule(pod: UnboundPod): void {
    const delay = this.delayOf(pod.workload);
    if (delay.constant === 0) {
      this.place(pod);
      return;
    }
    const { controlPlane, queue } = this.world;
    const after = Math.round(delay.next() * controlPlane.slowdown);
    doAt(queue, queue.now + after, () => this.place(pod));
  }

  /** A node may take pods, or is not ready or unreachable. */
  setReady(node: number, ready: boolean): void {
    this.notReady[node] = ready ? 0 : 1;
    if (ready) this.retry();
  }

  cordon(node: number): void {
    this.cordoned[node] = 1;
  }

  uncordon(node: number): void {
    this.cordoned[node] = 0;
    this.retry();
  }

  isCordoned(node: number): boolean {
    return this.cordoned[node] === 1;
  }

  /** A pod takes room on its node. */
  podBound(pod: Pod): void {
    this.bound[pod.node]++;
    this.requested[pod.node] += milliCores(pod.plan.cpuRequest);
    if (pod.terminating) return;
    this.living[pod.node]++;
    this.spreads[pod.workload]?.add(pod.node, 1);
  }

  /** A pod terminates: it keeps its room, and others need not keep away from it any longer. */
  podTerminating(pod: Pod): void {
    this.living[pod.node]--;
    this.spreads[pod.workload]?.add(pod.node, -1);
    this.retry();
  }

  /** A pod that terminated is no more. */
  podRemoved(pod: Pod): void {
    this.bound[pod.node]--;
    this.requested[pod.node] -= milliCores(pod.plan.cpuRequest);
    this.retry();
  }

  /** Something has changed for pods that found no node. */
  private retry(): void {
    if (this.waiting.length === 0) return;
    const hop = { delay: this.world.plan.controlPlane.scheduler, stream: 'scheduler/retry' };
    this.retryLater ??= new Relay(this.world, hop, () => this.placeWaiting());
    this.retryLater.request(this.world.queue.now);
  }

  private placeWaiting(): void {
    const { waiting } = this;
    this.waiting = [];
    // Where one pod of a workload finds no node, the next finds none either.
    const hopeless = new Set<number>();
    for (const pod of waiting) {
      if (hopeless.has(pod.workload)) this.waiting.push(pod);
      else if (!this.place(pod)) hopeless.add(pod.workload);
    }
  }

  /** Binds the pod or lets it wait; false: it waits. */
  private place(pod: UnboundPod): boolean {
    if (pod.isDeleted) return true;
    const node = this.choose(pod.workload);
    if (node === -1) {
      this.waiting.push(pod);
      return false;
    }
    pod.bind(node);
    return true;
  }

  /** The node for the next pod of a workload; -1: there is none. */
  private choose(workload: number): number {
    const { nodes, workloads } = this.world.plan;
    const request = milliCores(workloads[workload].cpuRequest);
    const spread = this.spreadOf(workload);
    spread.prepare();
    let best = -1;
    for (let node = 0; node < nodes.length; node++) {
      if (this.notReady[node] === 1 || this.cordoned[node] === 1) continue;
      if (this.bound[node] >= MAX_PODS) continue;
      if (request > 0 && this.requested[node] + request > milliCores(nodes[node].cpu)) continue;
      if (!spread.permits(node)) continue;
      if (best === -1 || this.isBetter(node, best, spread)) best = node;
    }
    return best;
  }

  private isBetter(node: number, other: number, spread: Spread): boolean {
    const difference = spread.compare(node, other);
    return difference < 0 || (difference === 0 && this.living[node] < this.living[other]);
  }

  private spreadOf(workload: number): Spread {
    let spread = this.spreads[workload];
    if (spread === undefined) {
      spread = new Spread(this.world.plan.workloads[workload].spread, this.zones, this.zoneCount);
      for (const pod of this.world.workloads[workload].pods) {
        if (!pod.terminating) spread.add(pod.node, 1);
      }
      this.spreads[workload] = spread;
    }
    return spread;
  }

  private delayOf(workload: number): Sampler {
    const { controlPlane, workloads } = this.world.plan;
    const { name, namespace } = workloads[workload];
    return (this.delays[workload] ??= createSampler(
      controlPlane.scheduler,
      this.world.stream(`workload/${namespace}/${name}/scheduler`),
    ));
  }
}

/** Requests are counted in whole thousandths of a core, rounded up (resource.Quantity.MilliValue). */
const milliCores = (cores: number | null): number =>
  cores === null ? 0 : Math.ceil(cores * 1000 - 1e-6);
