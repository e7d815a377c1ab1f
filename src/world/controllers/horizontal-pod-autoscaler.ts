/**
 * A HorizontalPodAutoscaler at work: looks at its workload's pods every so often, and sets the number of replicas
 * (pkg/controller/podautoscaler/horizontal.go). What it decides by is in src/kube/autoscaling/.
 *
 * The run finds it in steady state: up to then it has recommended the replicas that there are.
 *
 * Left out: metrics of objects and of things outside the cluster; scaling from zero; failures of metrics pipelines; pods
 * that have found no node.
 */
import type { AutoscalerMetric, PlannedAutoscaler } from '../../contract/plan.ts';
import { PHASE_CONTROL } from '../../engine/event-queue.ts';
import { Moment } from '../../engine/moment.ts';
import { replicasFor, type ScaledPod, type Target } from '../../kube/autoscaling/replica-count.ts';
import { ScalingHistory } from '../../kube/autoscaling/scaling-behavior.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { PodMetrics } from './pod-metrics.ts';
import type { Workload } from './workload.ts';

/** A change of the number of replicas, at `at` (ns). */
export interface Scaling {
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

interface Watched {
  readonly target: Target;
  readonly metrics: PodMetrics;
}

export class HorizontalPodAutoscaler {
  readonly plan: PlannedAutoscaler;
  /** What it has done. */
  readonly scalings: Scaling[] = [];
  private readonly world: World;
  private readonly workload: Workload;
  private readonly watched: readonly Watched[];
  private readonly history: ScalingHistory;

  constructor(world: World, plan: PlannedAutoscaler) {
    this.world = world;
    this.plan = plan;
    this.workload = world.workloads[plan.workload];
    const { cpuRequest } = this.workload.plan;
    this.watched = plan.metrics.map((metric) => ({
      target: targetOf(metric, cpuRequest),
      metrics: new PodMetrics(world, metric.kind),
    }));
    this.history = new ScalingHistory(plan);
    this.history.decide(this.workload.replicas, this.workload.replicas, world.queue.now);
    this.repeat('metrics', plan.metricsPeriod, () => this.scrape());
    this.repeat('sync', plan.syncPeriod, () => this.sync());
  }

  /** Does something every `period` ns, from somewhere in the first on. */
  private repeat(concern: string, period: number, act: () => void): void {
    const { queue } = this.world;
    const { namespace, name } = this.plan;
    const stream = this.world.stream(`autoscaler/${namespace}/${name}/${concern}`);
    const phase = Math.floor(stream.next() * period);
    const moment = new Moment(queue, () => {
      act();
      queue.schedule(moment, queue.now + period, PHASE_CONTROL);
    });
    queue.schedule(moment, queue.now + phase, PHASE_CONTROL);
  }

  private scrape(): void {
    const pods = this.pods();
    for (const { metrics } of this.watched) metrics.scrape(pods);
  }

  private sync(): void {
    const { minReplicas, maxReplicas } = this.plan;
    const { replicas: current } = this.workload;
    if (current === 0) return;
    if (current > maxReplicas) this.scale(current, maxReplicas);
    else if (current < minReplicas) this.scale(current, minReplicas);
    else {
      const asked = this.asked(current);
      if (asked === null) return;
      this.scale(current, this.history.decide(current, asked, this.world.queue.now));
    }
  }

  /** The most that any metric asks for; null: nothing is known, or too little to scale down by. */
  private asked(current: number): number | null {
    const { plan, watched } = this;
    const { now } = this.world.queue;
    const tolerances = { up: plan.scaleUp.tolerance, down: plan.scaleDown.tolerance };
    const pods = this.pods();
    let most = 0;
    let unknown = 0;
    for (const { target, metrics } of watched) {
      const scaled = pods.map((pod) => this.asScaled(pod, metrics));
      const asked = replicasFor(current, scaled, target, { delays: plan, tolerances, now });
      if (asked === null) unknown++;
      else most = Math.max(most, asked);
    }
    if (unknown === watched.length || (unknown > 0 && most < current)) return null;
    return most;
  }

  private asScaled(pod: Pod, metrics: PodMetrics): ScaledPod {
    const status = this.world.controlPlane.statusOf(pod);
    return {
      deleted: status.terminating || status.gone,
      pending: !status.known || pod.state === 'Pending',
      ready: status.ready,
      readySince: status.readySince,
      startedAt: status.boundAt,
      sample: metrics.sampleOf(pod),
    };
  }

  /** Pods whose objects are there and that have come to a node. */
  private pods(): readonly Pod[] {
    return this.workload.podsNamed(null);
  }

  private scale(from: number, to: number): void {
    if (to === from) return;
    const { now: at } = this.world.queue;
    this.history.scaled(from, to, at);
    this.scalings.push({ at, from, to });
    this.workload.scale(to);
  }
}

function targetOf(metric: AutoscalerMetric, cpuRequest: number | null): Target {
  if (metric.kind === 'CpuUtilization') {
    const requestMilli = Math.round((cpuRequest ?? 0) * 1000);
    return { kind: 'utilization', percent: Math.round(metric.target * 100), requestMilli };
  }
  const milli = Math.round(metric.target * 1000);
  return { kind: 'average', milli, ofCpu: metric.kind === 'CpuAverage' };
}
