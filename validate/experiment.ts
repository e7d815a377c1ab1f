/**
 * Experiments as scenarios: what is simulated here is written as a user would write it, loaded by
 * `loadScenario` and run by `simulate`, with every connection and request recorded.
 */
import type { Plan } from '../src/contract/plan.ts';
import type { ConnectionRecord, RequestRecord, RunResult } from '../src/contract/result.ts';
import { loadScenario, simulate, SourceError } from '../src/index.ts';

export interface Recorded extends RunResult {
  readonly connections: readonly ConnectionRecord[];
  readonly requests: readonly RequestRecord[];
}

export interface Experiment {
  /** `spec` of the Scenario. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** Kubernetes documents beside it. */
  readonly manifests?: readonly object[];
  /** Files that the scenario names. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The plan of an experiment, whose text has no errors. */
export function planOf({ spec, manifests = [], files = {} }: Experiment): Plan {
  const scenario = {
    apiVersion: 'svcsim/v1alpha1',
    kind: 'Scenario',
    metadata: { name: 'validation' },
    spec: { dns: { enabled: false }, ...spec },
  };
  const loaded = loadScenario({
    text: [scenario, ...manifests].map((document) => JSON.stringify(document)).join('\n---\n'),
    reader: {
      read(path) {
        if (!Object.hasOwn(files, path)) throw new SourceError('no such file');
        return files[path]!;
      },
      resolve: (_from, relative) => relative,
    },
  });
  if (!loaded.ok) {
    const problems = loaded.diagnostics.map(({ path, message }) => `${path}: ${message}`);
    throw new Error(`an experiment cannot be run: ${problems.join('; ')}`);
  }
  return loaded.scenario.base;
}

export const recordPlan = (plan: Plan, seed: number = 1): Recorded =>
  simulate(plan, seed, { recordConnections: true, recordRequests: true }) as Recorded;

export const record = (experiment: Experiment, seed: number = 1): Recorded =>
  recordPlan(planOf(experiment), seed);

export interface ServiceOptions {
  readonly name?: string;
  readonly replicas?: number;
  /** Fields of the Service's spec. */
  readonly service?: object;
  /** Fields of the pods' spec. */
  readonly pod?: object;
}

/** A Service of one port, 80 to 8080, and the Deployment behind it. */
export function service(options: ServiceOptions = {}): object[] {
  const { name = 'echo', replicas = 1 } = options;
  const labels = { app: name };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { selector: labels, ports: [{ port: 80, targetPort: 8080 }], ...options.service },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [{ name: 'main', ports: [{ containerPort: 8080 }] }],
            ...options.pod,
          },
        },
      },
    },
  ];
}
