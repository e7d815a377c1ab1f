/**
 * The scenario of somebody who has no manifests at hand: one Service, five pods, three client pods, and the three
 * modes of kube-proxy. Each line says why it is there, and all of it is meant to be changed.
 */
import { scenarioHead } from './scenario-head.ts';

export const FIRST_SCENARIO: string = `${scenarioHead(
  'first',
  'What do callers of one Service in front of five pods see, in each mode of kube-proxy?',
)}spec:
  seed: 42                      # the same seed, the same bytes
  replications: 5               # independent runs: how far chance moves the numbers
  warmUp: 5s                    # simulated, not measured
  duration: 1m                  # measured
  nodes:
    - { namePrefix: worker, count: 3, zones: [zone-a, zone-b, zone-c], cpu: 4 }
  workloads:
    - target: deployment/shop   # the Deployment below
      serviceTime: { lognormal: { p50: 10ms, p99: 60ms } }   # the work of one request in a pod: measure yours
      concurrency: 2            # requests that a pod serves at once; more wait in its queue
  clients:
    - name: web
      replicas: 3               # client pods
      target: http://shop.default.svc.cluster.local:80
      arrival: { poisson: { rate: 200/s } }   # of all three together
      # connection: { mode: KeepAlive, pool: 4 }   # without it: a connection for each request
      connectTimeout: 1s
      timeout: 2s
  thresholds:                   # what must hold; a miss makes the exit status 10
    - latency.p99 < 250ms
    - errors.ratio < 0.1%
    - balance.maxOverMean < 1.25   # the busiest pod against the mean
  variants:                     # what is compared; the first is the reference
    - { name: iptables, set: { proxy.mode: iptables } }
    - { name: nftables, set: { proxy.mode: nftables } }
    - { name: ipvs, set: { proxy.mode: ipvs } }
  # timeline:                   # what happens while it runs
  #   - { at: 20s, rollout: { target: deployment/shop } }
---
# Manifests as kubectl takes them. In files of their own: include: [deploy/shop.yaml]
apiVersion: v1
kind: Service
metadata: { name: shop }
spec:
  selector: { app: shop }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 5
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - name: shop
          image: example.com/shop:1.0.0
          ports: [{ containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 5 }
`;
