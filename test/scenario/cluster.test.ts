/** From manifests to nodes, pods, addresses and memberships. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

/** SHOP with something added to it, called or not. */
const withMore = (manifests: string, spec = ''): string => scenario(spec, SHOP + manifests);

describe('nodes', () => {
  it('are numbered from 1 and dealt to zones in turn', () => {
    const { nodes } = loaded(
      scenario(
        '  nodes: [{ namePrefix: worker, count: 4, zones: [a, b, c] }, { name: edge, zone: b }]',
      ),
    ).base;
    expect(nodes.map(({ name, zone }) => `${name} ${zone}`)).toEqual([
      'worker-1 a',
      'worker-2 b',
      'worker-3 c',
      'worker-4 a',
      'edge b',
    ]);
  });

  it('of manifests are added, with zone label and capacity', () => {
    const node = `---
apiVersion: v1
kind: Node
metadata: { name: gpu-1, labels: { topology.kubernetes.io/zone: c } }
status: { capacity: { cpu: "16" } }
`;
    const { nodes } = loaded(withMore(node, '  nodes: [{ name: worker }]')).base;
    expect(nodes.slice(1)).toMatchObject([{ name: 'gpu-1', zone: 'c', cpu: 16 }]);
  });

  const cluster = (spec: string): string => `---
apiVersion: v1
kind: Node
metadata: { name: control-plane }
spec: ${spec}
`;

  it.each([
    '{ unschedulable: true }',
    '{ taints: [{ key: node-role.kubernetes.io/control-plane, effect: NoSchedule }] }',
    '{ taints: [{ key: dedicated, value: gpu, effect: NoExecute }] }',
  ])('with spec %s take no pods', (spec) => {
    const { nodes, workloads, clients } = loaded(
      withMore(cluster(spec), '  nodes: [{ name: w }]'),
    ).base;
    expect(nodes.map(({ unschedulable }) => unschedulable)).toEqual([false, true]);
    expect(workloads[0]?.pods.map(({ node }) => node)).toEqual([0, 0, 0]);
    expect(clients[0]?.replicas.map(({ node }) => node)).toEqual([0]);
  });

  it.each([
    '{ taints: [{ key: dedicated, effect: PreferNoSchedule }] }',
    '{ taints: [{ key: node.kubernetes.io/not-ready, effect: NoSchedule }] }',
  ])('with spec %s take pods', (spec) => {
    const { nodes } = loaded(withMore(cluster(spec))).base;
    expect(nodes.map(({ unschedulable }) => unschedulable)).toEqual([false]);
  });

  it('that take no pods, all of them, leave no place', () => {
    expect(problems(load(withMore(cluster('{ unschedulable: true }'))))).toEqual([
      '32:7 error Node/control-plane: every node is cordoned or tainted: no pod has a place',
    ]);
  });

  it('of one name are a mistake', () => {
    const result = load(scenario('  nodes: [{ namePrefix: w, count: 2 }, { name: w-2 }]'));
    expect(problems(result)).toEqual(['10:40 error spec.nodes[1]: two nodes are named "w-2"']);
  });
});

describe('placement', () => {
  it('puts each pod on the node with the fewest, clients after workloads', () => {
    const spec = '  nodes: [{ namePrefix: n, count: 2 }]';
    const { workloads, clients } = loaded(
      scenario(spec),
      {},
      { set: ['clients[web].replicas=2'] },
    ).base;
    expect(workloads[0]?.pods.map(({ name, node }) => `${name} ${node}`)).toEqual([
      'shop-0 0',
      'shop-1 1',
      'shop-2 0',
    ]);
    expect(clients[0]?.replicas.map(({ node }) => node)).toEqual([1, 0]);
  });

  it('keeps pods where their manifests say they are, and places the others around them', () => {
    const pod = `---
apiVersion: v1
kind: Pod
metadata: { name: pinned, labels: { app: shop } }
spec: { nodeName: n-1, containers: [] }
status: { podIP: 10.1.2.3, conditions: [{ type: Ready, status: "False" }] }
`;
    const { workloads } = loaded(withMore(pod, '  nodes: [{ namePrefix: n, count: 2 }]')).base;
    expect(workloads[1]).toMatchObject({
      name: 'pod/pinned',
      controller: { kind: 'None' },
      pods: [{ name: 'pinned', ip: '10.1.2.3', node: 0, ready: false }],
    });
    expect(workloads[0]?.pods.map(({ node }) => node)).toEqual([1, 0, 1]);
  });

  it('gives every pod, client and Service an address of its own, also on crowded nodes', () => {
    const set = ['deployment/shop:spec.replicas=1000', 'clients[web].replicas=300'];
    const { workloads, clients, services } = loaded(scenario(), {}, { set }).base;
    const ips = [
      ...workloads.flatMap(({ pods }) => pods.map(({ ip }) => ip)),
      ...clients.flatMap(({ replicas }) => replicas.map(({ ip }) => ip)),
      ...services.map(({ clusterIP }) => clusterIP),
    ];
    // 1000 pods, 300 clients, a Service; the cluster's DNS: two pods and a Service.
    expect(ips).toHaveLength(1304);
    expect(new Set(ips).size).toBe(1304);
    for (const ip of ips) expect(ip).toMatch(/^10(\.\d{1,3}){3}$/);
  });

  it('spreads over zones and nodes where constraints say so, whatever else is there', () => {
    const constraint = (key: string): string =>
      `{ topologyKey: ${key}, maxSkew: 1, whenUnsatisfiable: DoNotSchedule }`;
    const zones = `  nodes: [{ namePrefix: a, count: 4, zone: a }, { namePrefix: b, count: 2, zone: b }]`;
    const spread = SHOP.replace(
      'containers:',
      `topologySpreadConstraints: [${constraint('kubernetes.io/hostname')}, ${constraint('topology.kubernetes.io/zone')}]\n      containers:`,
    ).replace('replicas: 3', 'replicas: 6');
    const { workloads } = loaded(scenario(zones, spread)).base;
    // Three in each zone, and no node of a zone has two more than another of it.
    expect(workloads[0]?.pods.map(({ node }) => node)).toEqual([0, 4, 1, 5, 2, 4]);
  });

  it('spreads evenly at size: 1,000 nodes and 10,000 pods differ by no pod', () => {
    const spec = '  nodes: [{ namePrefix: n, count: 1000 }]';
    const set = ['deployment/shop:spec.replicas=10000'];
    const counts = new Map<number, number>();
    for (const { node } of loaded(scenario(spec), {}, { set }).base.workloads[0]!.pods) {
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    expect([...new Set(counts.values())]).toEqual([10]);
    expect(counts.size).toBe(1000);
  });

  it('client replicas can be the pods of a workload, or outside', () => {
    const frontend = SHOP.replaceAll('shop', 'frontend');
    const from = scenario('', SHOP + frontend).replace(
      'http://shop',
      'http://shop\n      from: deployment/frontend',
    );
    const { workloads, clients } = loaded(from).base;
    expect(clients[0]?.replicas.map(({ ip }) => ip)).toEqual(
      workloads[1]?.pods.map(({ ip }) => ip),
    );
    const outside = load(
      scenario(),
      {},
      { set: ['clients[web].external=true', 'clients[web].replicas=2'] },
    );
    if (!outside.ok) throw new Error();
    expect(outside.scenario.base.clients[0]?.replicas.map(({ node }) => node)).toEqual([
      null,
      null,
    ]);
    expect(outside.warnings[0]?.message).toBe('nothing outside reaches a ClusterIP');
  });
});

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

  it.each([
    ['{ sleep: { seconds: 7 } }', 7e9],
    ['{ exec: { command: [sleep, "5"] } }', 5e9],
    ['{ exec: { command: [/bin/sh, -c, sleep 1.5] } }', 1.5e9],
    ['{ exec: { command: [sh, -c, "sleep 2m"] } }', 120e9],
  ])('preStop %s', (hook, preStop) => {
    const text = scenario(
      '',
      SHOP.replace('name: main,', `name: main, lifecycle: { preStop: ${hook} },`),
    );
    expect(loaded(text).base.workloads[0]?.preStop).toBe(preStop);
  });

  it('other hooks count as 0, with a warning', () => {
    const hook = '{ exec: { command: [nginx, -s, quit] } }';
    const text = scenario(
      '',
      SHOP.replace('name: main,', `name: main, lifecycle: { preStop: ${hook} },`),
    );
    const result = load(text);
    expect(result.ok && result.scenario.base.workloads[0]?.preStop).toBe(0);
    expect(problems(result)[0]).toContain('how long this hook takes is not known; it counts as 0s');
  });
});

describe('what is wrong with manifests', () => {
  /** Problems of SHOP after replacing one text by another. */
  const after = (from: string, to: string): string[] => {
    expect(SHOP).toContain(from);
    return problems(load(scenario('', SHOP.replace(from, to))));
  };

  it('a selector that matches nothing: no endpoints, a warning, and what may have been meant', () => {
    const result = load(
      scenario('', SHOP.replace('selector: { app: shop }', 'selector: { app: shpo }')),
    );
    expect(result).toMatchObject({
      ok: true,
      warnings: [
        {
          severity: 'warning',
          path: 'Service/shop spec.selector',
          message: 'no pod has app: shpo: the Service has no endpoints',
          hint: 'did you mean "app: shop"?',
        },
      ],
    });
    expect(result.ok && result.scenario.base.workloads[0]?.memberships).toEqual([]);
  });

  it('a port name that no pod has: null, and a warning at the port', () => {
    const result = load(scenario('', SHOP.replace('targetPort: 8080', 'targetPort: wbe')));
    expect(problems(result)).toEqual([
      '16:47 warning Service/shop spec.ports[0].targetPort: no selected pod has a port named "wbe"; did you mean "web"?',
    ]);
    expect(result.ok && result.scenario.base.workloads[0]?.memberships[0]?.targetPorts).toEqual([
      null,
    ]);
  });

  it.each([
    ['port: 80,', 'port: 70000,', '70000 must be 1 to 65535'],
    ['port: 80,', 'port: "80",', '"80" is not a whole number'],
    ['targetPort: 8080', 'targetPort: "8080"', '"8080" is not a port name'],
    [
      'ports: [{ name: http, port: 80, targetPort: 8080 }]',
      'ports: []',
      'must have at least one port',
    ],
    ['app: shop }\n  ports', 'app: 5 }\n  ports', '5 is not text'],
    ['name: http,', 'name: http, protocol: TPC,', '"TPC" is not supported; did you mean "TCP"?'],
    ['replicas: 3', 'replicas: -1', '-1 must be 0 to 150000'],
    [
      'matchLabels: { app: shop }',
      'matchLabels: { app: shp }',
      'the template has no label app: shp',
    ],
    ['containers: [{', 'containers: {a: [{', 'not valid YAML'],
    ['kind: Service', 'kind: [Service]', 'not the name of a kind'],
    ['apiVersion: apps/v1\n', '', '"apiVersion" is required'],
  ])('%j → %j', (from, to, message) => {
    const found = after(from, to);
    expect(found.some((line) => line.includes('error') && line.includes(message))).toBe(true);
  });

  it.each([
    'sessionAffinity: None',
    'internalTrafficPolicy: Cluster',
    'publishNotReadyAddresses: false',
    'type: NodePort',
    'type: LoadBalancer',
    'externalTrafficPolicy: Cluster',
  ])('%s is what goes without saying', (field) => {
    const text = SHOP.replace('  selector: { app: shop }', `  ${field}\n  selector: { app: shop }`);
    expect(problems(load(scenario('', text)))).toEqual([]);
  });

  it('kinds that are not simulated are ignored, and said to be', () => {
    const more = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: one }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: two }
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: shop }
`;
    expect(problems(load(withMore(more)))).toEqual([
      '30:7 warning ConfigMap/one: kind ConfigMap is not simulated: ignored (and 1 more of this kind)',
      '38:7 warning Service/shop: kind Service is not simulated: ignored',
    ]);
  });

  it('a kind that is almost one of those that are simulated', () => {
    const result = load(
      withMore('---\napiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: a }\n'),
    );
    expect(result.ok && result.warnings).toMatchObject([{ hint: 'did you mean "Deployment"?' }]);
  });

  it('fields without effect: one warning for each workload that traffic meets', () => {
    const text = SHOP.replace('containers:', 'nodeSelector: { disk: ssd }\n      containers:');
    expect(problems(load(scenario('', text)))).toEqual([
      '20:19 warning Deployment/shop: read, but without effect in this version: nodeSelector',
    ]);
  });

  it('fields that Kubernetes does not know are ignored, and said to be, with what may have been meant', () => {
    const text = SHOP.replace(
      '  selector: { app: shop }',
      '  sesionAffinity: ClientIP\n  selector: { app: shop }',
    )
      .replace('replicas: 3', 'replica: 3')
      .replace('name: main,', 'name: main, prots: [],');
    expect(problems(load(scenario('', text)))).toEqual([
      '15:3 warning Service/shop spec: unknown field "sesionAffinity": ignored; did you mean "sessionAffinity"?',
      expect.stringMatching(
        / warning Deployment\/shop spec: unknown field "replica": ignored; did you mean "replicas"\?$/,
      ),
      expect.stringMatching(
        / warning Deployment\/shop spec\.template\.spec\.containers\[0\]: unknown field "prots": ignored; did you mean "ports"\?$/,
      ),
    ]);
  });

  it('two of a name', () => {
    expect(problems(load(withMore(SHOP)))).toEqual([
      '31:19 error Service/shop: Service "shop" is defined twice; first in test.yaml:13',
      '38:19 error Deployment/shop: Deployment "shop" is defined twice; first in test.yaml:20',
    ]);
  });

  it('a Service where a workload belongs', () => {
    const text = scenario().replace(
      'target: deployment/shop, serviceTime',
      'target: service/shop, serviceTime',
    );
    const result = load(text);
    expect(problems(result)).toEqual([
      expect.stringMatching(/error spec\.workloads\[0\]\.target: a Service is not a workload$/),
    ]);
    expect(!result.ok && result.diagnostics[0]?.hint).toBe(
      'name what stands behind it: deployment/shop',
    );
  });

  it('a workload that answers in no time', () => {
    const text = scenario().replace(
      '  workloads: [{ target: deployment/shop, serviceTime: 10ms }]\n',
      '',
    );
    expect(problems(load(text))).toEqual([
      '4:1 warning spec.workloads: deployment/shop backs "shop" and has no serviceTime: it is taken as 0s',
    ]);
  });
});
