/** Rows of Kubernetes' end-to-end tests about which endpoints take traffic (k8s test/e2e/network/service.go). */
import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../src/stats/histogram.ts';
import { ALL_MODES, clientOf, met, pod, run, service, whoServed } from './cluster.ts';

const DEPLOYMENT = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 1
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: main, ports: [{ name: http, containerPort: 8080 }] }] }
`;

describe.each(ALL_MODES)('with %s', (mode) => {
  it('row 1: serve a basic endpoint from pods: {} → {p1} → {p1, p2} → {p2} → {}', () => {
    const result = run({
      mode,
      manifests: [
        service(),
        pod({ name: 'p1', node: 'node-1' }),
        pod({ name: 'p2', node: 'node-2' }),
      ],
      timeline: [
        '{ at: 0s, setReady: { target: pod/p1, ready: false, for: 2s } }',
        '{ at: 0s, setReady: { target: pod/p2, ready: false, for: 4s } }',
        '{ at: 6s, setReady: { target: pod/p1, ready: false } }',
        '{ at: 8s, setReady: { target: pod/p2, ready: false } }',
      ],
    });
    expect(whoServed(result, 0.1, 2)).toEqual(['refused']);
    expect(whoServed(result, 2.1, 4)).toEqual(['p1']);
    expect(whoServed(result, 4.1, 6)).toEqual(['p1', 'p2']);
    expect(whoServed(result, 6.1, 8)).toEqual(['p2']);
    expect(whoServed(result, 8.1, 10)).toEqual(['refused']);
  });

  it('row 2: multiport endpoints: each port leads to its own targetPort', () => {
    const ports =
      'ports: [{ name: http, port: 80, targetPort: http }, { name: admin, port: 81, targetPort: admin }]';
    const result = run({
      mode,
      manifests: [
        service().replace(/ports: .*/, ports),
        pod({ name: 'p1', node: 'node-1' }),
        pod({ name: 'p2', node: 'node-2' }),
      ],
      clients: [clientOf('http'), clientOf('admin', ['target: http://web:81'])],
    });
    const portsOf = (client: string): string[] => [
      ...new Set(
        result.connections
          .filter((one) => one.client === client)
          .map(({ endpoint }) => endpoint.split(':')[1]!),
      ),
    ];
    expect(portsOf('http')).toEqual(['8080']);
    expect(portsOf('admin')).toEqual(['9090']);
    expect(whoServed(result, 0, Infinity, 'admin')).toEqual(['p1', 'p2']);
  });

  it('row 11: one Service goes down, another does not notice, a third comes up later', () => {
    const result = run({
      mode,
      manifests: [
        service(),
        service([], 'other', 'other'),
        service([], 'late', 'late'),
        pod({ name: 'p1', node: 'node-1' }),
        pod({ name: 'o1', node: 'node-1', app: 'other' }),
        pod({ name: 'l1', node: 'node-2', app: 'late', ready: false }),
      ],
      clients: [
        clientOf('client'),
        clientOf('other', ['target: http://other']),
        clientOf('late', ['target: http://late']),
      ],
      timeline: [
        '{ at: 3s, setReady: { target: pod/p1, ready: false } }',
        '{ at: 6s, setReady: { target: pod/l1, ready: true } }',
      ],
    });
    expect(whoServed(result, 0, 3)).toEqual(['p1']);
    expect(whoServed(result, 3.1)).toEqual(['refused']);
    expect(whoServed(result, 0, Infinity, 'other')).toEqual(['o1']);
    expect(whoServed(result, 0, 6, 'late')).toEqual(['refused']);
    expect(whoServed(result, 6.1, Infinity, 'late')).toEqual(['l1']);
  });

  it('row 14: rejected when no endpoints: REFUSED at once, by ClusterIP and by node port (O5)', () => {
    const manifests = [
      service(['type: NodePort']),
      pod({ name: 'p1', node: 'node-1', app: 'other' }),
    ];
    const result = run({
      mode,
      manifests,
      clients: [
        clientOf('client', ['arrival: { constant: { rate: 1/s } }']),
        clientOf('outside', [
          'arrival: { constant: { rate: 1/s } }',
          'external: true',
          'via: NodePort',
        ]),
      ],
    });
    expect(whoServed(result)).toEqual(['refused']);
    expect(whoServed(result, 0, Infinity, 'outside')).toEqual(['refused']);
    // Less than a round trip to a pod: the client's own node answers.
    const own = result.requests.filter(({ client }) => client === 'client');
    for (const { latencyNs } of own) expect(latencyNs).toBeLessThan(200e3);
  });

  it('row 15: rejected for evicted pods, which never count, not even with publishNotReadyAddresses', () => {
    const evicted = pod({ name: 'p1', node: 'node-1', phase: 'Failed' });
    const result = run({
      mode,
      manifests: [service(['publishNotReadyAddresses: true']), evicted],
      client: ['arrival: { constant: { rate: 1/s } }'],
    });
    expect(whoServed(result)).toEqual(['refused']);
  });

  it('row 16: with publishNotReadyAddresses unready and terminating pods receive traffic, without it none', () => {
    const pods = [
      pod({ name: 'unready', node: 'node-1', ready: false }),
      pod({ name: 'leaving', node: 'node-2' }),
      pod({ name: 'ready', node: 'node-2' }),
    ];
    const timeline = ['{ at: 1s, deletePod: { target: pod/leaving } }'];
    const clients = [clientOf('client'), clientOf('outside', ['external: true', 'via: NodePort'])];
    const spec = (field: string) => ({
      mode,
      manifests: [service(['type: NodePort', field]), ...pods],
      timeline,
      clients,
    });
    const published = run(spec('publishNotReadyAddresses: true'));
    const usual = run(spec('publishNotReadyAddresses: false'));
    for (const client of ['client', 'outside']) {
      expect(whoServed(published, 1.1, 10, client)).toEqual(['leaving', 'ready', 'unready']);
      expect(whoServed(usual, 1.1, 10, client)).toEqual(['ready']);
    }
  });

  it('row 16: an unready pod that is new receives traffic before it is ready', () => {
    const text = DEPLOYMENT.replace('name: main,', 'name: main,');
    const result = run({
      mode,
      manifests: [service(['publishNotReadyAddresses: true']), text],
      timeline: ['{ at: 2s, scale: { target: deployment/web, replicas: 2 } }'],
    });
    // Its address is known 30 ms later; its process starts within 1 to 3 s, and refuses until then.
    expect(met(result, 2.1, 3)['refused']).toBeGreaterThan(0);
    expect(whoServed(result, 5.1)).toEqual(['web-0', 'web-1']);
  });

  it('row 18: fallback to terminating endpoints, internalTrafficPolicy Cluster: both nodes keep reaching the only pod (O7)', () => {
    const result = run({
      mode,
      manifests: [
        service(),
        pod({ name: 'p1', node: 'node-1' }),
        pod({ name: 'c1', node: 'node-1', app: 'c' }),
        pod({ name: 'c2', node: 'node-2', app: 'c2' }),
      ],
      clients: [clientOf('near', ['from: pod/c1']), clientOf('far', ['from: pod/c2'])],
      timeline: ['{ at: 3s, deletePod: { target: pod/p1 } }'],
    });
    expect(whoServed(result, 0, 10, 'near')).toEqual(['p1']);
    expect(whoServed(result, 0, 10, 'far')).toEqual(['p1']);
  });

  it('row 27: slices mirror pods: two Services over the same pods, one of which selects fewer', () => {
    const both = pod({ name: 'p1', node: 'node-1' }).replace('app: web', 'app: web, tier: front');
    const result = run({
      mode,
      manifests: [
        service(),
        service([], 'front').replace('app: web }\n  ports', 'app: web, tier: front }\n  ports'),
        both,
        pod({ name: 'p2', node: 'node-2' }),
      ],
      clients: [clientOf('client'), clientOf('front', ['target: http://front'])],
      timeline: ['{ at: 4s, setReady: { target: pod/p1, ready: false } }'],
    });
    expect(whoServed(result, 0, 4)).toEqual(['p1', 'p2']);
    expect(whoServed(result, 0, 4, 'front')).toEqual(['p1']);
    expect(whoServed(result, 4.1)).toEqual(['p2']);
    expect(whoServed(result, 4.1, 10, 'front')).toEqual(['refused']);
  });

  it('O7: with another pod ready, one that terminates gets nothing', () => {
    const result = run({
      mode,
      manifests: [
        service(),
        pod({ name: 'p1', node: 'node-1' }),
        pod({ name: 'p2', node: 'node-2' }),
      ],
      timeline: ['{ at: 3s, deletePod: { target: pod/p1 } }'],
    });
    expect(whoServed(result, 3.1)).toEqual(['p2']);
  });
});

it('row 26: service endpoint latency: 200 Services, 15 at a time: half within 20 s, 99 of 100 within 50 s', () => {
  const names = Array.from({ length: 200 }, (_, i) => `s${i}`);
  const result = run({
    nodes: '[{ namePrefix: node, count: 10 }]',
    manifests: names.flatMap((name, i) => [
      service([], name, name),
      pod({ name, node: `node-${1 + (i % 10)}`, app: name, ready: false }),
    ]),
    client: ['target: http://s0', 'arrival: { constant: { rate: 1/s } }'],
    timeline: names.map(
      (name, i) =>
        `{ at: ${1 + Math.floor(i / 15)}s, setReady: { target: pod/${name}, ready: true } }`,
    ),
    // What a cluster has unless somebody says otherwise.
    controlPlane: '{}',
    duration: 60,
  });
  const [all] = result.networkProgramming;
  // The client's node is the one that counts.
  expect(all).toMatchObject({ changes: 200, pending: 0 });
  const sketch = Histogram.fromData(all!.latency);
  expect(sketch.quantile(0.5)).toBeLessThan(20e9);
  expect(sketch.quantile(0.99)).toBeLessThan(50e9);
}, 30_000);

describe('internalTrafficPolicy Local', () => {
  const clients = [
    pod({ name: 'c1', node: 'node-1', app: 'c' }),
    pod({ name: 'c2', node: 'node-2', app: 'c' }),
  ];
  const callers = [
    clientOf('near', ['from: pod/c1', 'arrival: { constant: { rate: 1/s } }']),
    clientOf('far', ['from: pod/c2', 'arrival: { constant: { rate: 1/s } }']),
  ];
  const local = service(['internalTrafficPolicy: Local']);

  it.each(ALL_MODES)(
    'row 17: a client on a node with an endpoint always gets that, one elsewhere fails, with %s (O5)',
    (mode) => {
      const result = run({
        mode,
        manifests: [
          local,
          ...clients,
          pod({ name: 'p1', node: 'node-1' }),
          pod({ name: 'p3', node: 'node-3' }),
        ],
        clients: callers,
      });
      expect(whoServed(result, 0, 10, 'near')).toEqual(['p1']);
      // iptables and nftables drop; ipvs has no server, and Cilium no backend, and so they refuse.
      const failure = mode === 'ipvs' || mode === 'ebpf' ? 'refused' : 'connectTimeout';
      expect(whoServed(result, 0, 10, 'far')).toEqual([failure]);
    },
  );

  it.each(ALL_MODES)(
    'row 19: fallback to terminating endpoints: the client of the same node works, the other fails, with %s',
    (mode) => {
      const result = run({
        mode,
        manifests: [local, ...clients, pod({ name: 'p1', node: 'node-1' })],
        clients: callers,
        timeline: ['{ at: 3s, deletePod: { target: pod/p1 } }'],
      });
      expect(whoServed(result, 0, 10, 'near')).toEqual(['p1']);
      expect(whoServed(result, 0, 10, 'far')).toHaveLength(1);
      expect(whoServed(result, 0, 10, 'far')).not.toEqual(['p1']);
    },
  );
});
