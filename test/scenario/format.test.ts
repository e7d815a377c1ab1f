/** The example of the format's documentation: what is built is read, what is not is refused by name. */
import { describe, expect, it } from 'vitest';
import { load, problems } from './memory-reader.ts';

const CHECKOUT = `apiVersion: v1
kind: Service
metadata: { name: checkout, namespace: shop }
spec:
  selector: { app: checkout }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: checkout, namespace: shop }
spec:
  replicas: 8
  selector: { matchLabels: { app: checkout } }
  template:
    metadata: { labels: { app: checkout } }
    spec:
      containers:
        - { name: checkout, ports: [{ containerPort: 8080 }], readinessProbe: { httpGet: { port: 8080 } } }
---
apiVersion: v1
kind: Service
metadata: { name: stock, namespace: shop }
spec: { selector: { app: stock }, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: stock, namespace: shop, labels: { app: stock } }
spec: { containers: [{ name: stock }] }
`;

const EXAMPLE = `# yaml-language-server: $schema=../svcsim.schema.json
apiVersion: svcsim/v1alpha1
kind: Scenario
metadata:
  name: checkout-rollout
  annotations: { svcsim/question: Does a rolling update keep p99 under 120 ms? }
spec:
  seed: 42
  replications: 10
  warmUp: 30s
  duration: 10m
  include: [../deploy/checkout.yaml]
  nodes:
    - { namePrefix: worker, count: 6, zones: [eu-1a, eu-1b, eu-1c], cpu: 8 }
  network:
    sameNode: 30us
    sameZone: 250us
    crossZone: { lognormal: { p50: 900us, p99: 2ms } }
    external: 20ms
  proxy:
    mode: iptables
    minSyncPeriod: 1s
    syncPeriod: 30s
    ipvs: { scheduler: rr }
    otherServices: 5000
    perNode: { worker-3: { mode: nftables } }
  controlPlane:
    watch: { lognormal: { p50: 10ms, p99: 65ms } }
  dns: { enabled: true }
  workloads:
    - target: deployment/checkout
      serviceTime: { lognormal: { p50: 8ms, p99: 60ms } }
      concurrency: 4
      queueLimit: 128
      startUp: { uniform: { min: 4s, max: 12s } }
      errorRate: 0.01%
      calls: [{ target: service/stock, at: 50%, probability: 0.3 }]
  clients:
    - name: web
      replicas: 40
      target: http://checkout.shop.svc.cluster.local:80
      arrival: { poisson: { rate: 2000/s } }
      connection: { mode: KeepAlive, pool: 4, reuse: Lifo, maxRequests: 1000, maxAge: 10m, idleTimeout: 90s }
      connectTimeout: 1s
      timeout: 2s
      retry: { attempts: 2, on: [refused, timeout, "503"], backoff: { base: 25ms, factor: 2, jitter: Full }, budget: 20% }
  timeline:
    - { at: 2m, rollout: { target: deployment/checkout }, as: rollout }
    - { at: 6m, nodeDown: { node: worker-3, for: 90s } }
    - { at: 8m, scale: { target: deployment/checkout, replicas: 12 }, as: bigger }
  thresholds:
    - latency.p99 < 120ms
    - errors.ratio < 0.1%
    - balance.maxOverMean < 1.25
    - { expr: latency.p99 < 400ms, during: bigger, severity: Warn }
  variants:
    - { name: iptables, set: { proxy.mode: iptables } }
    - { name: ipvs-rr, set: { proxy.mode: ipvs } }
    - { name: nftables, set: { proxy.mode: nftables } }
  sweep:
    parameters: { replicas: { path: "deployment/checkout:spec.replicas", values: 6..12 } }
`;

const files = { '../deploy/checkout.yaml': CHECKOUT };

describe('the example', () => {
  it('loads, with a word on the pod that it tells nothing of', () => {
    const result = load(EXAMPLE, files);
    expect(problems(result).map((line) => line.replace(/^\S+ /, ''))).toEqual([
      'warning spec.workloads: pod/stock backs "stock" and has no serviceTime: it is taken as 0s',
    ]);
    if (!result.ok) return;
    const { base, variants } = result.scenario;
    expect(variants.map(({ variant }) => variant)).toEqual(['iptables', 'ipvs-rr', 'nftables']);
    expect(base.clients[0]?.replicas).toHaveLength(40);
    expect(base.clients[1]).toMatchObject({ name: 'checkout->stock', origin: 0 });
    expect(base.workloads[0]?.calls?.steps).toMatchObject([
      { at: 0.5, parallel: [{ client: 1, probability: 0.3 }] },
    ]);
    expect(base.nodes[2]).toMatchObject({ name: 'worker-3', zone: 'eu-1c' });
    expect(base.proxies.map(({ mode }) => mode)).toEqual(['iptables', 'nftables']);
    expect(base.timeline).toEqual([
      { kind: 'rollout', at: 150e9, window: 1, workload: 0, revision: null },
      { kind: 'nodeDown', at: 390e9, window: 2, node: 2, lasts: 90e9 },
      { kind: 'scale', at: 510e9, window: 3, workload: 0, replicas: 12 },
    ]);
    expect(base.windows.slice(1)).toEqual([
      { name: 'rollout', from: null, to: null },
      { name: 'nodeDown', from: 390e9, to: 480e9 },
      { name: 'bigger', from: null, to: null },
    ]);
    expect(base.clients[0]?.connection).toEqual({
      mode: 'KeepAlive',
      pool: 4,
      warmUp: 0,
      reuse: 'Lifo',
      maxRequests: 1000,
      maxAge: 600e9,
      maxAgeJitter: 0,
      idleTimeout: 90e9,
    });
  });
});
