/** Nodes, and where pods and clients are placed on them. */
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
