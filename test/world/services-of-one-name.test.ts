/** Services of one name in two namespaces are two in every result. */
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { serviceBalances } from '../../src/study/figures/service-balance.ts';
import { simulate } from '../../src/world/simulate.ts';

const inNamespace = (namespace: string, replicas: number): string => `
---
apiVersion: v1
kind: Service
metadata: { name: api, namespace: ${namespace} }
spec: { selector: { app: api }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: api-${namespace}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: api } }
  template:
    metadata: { labels: { app: api } }
    spec: { containers: [{ name: api, image: api, ports: [{ containerPort: 80 }] }] }
`;

const scenario = `
apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: two }
spec:
  duration: 10s
  clients:
    - { name: a, target: http://api.red, arrival: { constant: { rate: 10/s } } }
    - { name: b, target: http://api.blue, arrival: { constant: { rate: 20/s } } }
  thresholds:
    - { expr: balance.cv < 1, service: blue/api }
    - { expr: balance.cv < 1, service: api.red }
${inNamespace('red', 2)}${inNamespace('blue', 3)}`;

describe('two Services of one name', () => {
  const loaded = loadScenario('two.yaml', { read: () => scenario, resolve: (_, to) => to });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const { base } = loaded.scenario;
  const run = simulate(base, 1);

  it('have their pods and requests apart', () => {
    const counted = serviceBalances(run, 'all').map(({ service, pods, requests }) => ({
      service,
      pods,
      requests,
    }));
    expect(counted).toEqual([
      { service: 'api.red', pods: 2, requests: 99 },
      { service: 'api.blue', pods: 3, requests: 199 },
    ]);
  });

  it('are told apart by thresholds', () => {
    expect(base.thresholds.map(({ service }) => service)).toEqual(['api.blue', 'api.red']);
  });
});
