/** A behaviour of Kubernetes or Linux, as a row of docs/fidelity.md has it, and whether a plan meets it. */
import type { Plan, PlannedClient, PlannedWorkload, ProxyMode } from '../../../contract/plan.ts';

export type BehaviourStatus = 'modelled' | 'simplified' | 'left out' | 'refused';

export interface Behaviour {
  /** In a few words. */
  readonly name: string;
  readonly status: BehaviourStatus;
  /** The first cell of its row, to the letter. */
  readonly row: string;
  /** What of it is left out or different, as a part of the row's status. */
  readonly but?: string;
  /** Whether a run of this plan can come to depend on it. */
  readonly applies: (plan: Plan) => boolean;
}

export const always = (): boolean => true;
/** Behaviours of what a plan cannot hold: rows of the page that no scenario meets. */
export const never = (): boolean => false;

export const inMode =
  (...modes: readonly ProxyMode[]) =>
  (plan: Plan): boolean =>
    plan.nodes.some(({ proxy }) => modes.includes(plan.proxies[proxy]!.mode));

export const anyClient =
  (holds: (client: PlannedClient, plan: Plan) => boolean) =>
  (plan: Plan): boolean =>
    plan.clients.some((client) => holds(client, plan));

export const anyWorkload =
  (holds: (workload: PlannedWorkload, plan: Plan) => boolean) =>
  (plan: Plan): boolean =>
    plan.workloads.some((workload) => holds(workload, plan));

/** Services that clients call, the cluster's DNS among them where names are looked up. */
export const anyService =
  (holds: (service: Plan['services'][number], plan: Plan) => boolean) =>
  (plan: Plan): boolean => {
    const called = new Set(
      plan.clients.flatMap(({ target }) => ('service' in target ? [target.service] : [])),
    );
    return plan.services.some((service, index) => called.has(index) && holds(service, plan));
  };

export const usesUdp: (plan: Plan) => boolean = (plan) =>
  plan.clients.some(({ protocol }) => protocol === 'UDP') || resolvesNames(plan);

export const usesTcp: (plan: Plan) => boolean = anyClient(({ protocol }) => protocol === 'TCP');

export const reuses: (plan: Plan) => boolean = anyClient(
  ({ connection }) => connection.mode !== 'PerRequest',
);

export const resolvesNames = (plan: Plan): boolean =>
  plan.dns !== null && plan.clients.some(({ resolver }) => resolver !== null);

const ACTIONS_ON_PODS: ReadonlySet<string> = new Set([
  'setReady',
  'scale',
  'rollout',
  'deletePod',
  'crash',
  'nodeDown',
  'zoneDown',
  'drain',
]);

/** Whether some entry of the timeline or random fault does one of these. */
export const does =
  (...kinds: readonly string[]) =>
  ({ timeline, faults }: Plan): boolean =>
    timeline.some(({ kind }) => kinds.includes(kind)) ||
    faults.some(({ actions }) => actions.some(({ kind }) => kinds.includes(kind)));

/** Whether endpoints may change during a run. */
export function endpointsChange(plan: Plan): boolean {
  return (
    does(...ACTIONS_ON_PODS)(plan) ||
    plan.autoscalers.length > 0 ||
    plan.workloads.some(
      ({ readinessFlap, crash, probes }) =>
        readinessFlap !== null ||
        crash !== null ||
        probes.liveness !== null ||
        probes.readiness !== null,
    )
  );
}

/** Whether pods end during a run. */
export function podsEnd(plan: Plan): boolean {
  return (
    does('scale', 'rollout', 'deletePod', 'drain', 'nodeDown', 'zoneDown')(plan) ||
    plan.autoscalers.length > 0
  );
}
