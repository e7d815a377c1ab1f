/**
 * Clusters of many nodes, Services and pods, of which few have traffic: what is not used must cost next to nothing.
 */
export interface ClusterSize {
  readonly nodes: number;
  readonly services: number;
  readonly podsPerService: number;
  /** Services that are called, each by one client pod on each of `callingNodes` nodes. */
  readonly calledServices: number;
  readonly callingNodes: number;
  /** Over all clients. */
  readonly requestsPerSecond: number;
  readonly durationS: number;
  /** Whether one of the Deployments that are called is rolled out in the middle. */
  readonly rollsOut: boolean;
}

/** Of which one Service has a little traffic: a start, and not much else. */
export const LARGE: ClusterSize = {
  nodes: 1000,
  services: 2000,
  podsPerService: 5,
  calledServices: 1,
  callingNodes: 3,
  requestsPerSecond: 100,
  durationS: 1,
  rollsOut: false,
};

/** The limits that Kubernetes publishes for a cluster, with traffic to 200 Services from every node. */
export const LARGEST: ClusterSize = {
  nodes: 5000,
  services: 10_000,
  podsPerService: 15,
  calledServices: 200,
  callingNodes: 5000,
  requestsPerSecond: 50_000,
  durationS: 20,
  rollsOut: true,
};

export const nameOf = ({ nodes, services, podsPerService }: ClusterSize): string =>
  `${nodes} nodes × ${services} Services × ${services * podsPerService} pods`;

/** The scenario with its manifests, as one YAML text. @param timeline further actions, as lines of the list */
export function largeCluster(size: ClusterSize, timeline: readonly string[] = []): string {
  const documents = [scenarioOf(size, timeline)];
  for (let index = 0; index < size.services; index += 1) {
    const name = `app-${index}`;
    const isProbed = size.rollsOut && index === 0;
    documents.push(deploymentOf(name, size.podsPerService, isProbed), serviceOf(name));
  }
  return `${documents.join('\n---\n')}\n`;
}

function scenarioOf(size: ClusterSize, timeline: readonly string[]): string {
  const called = Array.from({ length: size.calledServices }, (_, index) => index);
  const actions = [...(size.rollsOut ? [rolloutOf(size)] : []), ...timeline];
  const rate = size.requestsPerSecond / size.calledServices;
  return [
    'apiVersion: svcsim/v1alpha1',
    'kind: Scenario',
    'metadata: { name: large-cluster }',
    'spec:',
    `  duration: ${size.durationS}s`,
    '  nodes:',
    `    - { namePrefix: worker, count: ${size.nodes}, zones: [a, b, c], cpu: 32 }`,
    '  workloads:',
    ...called.map(
      (index) => `    - { target: deployment/app-${index}, serviceTime: 1ms, concurrency: 8 }`,
    ),
    '  clients:',
    ...called.map(
      (index) =>
        `    - { name: web-${index}, replicas: ${size.callingNodes}, target: http://app-${index}, connectTimeout: 1s, timeout: 2s, arrival: { poisson: { rate: ${rate.toFixed(6)}/s } } }`,
    ),
    ...(actions.length > 0 ? ['  timeline:', ...actions] : []),
  ].join('\n');
}

/** From a quarter of the run on. */
const rolloutOf = ({ durationS }: ClusterSize): string =>
  `    - { at: ${durationS * 250}ms, rollout: { target: deployment/app-0 } }`;

function deploymentOf(name: string, replicas: number, isProbed: boolean): string {
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    `  replicas: ${replicas}`,
    '  selector:',
    '    matchLabels:',
    `      app: ${name}`,
    '  template:',
    '    metadata:',
    '      labels:',
    `        app: ${name}`,
    '    spec:',
    '      containers:',
    '        - name: server',
    '          image: server',
    '          ports:',
    '            - containerPort: 8080',
    ...(isProbed
      ? ['          readinessProbe: { httpGet: { path: /, port: 8080 }, periodSeconds: 1 }']
      : []),
  ].join('\n');
}

function serviceOf(name: string): string {
  return [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    `  name: ${name}`,
    'spec:',
    '  selector:',
    `    app: ${name}`,
    '  ports:',
    '    - port: 80',
    '      targetPort: 8080',
  ].join('\n');
}
