/** Which pods stand behind which Service, and at which ports. */
import { describe, expect, it } from 'vitest';
import { loaded, scenario, SHOP } from './memory-reader.ts';

/** SHOP with something added to it, called or not. */
const withMore = (manifests: string, spec = ''): string => scenario(spec, SHOP + manifests);

describe('Services and what backs them', () => {
  it('targetPort: by number, by name, and by default the port itself', () => {
    const service = `---
apiVersion: v1
kind: Service
metadata: { name: many }
spec:
  selector: { app: shop }
  ports: [{ name: a, port: 1, targetPort: 9 }, { name: b, port: 2, targetPort: web }, { name: c, port: 3 }]
`;
    const { workloads } = loaded(withMore(service)).base;
    expect(workloads[0]?.memberships).toEqual([
      { service: 0, targetPorts: [8080] },
      { service: 1, targetPorts: [9, 8080, 3] },
    ]);
  });

  it('selectors match pod labels in their own namespace, labels of the Service never matter', () => {
    const elsewhere = SHOP.replaceAll('name: shop', 'name: shop, namespace: other').replace(
      'kind: Service\nmetadata: { name: shop,',
      'kind: Service\nmetadata: { labels: { app: nothing }, name: shop,',
    );
    const { workloads } = loaded(withMore(elsewhere)).base;
    expect(
      workloads.slice(0, 2).map(({ memberships }) => memberships.map(({ service }) => service)),
    ).toEqual([[0], [1]]);
    // Result files know pods by name alone.
    expect(workloads[1]?.pods[0]?.name).toBe('shop-0.other');
  });

  it('an EndpointSlice stands for pods where the selector selects none', () => {
    const legacy = `---
apiVersion: v1
kind: Service
metadata: { name: legacy }
spec: { clusterIP: 10.96.7.7, ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: legacy-x, labels: { kubernetes.io/service-name: legacy } }
addressType: IPv4
ports: [{ name: http, port: 9000 }]
endpoints:
  - { addresses: [192.168.1.1] }
  - { addresses: [192.168.1.2], conditions: { ready: false } }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: shop-x, labels: { kubernetes.io/service-name: shop } }
addressType: IPv4
ports: []
endpoints: []
`;
    const { base, ignored } = loaded(withMore(legacy));
    expect(base.services[1]?.clusterIP).toBe('10.96.7.7');
    expect(base.workloads[1]).toMatchObject({
      name: 'endpointslice/legacy-x',
      controller: { kind: 'None' },
      memberships: [{ service: 1, targetPorts: [9000] }],
      pods: [
        { ip: '192.168.1.1', ready: true },
        { ip: '192.168.1.2', ready: false },
      ],
    });
    expect(ignored).toEqual([
      'EndpointSlice/shop-x: Service "shop" is not there, or its selector matches pods',
    ]);
  });

  it('pods that belong to a workload of the files are left to it', () => {
    const pods = `---
apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: Pod
    metadata:
      name: shop-6d4f-abcde
      labels: { app: shop }
      ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: shop-6d4f }]
    spec: { containers: [] }
  - apiVersion: v1
    kind: Pod
    metadata: { name: job, labels: { app: shop } }
    spec: { containers: [] }
    status: { phase: Succeeded }
`;
    const { base, ignored } = loaded(withMore(pods));
    expect(base.workloads.map(({ name }) => name)).toEqual([
      'deployment/shop',
      'deployment/coredns',
    ]);
    expect(ignored).toEqual([
      'Pod/shop-6d4f-abcde: Deployment/shop makes its pods',
      'Pod/job: it has ended',
    ]);
  });
});
