/**
 * Several clients and several ports of one Service, whose targetPort is a name that pods of two Deployments have for
 * different numbers: each endpoint is called at the port that its own pod has for the name
 * (pkg/controller/util/endpoint, FindPort).
 */
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../../src/scenario/load.ts';
import { simulate } from '../../../src/world/simulate.ts';

const deployment = (name: string, http: number, admin: number): string => `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 2
  selector: { matchLabels: { app: shop, track: ${name} } }
  template:
    metadata: { labels: { app: shop, track: ${name} } }
    spec:
      containers:
        - name: c
          image: x
          ports: [{ name: http, containerPort: ${http} }, { name: admin, containerPort: ${admin} }]
`;

const text = `apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: ports }
spec:
  duration: 20s
  dns: { enabled: false }
  workloads:
    - { target: deployment/stable, serviceTime: 1ms }
    - { target: deployment/canary, serviceTime: 1ms }
  clients:
    - { name: web, replicas: 2, target: "http://shop:80", arrival: { constant: { rate: 20/s } } }
    - { name: ops, target: "service/shop:admin", arrival: { constant: { rate: 10/s } } }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec:
  selector: { app: shop }
  ports:
    - { name: http, port: 80, targetPort: http }
    - { name: admin, port: 8081, targetPort: admin }
${deployment('stable', 8080, 9000)}${deployment('canary', 8181, 9001)}`;

describe('named target ports', () => {
  it('are resolved for each pod, whichever client calls which port', () => {
    const loaded = loadScenario('ports.yaml', {
      read: () => text,
      resolve: (_from, relative) => relative,
    });
    if (!loaded.ok) throw new Error('does not load');
    const run = simulate(loaded.scenario.base, 1, { recordConnections: true });
    const ports = new Map<string, Set<string>>();
    for (const { client, endpoint, pod } of run.connections!) {
      const key = `${client} ${pod.replace(/-\d+$/, '')}`;
      ports.set(key, (ports.get(key) ?? new Set()).add(endpoint.split(':')[1]!));
    }
    expect(Object.fromEntries([...ports].map(([key, set]) => [key, [...set]]))).toEqual({
      'web stable': ['8080'],
      'web canary': ['8181'],
      'ops stable': ['9000'],
      'ops canary': ['9001'],
    });
    expect(run.totals.failed).toBe(0);
    expect(run.totals.issued).toBe(20 * 20 + 10 * 20 - 2);
  });
});
