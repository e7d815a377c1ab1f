/** Plans of any kind to which anything is done: every action of the timeline, at any moment, and random faults. */
import fc from 'fast-check';
import type {
  Action,
  PartitionSide,
  Plan,
  PlannedController,
  PlannedFault,
  PlannedProbe,
  PlannedRevision,
  PlannedWindow,
  PlannedWorkload,
  TimelineAction,
} from '../../src/contract/plan.ts';
import { DEPLOYMENT, STATEFUL_SET } from '../../src/scenario/defaults.ts';
import { anyPlan } from './any-plan/any-plan.ts';
import { at, constant, exponential, ms, ns } from './plans.ts';

const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null });

const span = fc.integer({ min: 1, max: 1_500 }).map((value) => ms(value));
const lasts = orNull(span);
const node = fc.integer({ min: 0, max: 2 });
const pod = orNull(fc.integer({ min: 0, max: 3 }).map((i) => `backend-${i}`));
const factor = fc.constantFrom(0.5, 2, 7);

/** The nodes of a partition's two sides, each on at most one of them; and where the others are. */
const between: fc.Arbitrary<readonly [PartitionSide, PartitionSide]> = fc
  .tuple(
    fc.array(fc.constantFrom(0, 1, 2), { minLength: 3, maxLength: 3 }),
    fc.constantFrom(0, 1, 2),
    fc.constantFrom(0, 1, 2),
  )
  .map(([sides, external, controlPlane]) => {
    const side = (which: number): PartitionSide => ({
      nodes: sides.flatMap((own, i) => (own === which ? [i] : [])),
      external: external === which,
      controlPlane: controlPlane === which,
    });
    return [side(0), side(1)];
  });

const revision: fc.Arbitrary<PlannedRevision> = fc.record({
  startUp: orNull(fc.integer({ min: 0, max: 3e8 }).map((value) => constant(ns(value)))),
  errorRate: fc.constantFrom(null, 0, 0.5),
  slowdown: fc.constantFrom(1, 3),
  ready: fc.boolean(),
  crashesAfter: orNull(fc.integer({ min: 1e6, max: 5e8 }).map((mean) => exponential(ns(mean)))),
});

const of = { workload: fc.constant(0) };
const kind = <Kind extends Action['kind']>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);

/** By kind, so that none is forgotten. */
const ACTIONS: {
  readonly [Kind in Action['kind']]: fc.Arbitrary<Extract<Action, { readonly kind: Kind }>>;
} = {
  setReady: fc.record({ kind: kind('setReady'), ...of, pod, ready: fc.boolean() }),
  scale: fc.record({ kind: kind('scale'), ...of, replicas: fc.integer({ min: 0, max: 5 }) }),
  rollout: fc.record({ kind: kind('rollout'), ...of, revision: orNull(revision) }),
  deletePod: fc.record({ kind: kind('deletePod'), ...of, pod }),
  crash: fc.record({ kind: kind('crash'), ...of, pod, lasts }),
  slowPod: fc.record({ kind: kind('slowPod'), ...of, pod, factor, lasts }),
  nodeDown: fc.record({ kind: kind('nodeDown'), node, lasts }),
  zoneDown: fc.record({ kind: kind('zoneDown'), zone: fc.constantFrom('a', 'b'), lasts }),
  drain: fc.record({ kind: kind('drain'), node, lasts }),
  partition: fc.record({ kind: kind('partition'), between, lasts }),
  apiServerSlow: fc.record({ kind: kind('apiServerSlow'), factor, lasts }),
  kubeProxyRestart: fc.record({ kind: kind('kubeProxyRestart'), node: orNull(node), lasts: span }),
  setArrival: fc.record({
    kind: kind('setArrival'),
    client: fc.constant(0),
    arrival: fc.oneof(
      fc.integer({ min: 1, max: 300 }).map((rate) => ({ kind: 'poisson' as const, rate })),
      fc.integer({ min: 1, max: 300 }).map((rate) => ({ kind: 'constant' as const, rate })),
    ),
    lasts,
  }),
};

const action: fc.Arbitrary<Action> = fc.oneof(...Object.values(ACTIONS));
const moment = fc.integer({ min: 0, max: 2400 }).map((value) => at(value / 1000));

const fault: fc.Arbitrary<Omit<PlannedFault, 'window'>> = fc
  .tuple(
    action,
    fc.integer({ min: 1e7, max: 1e9 }).map((mean) => exponential(ns(mean))),
    fc.integer({ min: 0, max: 6e8 }).map((mean) => exponential(ns(Math.max(mean, 1)))),
  )
  .map(([one, every, span]) => {
    const isDone = one.kind === 'rollout' || one.kind === 'deletePod';
    return { every, lasts: isDone ? null : span, actions: [one] };
  });

const probe: fc.Arbitrary<PlannedProbe> = fc.record({
  handler: fc.constantFrom('httpGet' as const, 'tcpSocket' as const),
  initialDelay: fc.constantFrom(ns(0), ms(100)),
  period: fc.constantFrom(ms(50), ms(300)),
  timeout: fc.constantFrom(ms(10), ms(100)),
  successThreshold: fc.constant(1),
  failureThreshold: fc.integer({ min: 1, max: 3 }),
  terminationGracePeriod: fc.constant(null),
});

const controller: fc.Arbitrary<PlannedController> = fc.constantFrom<PlannedController[]>(
  DEPLOYMENT,
  {
    ...DEPLOYMENT,
    strategy: {
      type: 'RollingUpdate',
      maxSurge: { count: 0 },
      maxUnavailable: { percent: 60 },
    },
    progressDeadline: ms(900),
    minReady: ms(100),
  },
  { ...DEPLOYMENT, strategy: { type: 'Recreate' } },
  STATEFUL_SET,
  { ...STATEFUL_SET, podManagementPolicy: 'Parallel' },
  { kind: 'None' },
);

const container: fc.Arbitrary<Partial<PlannedWorkload>> = fc.record({
  controller,
  probes: fc.record({
    readiness: orNull(probe),
    liveness: orNull(probe),
    startup: orNull(probe),
    readyWithoutProbe: fc.constantFrom('Serving' as const, 'Running' as const),
  }),
  onTerminate: orNull(
    fc.record({
      process: fc.constantFrom('Exit' as const, 'Finish' as const, 'Serve' as const),
      lasts: lasts,
      closesConnections: fc.boolean(),
    }),
  ),
  warmUp: orNull(fc.record({ lasts: span, slowdown: fc.constantFrom(2, 10) })),
  imagePull: orNull(fc.constant(constant(ms(50)))),
  cpuShare: fc.constantFrom(0, 0, 0.5, 1),
  cpuLimit: fc.constantFrom(null, null, 0.5),
});

/** What keeps requests from waiting for ever, which would only make runs long. */
function patient(plan: Plan): Plan {
  const clients = plan.clients.map((client) => ({ ...client, timeout: client.timeout ?? ms(400) }));
  return { ...plan, clients };
}

const isPossible = (one: Action, { controller: made }: Partial<PlannedWorkload>): boolean =>
  (one.kind !== 'scale' && one.kind !== 'rollout') || made?.kind !== 'None';

export const troubledPlan: fc.Arbitrary<Plan> = fc
  .record({
    plan: anyPlan,
    script: fc.array(fc.tuple(moment, action), { maxLength: 8 }),
    faults: fc.array(fault, { maxLength: 2 }),
    container,
    nodeLifecycle: fc.record({
      heartbeat: fc.constant(ms(50)),
      monitorPeriod: fc.constantFrom(ms(20), ns(0)),
      monitorGracePeriod: fc.constantFrom(ms(100), ms(400)),
      toleration: orNull(fc.constantFrom(ms(10), ms(300))),
    }),
    pacing: fc.constantFrom(ns(0), ms(5)),
  })
  .map(({ plan, script, faults, container: own, nodeLifecycle, pacing }) => {
    const possible = script.filter(([, one]) => isPossible(one, own));
    const random = faults.filter(({ actions }) => isPossible(actions[0]!, own));
    const windows: PlannedWindow[] = [...plan.windows];
    const open = (name: string): number => windows.push({ name, from: null, to: null }) - 1;
    const timeline = possible
      .map(([instant, one], i): TimelineAction => ({ ...one, at: instant, window: open(`w${i}`) }))
      .sort((a, b) => a.at - b.at);
    return patient({
      ...plan,
      workloads: plan.workloads.map((workload) => ({ ...workload, ...own })),
      // Nobody can be scaled who has no controller.
      autoscalers: own.controller?.kind === 'None' ? [] : plan.autoscalers,
      controlPlane: {
        ...plan.controlPlane,
        nodeLifecycle,
        controller: constant(pacing),
        scheduler: constant(pacing),
        backOff: { initial: ms(50), max: ms(400), resetAfter: ms(600) },
      },
      timeline,
      faults: random.map((one, i) => ({ ...one, window: open(`f${i}`) })),
      windows,
    });
  });
