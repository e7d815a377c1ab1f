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
  /** Whether all pods of one Service are replaced in the middle, one after the other. */
  readonly replacesPods: boolean;
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
  replacesPods: false,
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
  replacesPods: true,
};

export const nameOf = ({ nodes, services, podsPerService }: ClusterSize): string =>
  `${nodes} nodes × ${services} Services × ${services * podsPerService} pods`;

/** The scenario with its manifests, as one YAML text. */
export function largeCluster(size: ClusterSize): string {
  const documents = [scenarioOf(size)];
  for (let index = 0; index < size.services; index += 1) {
    const name = `app-${index}`;
    documents.push(deploymentOf(name, size.podsPerService), serviceOf(name));
  }
  return `${documents.join('\n---\n')}\n`;
}

function scenarioOf(size: ClusterSize): string {
  const called = Array.from({ length: size.calledServices }, (_, index) => index);
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
        `    - { name: web-${index}, replicas: ${size.callingNodes}, target: http://app-${index}, connectTimeout: 1s, timeout: 2s, arrival: { poisson: { rate: ${rate}/s } } }`,
    ),
    ...(size.replacesPods ? ['  timeline:', ...replacementsOf(size)] : []),
  ].join('\n');
}

/** From a quarter to three quarters of the run. */
function replacementsOf({ podsPerService, durationS }: ClusterSize): string[] {
  return Array.from({ length: podsPerService }, (_, index) => {
    const at = Math.round(durationS * 1000 * (0.25 + (0.5 * index) / podsPerService));
    return `    - { at: ${at}ms, deletePod: { target: deployment/app-0, pod: app-0-${index} } }`;
  });
}

function deploymentOf(name: string, replicas: number): string {
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
