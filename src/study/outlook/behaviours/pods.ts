/** Rows of "Pods and controllers". */
import type { Plan } from '../../../contract/plan.ts';
import { always, anyWorkload, does, never, podsEnd } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

const rolls = does('rollout');
const hasBudgets = ({ disruptionBudgets }: Plan): boolean => disruptionBudgets.length > 0;
const hasProbes = anyWorkload(
  ({ probes: { readiness, liveness, startup } }) =>
    readiness !== null || liveness !== null || startup !== null,
);
const kinds =
  (kind: string) =>
  (plan: Plan): boolean =>
    podsEnd(plan) && plan.workloads.some(({ controller }) => controller.kind === kind);
const crashes = (plan: Plan): boolean =>
  does('crash')(plan) ||
  plan.workloads.some(({ crash, probes }) => crash !== null || probes.liveness !== null) ||
  plan.timeline.some(
    (action) => action.kind === 'rollout' && action.revision?.crashesAfter != null,
  );
const starts = (plan: Plan): boolean => podsEnd(plan) || crashes(plan);

export const PODS: readonly Behaviour[] = [
  {
    name: 'selectors',
    status: 'modelled',
    row: "Selection by labels of the pod template; a Service's own labels do not matter",
    applies: never,
  },
  {
    name: 'targetPort',
    status: 'modelled',
    row: 'targetPort by number and by name',
    applies: never,
  },
  {
    name: 'deletion: preStop, SIGTERM, SIGKILL',
    status: 'modelled',
    row: 'Deletion: the kubelet hears by watch, runs preStop inside the grace period, sends SIGTERM, and SIGKILL when the grace period is over, though not within 2 s of SIGTERM; what the hook took counts in whole seconds',
    but: 'the hook is a length',
    applies: podsEnd,
  },
  {
    name: 'forced deletion',
    status: 'modelled',
    row: 'Forced deletion, and a grace period of 0: the object is gone at once, containers within 3 s',
    applies: (plan) =>
      podsEnd(plan) &&
      plan.workloads.some(({ terminationGracePeriod }) => terminationGracePeriod === 0),
  },
  {
    name: 'what a process does at SIGTERM',
    status: 'modelled',
    row: 'After SIGTERM: the process exits, finishes what it has begun, or serves on, for a while or until SIGKILL; kept connections are closed as they fall idle, or not',
    applies: podsEnd,
  },
  {
    name: 'ReplicaSets',
    status: 'modelled',
    row: 'A ReplicaSet replaces pods that are deleted as soon as they terminate; which pods it ends first',
    but: 'pod-deletion-cost, pauses between batches of creations',
    applies: kinds('Deployment'),
  },
  {
    name: 'rolling updates',
    status: 'modelled',
    row: 'Rolling updates: maxSurge and maxUnavailable, one step at a time by what the API server has, unhealthy old pods first, minReadySeconds, progress deadline, scaling in proportion, paused',
    but: 'a rollout is always of a new revision',
    applies: rolls,
  },
  {
    name: 'errors of rollouts',
    status: 'modelled',
    row: 'What a rollout costs new connections: lag × rate / n over pods and nodes, nothing with a preStop longer than the lags; kept connections are reset where the process ends in the midst of requests',
    applies: rolls,
  },
  {
    name: 'Recreate',
    status: 'modelled',
    row: 'Recreate: all old pods gone before the first new one',
    applies: (plan) =>
      rolls(plan) &&
      plan.workloads.some(
        ({ controller }) =>
          controller.kind === 'Deployment' && controller.strategy.type === 'Recreate',
      ),
  },
  {
    name: 'StatefulSets',
    status: 'modelled',
    row: 'StatefulSets: OrderedReady and Parallel, updates from the highest ordinal, partition, OnDelete; an ordinal is free when its last pod is gone',
    applies: kinds('StatefulSet'),
  },
  {
    name: 'drains and PodDisruptionBudgets',
    status: 'modelled',
    row: 'Drains and evictions under PodDisruptionBudgets',
    but: 'the delay of the disruption controller',
    applies: (plan) => does('drain')(plan) || hasBudgets(plan),
  },
  {
    name: 'CrashLoopBackOff',
    status: 'modelled',
    row: 'A container that has ended is started again at once, then after 10 s, 20 s … 300 s, and at once again after ten minutes of running',
    but: 'the second until the kubelet notices (PLEG)',
    applies: crashes,
  },
  {
    name: 'starts of containers',
    status: 'simplified',
    row: 'A container starts: the kubelet hears of the pod, pulls the image where the node has none, and the process serves after `startUp`; then it warms up in a straight line',
    but: 'no init containers and sidecars, pulls do not share bandwidth',
    applies: starts,
  },
  {
    name: 'probes',
    status: 'modelled',
    row: 'Probes: workers with ticks of their own, thresholds of results in a row, initialDelaySeconds, startup probes that hold the others back, readiness asked as soon as the container has started; liveness and startup have it killed with their grace period',
    applies: hasProbes,
  },
  {
    name: 'probes of busy pods',
    status: 'simplified',
    row: 'What a probe meets: HTTP and gRPC wait behind the requests of a busy pod and fail where its queue is full, TCP asks whether it listens, exec whether the process has come up',
    but: 'a probe takes no time of a worker',
    applies: hasProbes,
  },
  {
    name: 'readiness without a probe',
    status: 'modelled',
    row: 'Without a readiness probe a pod is Ready as its container runs',
    applies: (plan) =>
      starts(plan) && plan.workloads.some(({ probes }) => probes.readiness === null),
  },
  {
    name: 'CPU limits (CFS quota)',
    status: 'modelled',
    row: 'CPU limits: a quota of limit × 100 ms a period, used by all threads of a pod, then nothing until the next period; periods begin at a random phase',
    but: 'what a container uses beside its requests',
    applies: anyWorkload(({ cpuLimit, cpuShare }) => cpuLimit !== null && cpuShare > 0),
  },
  {
    name: 'cores of nodes',
    status: 'modelled',
    row: 'Cores of a node: threads share alike within a pod; beyond the cores, pods by what they request, nobody more than it has threads',
    but: 'scheduling latency',
    applies: anyWorkload(({ cpuShare }) => cpuShare > 0),
  },
  {
    name: 'HorizontalPodAutoscalers',
    status: 'modelled',
    row: 'HorizontalPodAutoscaler: ratios, tolerance, pods that are unready or without metrics, the most of several metrics, policies, windows; without a behavior at most double or 4',
    but: 'failures of metrics pipelines',
    applies: ({ autoscalers }) => autoscalers.length > 0,
  },
  {
    name: 'pods of several containers',
    status: 'simplified',
    row: 'Pods of several containers: Ready needs all, each has its own quota of CPU',
    applies: never,
  },
  {
    name: 'limits of the API server',
    status: 'modelled',
    row: 'Limits that the API server sets to probes, strategies and autoscalers',
    applies: never,
  },
  {
    name: 'default requests of CPU',
    status: 'modelled',
    row: 'A request of CPU is by default its limit',
    applies: anyWorkload(({ cpuLimit }) => cpuLimit !== null),
  },
  {
    name: 'preStop hooks other than sleep',
    status: 'simplified',
    row: 'preStop hooks other than `sleep`',
    applies: never,
  },
  {
    name: 'metrics of pods',
    status: 'modelled',
    row: 'Metrics of pods, by their names in metrics adapters',
    but: 'memory, Object and External metrics are ignored',
    applies: ({ autoscalers }) =>
      autoscalers.some(({ metrics }) =>
        metrics.some(({ kind }) => kind !== 'CpuUtilization' && kind !== 'CpuAverage'),
      ),
  },
  {
    name: 'maxUnavailable of StatefulSets',
    status: 'left out',
    row: 'StatefulSet: maxUnavailable, start ordinals',
    but: 'one pod at a time',
    applies: (plan) =>
      rolls(plan) && plan.workloads.some(({ controller }) => controller.kind === 'StatefulSet'),
  },
  {
    name: 'node lifecycle and eviction',
    status: 'modelled',
    row: 'Node lifecycle: heartbeats, NotReady after the grace period, eviction after the toleration',
    but: 'slower eviction where most nodes of a zone are NotReady',
    applies: does('nodeDown', 'zoneDown', 'partition'),
  },
  {
    name: 'scheduling of new pods',
    status: 'simplified',
    row: 'Scheduling of pods made during a run: ready nodes that are not cordoned, 110 pods a node, requested CPU, spread constraints that must hold; then the emptiest zone and node for the workload',
    but: 'no affinity, tolerations, memory',
    applies: podsEnd,
  },
  {
    name: 'cordoned and tainted nodes',
    status: 'simplified',
    row: 'Nodes that are cordoned or tainted (NoSchedule, NoExecute) take no pods',
    but: 'whatever these tolerate',
    applies: ({ nodes }) => nodes.some(({ unschedulable }) => unschedulable),
  },
  {
    name: 'load shedding',
    status: 'modelled',
    row: 'Load shedding by queueing time: at arrival, as the turn comes, CoDel (RFC 8289, or as in "Fail at Scale" with adaptive LIFO)',
    but: 'requests are refused as a worker looks for one',
    applies: anyWorkload(({ shedding }) => shedding !== null),
  },
  {
    name: 'pods as queues',
    status: 'simplified',
    row: 'A pod: a FIFO queue in front of `concurrency` workers',
    but: 'the process has no other state',
    applies: always,
  },
];
