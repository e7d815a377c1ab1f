/** Plans of several Services that call each other: a workload behind each, and a client that calls the first. */
import type {
  Distribution,
  Plan,
  PlannedCall,
  PlannedCalls,
  PlannedClient,
  PlannedWorkload,
} from '../../../src/contract/plan.ts';
import { NO_ARRIVALS } from '../../../src/contract/plan.ts';
import { exponential, ms, ns, plan, type PlanOptions } from '../plans.ts';

/** One call of a station; what is left out is a plain one, made when the own work is done. */
export interface CallOf extends Partial<Omit<PlannedCall, 'client'>> {
  readonly to: string;
  readonly at?: number;
  /** How it is made. */
  readonly client?: Partial<PlannedClient>;
  /** Made at once with the entry before. */
  readonly together?: boolean;
}

/** A Service, its workload and what that calls. */
export interface Station {
  readonly name: string;
  readonly pods?: number;
  readonly service?: Distribution;
  readonly workload?: Partial<PlannedWorkload>;
  readonly calls?: readonly CallOf[];
  readonly whileCalling?: PlannedCalls['whileCalling'];
}

/** A plan of these stations; the client `web` calls the first. Everything else is as of `plan`. */
export function graph(stations: readonly Station[], options: PlanOptions = {}): Plan {
  const base = plan(options);
  const [web] = base.clients;
  const { replicas: _, name: __, ...way } = { ...web! };
  const clients: PlannedClient[] = [...base.clients];
  const indexOf = (name: string): number => stations.findIndex((one) => one.name === name);
  const taken = new Set<string>();
  const workloads = stations.map((station, i): PlannedWorkload => {
    const pods = Array.from({ length: station.pods ?? 1 }, (_unused, k) => ({
      name: `${station.name}-${k}`,
      ip: `10.244.${i + 20}.${k + 1}`,
      node: 0,
      ready: true,
      terminating: false,
      hints: null,
    }));
    const steps: { at: number; parallel: PlannedCall[] }[] = [];
    for (const { to, at = 1, client = {}, together = false, ...call } of station.calls ?? []) {
      let name = `${station.name}->${to}`;
      while (taken.has(name)) name += '+';
      taken.add(name);
      clients.push({
        ...way,
        connection: { mode: 'PerRequest' },
        connectTimeout: null,
        timeout: null,
        deadline: null,
        retry: null,
        name,
        origin: i,
        replicas: pods.map(({ ip, node }) => ({ ip, node })),
        target: { kind: 'servicePort', service: indexOf(to), port: 0 },
        arrival: NO_ARRIVALS,
        ...client,
      });
      const made: PlannedCall = {
        client: clients.length - 1,
        probability: 1,
        times: 1,
        fanOut: 1,
        onError: 'Fail',
        propagateDeadline: true,
        ...call,
      };
      if (together) steps.at(-1)!.parallel.push(made);
      else steps.push({ at, parallel: [made] });
    }
    const { whileCalling = 'Hold' } = station;
    return {
      ...base.workloads[0]!,
      name: `deployment/${station.name}`,
      podNamePrefix: `${station.name}-`,
      pods,
      memberships: [{ service: i, targetPorts: [8080] }],
      serviceTime: station.service ?? exponential(ms(10)),
      calls: steps.length === 0 ? null : { whileCalling, steps },
      ...station.workload,
    };
  });
  return {
    ...base,
    services: stations.map(({ name }, i) => ({
      ...base.services[0]!,
      name,
      label: name,
      clusterIP: `10.96.1.${i + 1}`,
    })),
    workloads,
    clients,
  };
}

/** A plan whose network and rules take no time: what is left is queues and services. */
export const FREE_NETWORK: PlanOptions = { hop: ns(0) };
