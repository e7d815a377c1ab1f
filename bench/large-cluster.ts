/**
 * A cluster of 1,000 nodes, 2,000 Services and 10,000 pods, of which one Service has traffic: what
 * is not used must cost next to nothing.
 */
export const LARGE_CLUSTER = { nodes: 1000, services: 2000, podsPerService: 5 } as const;

/** The scenario with its manifests, as one YAML text. */
export function largeCluster(): string {
  const documents = [
    [
      'apiVersion: svcsim/v1alpha1',
      'kind: Scenario',
      'metadata: { name: large-cluster }',
      'spec:',
      '  duration: 1s',
      '  nodes:',
      `    - { namePrefix: worker, count: ${LARGE_CLUSTER.nodes}, zones: [a, b, c], cpu: 8 }`,
      '  workloads:',
      '    - { target: deployment/app-0, serviceTime: 1ms }',
      '  clients:',
      '    - { name: web, replicas: 3, target: http://app-0, arrival: { poisson: { rate: 100/s } } }',
    ].join('\n'),
  ];
  for (let index = 0; index < LARGE_CLUSTER.services; index += 1) {
    const name = `app-${index}`;
    documents.push(
      [
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata:',
        `  name: ${name}`,
        'spec:',
        `  replicas: ${LARGE_CLUSTER.podsPerService}`,
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
      ].join('\n'),
      [
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
      ].join('\n'),
    );
  }
  return `${documents.join('\n---\n')}\n`;
}
