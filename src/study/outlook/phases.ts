/**
 * The phases of a run: how it starts, and what each entry of its timeline makes of the pods that are there and of what
 * clients send. Each phase is taken at its worst: a rollout with maxUnavailable pods missing, a ramp at its top.
 *
 * Left out: the time that rules, probes and controllers take to follow; what autoscalers do, but for one phase with all
 * the pods that they may make; random churn of single pods (readinessFlap, crash).
 */
import { withCallRates } from './calls.ts';
import type { Action, Plan, TimelineAction } from '../../contract/plan.ts';
import { desiredHealthy } from '../../kube/disruption.ts';
import { resolveLimits } from '../../kube/rollout.ts';
import { busiestMoment, rateAt } from './arrival-rate.ts';
import { withClosedLoops } from './closed-loops.ts';

/** A pod that takes requests during a phase. */
export interface PhasePod {
  /** Indices into `Plan.workloads` and `Plan.nodes`. */
  readonly workload: number;
  readonly node: number;
  readonly name: string;
  /** Its index among the pods that the workload starts with; -1: it is made during the run. */
  readonly index: number;
  /** Service times are multiplied by it. */
  readonly slowdown: number;
}

export interface Phase {
  /** `steady` (`start` where rates grow), a window's name, `peak`, or `autoscaled`. */
  readonly name: string;
  /** What is different from the start, in words; empty: nothing. */
  readonly what: readonly string[];
  /** Requests per second, by client. */
  readonly rates: readonly number[];
  readonly pods: readonly PhasePod[];
  /** Nodes that are down. */
  readonly down: ReadonlySet<number>;
  /** The moment for which the rates are, ns from the start of the run. */
  readonly at: number;
}

/** The phases in the order in which they come; the first is the start of the measurement. */
export function phasesOf(plan: Plan): readonly Phase[] {
  const start = phaseAt(plan, { name: 'steady', from: plan.warmUp, to: plan.warmUp, own: [] });
  const windows = plan.windows.flatMap((window, index) => {
    if (index === 0) return [];
    const own = plan.timeline.filter((action) => belongs(action, index, window));
    const random = plan.faults.filter((fault) => fault.window === index);
    const from = window.from ?? own[0]?.at ?? plan.warmUp;
    const to =
      window.to ?? Math.max(from, ...own.map((action) => action.at + (lastsOf(action) ?? 0)));
    // One of a fault's actions happens each time, to one pod: the first stands for all.
    const actions = [
      ...own,
      ...random.flatMap(({ actions: [first] }) => (first ? [toOnePod(plan, first)] : [])),
    ];
    return [phaseAt(plan, { name: window.name, from, to, own: actions })];
  });
  const end = plan.warmUp + plan.duration;
  const most = busiestMoment(plan, plan.warmUp, end);
  const peak = phaseAt(plan, { name: 'peak', from: most, to: most, own: [] });
  const phases = [start, ...windows];
  const isNew = phases.every((phase) => total(phase.rates) < total(peak.rates));
  const shown = isNew ? [{ ...start, name: 'start' }, ...windows, peak] : phases;
  return plan.autoscalers.length === 0 ? shown : [...shown, autoscaled(plan, peak)];
}

const total = (rates: readonly number[]): number => rates.reduce((sum, rate) => sum + rate, 0);

/** What a timeline entry does belongs to the window that it opens, and to every window around it. */
function belongs(
  action: TimelineAction,
  index: number,
  { from, to }: Plan['windows'][number],
): boolean {
  if (action.window !== undefined) return action.window === index;
  return from !== null && to !== null && action.at >= from && action.at < to;
}

interface Span {
  readonly name: string;
  /** ns from the start of the run. */
  readonly from: number;
  readonly to: number;
  /** What is going on all the while. */
  readonly own: readonly Action[];
}

function phaseAt(plan: Plan, { name, from, to, own }: Span): Phase {
  const state = new State(plan);
  const isOwn = new Set<Action>(own);
  for (const action of plan.timeline) {
    if (!isOwn.has(action) && action.at <= from && lastsBeyond(action, from)) state.apply(action);
  }
  for (const action of own) state.applyAtWorst(action);
  const at = busiestMoment(plan, from, to);
  const phase = {
    name,
    what: own.flatMap((action) => state.describe(action)),
    rates: plan.clients.map((_, client) => rateAt(plan, client, at)),
    pods: state.pods(),
    down: state.down,
    at,
  };
  return withCallRates(plan, withClosedLoops(plan, phase, at));
}

const lastsOf = (action: Action): number | null => ('lasts' in action ? action.lasts : null);

/** What happens to any pod of a workload, happening to its last one. */
function toOnePod(plan: Plan, action: Action): Action {
  if (!('pod' in action) || action.pod !== null) return action;
  const last = plan.workloads[action.workload]!.pods.at(-1);
  return last === undefined ? action : { ...action, pod: last.name };
}

/** Whether what an earlier entry did is still so at `at`: rollouts, crashes and deletions are taken to be over. */
function lastsBeyond(action: TimelineAction, at: number): boolean {
  const lasts = lastsOf(action);
  if (lasts !== null) return at < action.at + lasts;
  return ['scale', 'setReady', 'slowPod', 'nodeDown', 'zoneDown', 'drain'].includes(action.kind);
}

/** All pods that autoscalers may make, at the most that clients send. */
function autoscaled(plan: Plan, peak: Phase): Phase {
  const state = new State(plan);
  for (const { workload, maxReplicas } of plan.autoscalers) state.resize(workload, maxReplicas);
  const phase = {
    ...peak,
    name: 'autoscaled',
    what: plan.autoscalers.map(
      ({ workload, maxReplicas }) =>
        `${plan.workloads[workload]!.name} at maxReplicas ${maxReplicas}`,
    ),
    pods: state.pods(),
  };
  return withClosedLoops(plan, phase, peak.at);
}

/** Which pods are there, and which of them take requests. */
class State {
  readonly down: Set<number> = new Set();
  private readonly plan: Plan;
  /** By workload. */
  private members: PhasePod[][];
  private readonly unready = new Set<string>();
  private readonly cordoned = new Set<number>();

  constructor(plan: Plan) {
    this.plan = plan;
    this.members = plan.workloads.map((workload, index) =>
      workload.pods.flatMap((pod, i) =>
        pod.ready && !pod.terminating
          ? [{ workload: index, node: pod.node, name: pod.name, index: i, slowdown: 1 }]
          : [],
      ),
    );
  }

  pods(): readonly PhasePod[] {
    return this.members
      .flat()
      .filter((pod) => !this.unready.has(keyOf(pod)) && !this.down.has(pod.node));
  }

  /** The state that an entry leaves behind. */
  apply(action: Action): void {
    switch (action.kind) {
      case 'scale':
        this.resize(action.workload, action.replicas);
        break;
      case 'setReady':
        for (const pod of this.named(action)) {
          if (action.ready) this.unready.delete(keyOf(pod));
          else this.unready.add(keyOf(pod));
        }
        break;
      case 'slowPod':
        this.slow(this.named(action), action.factor);
        break;
      case 'nodeDown':
        this.down.add(action.node);
        break;
      case 'drain':
        this.moveAway(action.node);
        break;
      case 'zoneDown':
        this.plan.nodes.forEach(({ zone }, node) => {
          if (zone === action.zone) this.down.add(node);
        });
        break;
      default:
    }
  }

  /** The least that there is while it goes on. */
  applyAtWorst(action: Action): void {
    switch (action.kind) {
      case 'rollout':
        this.drop(action.workload, this.missingInRollout(action.workload));
        if (action.revision !== null && action.revision.slowdown !== 1) {
          this.slow(this.members[action.workload]!, action.revision.slowdown);
        }
        break;
      case 'deletePod':
      case 'crash':
        this.lose(this.named(action));
        break;
      case 'drain':
        this.drain(action.node);
        break;
      default:
        this.apply(action);
    }
  }

  /** In words, as it is in this state; nothing for what leaves pods and load alone. */
  describe(action: Action): readonly string[] {
    const { workloads, nodes, clients } = this.plan;
    switch (action.kind) {
      case 'rollout': {
        const missing = this.missingInRollout(action.workload);
        const few = missing === 0 ? 'no pod missing' : `${missing} unavailable at most`;
        return [`rollout of ${workloads[action.workload]!.name}, ${few}`];
      }
      case 'scale':
        return [`${workloads[action.workload]!.name} at ${action.replicas} replicas`];
      case 'setReady':
        return [
          `${action.pod ?? workloads[action.workload]!.name} ${action.ready ? 'ready' : 'not ready'}`,
        ];
      case 'deletePod':
        return [`${action.pod ?? `pods of ${workloads[action.workload]!.name}`} deleted`];
      case 'crash':
        return [`${action.pod ?? `pods of ${workloads[action.workload]!.name}`} crashed`];
      case 'slowPod':
        return [
          `${action.pod ?? `pods of ${workloads[action.workload]!.name}`} ${action.factor} times as slow`,
        ];
      case 'nodeDown':
        return [`${nodes[action.node]!.name} down`];
      case 'zoneDown':
        return [`${action.zone} down`];
      case 'drain':
        return [`${nodes[action.node]!.name} drained`];
      case 'setArrival':
        return [`other arrivals of ${clients[action.client]!.name}`];
      case 'partition':
        return ['a partition'];
      case 'apiServerSlow':
        return [`API server ${action.factor} times as slow`];
      case 'kubeProxyRestart':
        return ['kube-proxy restarts'];
    }
  }

  /** To so many pods: new ones where the workload has fewest, the last ones gone first. */
  resize(workload: number, replicas: number): void {
    const members = this.members[workload]!;
    this.members[workload] = members.slice(0, replicas);
    const nodes = this.plan.nodes.flatMap(({ unschedulable }, node) =>
      unschedulable || this.cordoned.has(node) ? [] : [node],
    );
    const open = nodes.length > 0 ? nodes : this.plan.nodes.map((_, node) => node);
    for (let i = members.length; i < replicas; i++) {
      const own = this.members[workload]!;
      const count = (node: number): number => own.filter((pod) => pod.node === node).length;
      const node = open.reduce((best, other) => (count(other) < count(best) ? other : best));
      const name = `${this.plan.workloads[workload]!.podNamePrefix}${i}`;
      own.push({ workload, node, name, index: -1, slowdown: 1 });
    }
  }

  /** Pods of a workload that a rolling update may leave unavailable. */
  private missingInRollout(workload: number): number {
    const { controller, pods } = this.plan.workloads[workload]!;
    if (controller.kind === 'StatefulSet') return Math.min(1, pods.length);
    if (controller.kind !== 'Deployment') return 0;
    const { strategy } = controller;
    if (strategy.type === 'Recreate') return pods.length;
    return resolveLimits(strategy.maxSurge, strategy.maxUnavailable, pods.length).unavailable;
  }

  /** After a drain: as many pods as before, elsewhere. */
  private moveAway(node: number): void {
    this.cordoned.add(node);
    const before = this.members.map((pods) => pods.length);
    this.remove((pod) => pod.node === node);
    before.forEach((count, workload) => this.resize(workload, count));
  }

  /** Evicted under their disruption budgets, which leave some of them alone at a time. */
  private drain(node: number): void {
    this.cordoned.add(node);
    const before = this.members.map((pods) => pods.length);
    this.remove((pod) => pod.node === node);
    for (const { workloads, limit } of this.plan.disruptionBudgets) {
      const expected = workloads.reduce((sum, workload) => sum + before[workload]!, 0);
      const least = desiredHealthy(limit, expected);
      for (const workload of workloads) {
        const healthy = workloads.reduce((sum, other) => sum + this.members[other]!.length, 0);
        const back = Math.min(least - healthy, before[workload]! - this.members[workload]!.length);
        // Those that may not go yet, or what has replaced them.
        if (back > 0) this.resize(workload, this.members[workload]!.length + back);
      }
    }
  }

  private named(action: {
    readonly workload: number;
    readonly pod: string | null;
  }): readonly PhasePod[] {
    const members = this.members[action.workload]!;
    return action.pod === null ? members : members.filter(({ name }) => name === action.pod);
  }

  private lose(pods: readonly PhasePod[]): void {
    const lost = new Set(pods.map(keyOf));
    this.remove((pod) => lost.has(keyOf(pod)));
  }

  private drop(workload: number, count: number): void {
    const members = this.members[workload]!;
    this.members[workload] = members.slice(0, Math.max(0, members.length - count));
  }

  private remove(isGone: (pod: PhasePod) => boolean): void {
    this.members = this.members.map((pods) => pods.filter((pod) => !isGone(pod)));
  }

  private slow(pods: readonly PhasePod[], factor: number): void {
    const slowed = new Set(pods.map(keyOf));
    this.members = this.members.map((members) =>
      members.map((pod) =>
        slowed.has(keyOf(pod)) ? { ...pod, slowdown: pod.slowdown * factor } : pod,
      ),
    );
  }
}

const keyOf = ({ workload, name }: PhasePod): string => `${workload}/${name}`;
