/** How clients outside the cluster come in, and rows of Kubernetes' end-to-end tests about node ports. */
import { describe, expect, it } from 'vitest';
import { part } from '../recorded.ts';
import { ALL_MODES, clientOf, met, pod, run, service, whoServed } from './cluster.ts';

const P1 = pod({ name: 'p1', node: 'node-1' });
const outside = (name: string, ...lines: string[]): string =>
  clientOf(name, ['external: true', 'arrival: { constant: { rate: 2/s } }', ...lines]);
const CALLER = pod({ name: 'caller', node: 'node-3', app: 'client' });
const INGRESS = pod({ name: 'nginx', node: 'node-2', app: 'nginx' });
const local = (type = 'NodePort'): string =>
  service([`type: ${type}`, 'externalTrafficPolicy: Local']);

describe.each(ALL_MODES)('with %s', (mode) => {
  it('a client outside gets no answer from a ClusterIP, and does by node port, load balancer and Ingress', () => {
    const result = run({
      mode,
      manifests: [service(['type: LoadBalancer']), P1, INGRESS],
      clients: [
        outside('ip'),
        outside('port', 'via: NodePort'),
        outside('balancer', 'via: LoadBalancer'),
        outside('ingress', 'via: { ingress: pod/nginx, proxyTime: 1ms }'),
      ],
    });
    expect(whoServed(result, 0, 10, 'ip')).toEqual(['connectTimeout']);
    for (const client of ['port', 'balancer', 'ingress']) {
      expect(whoServed(result, 0, 10, client)).toEqual(['p1']);
    }
  });

  it('row 7: functioning NodePort: every node answers at its port, whatever node the pod is on', () => {
    const result = run({
      mode,
      manifests: [service(['type: NodePort']), P1],
      clients: [1, 2, 3].map((n) => outside(`n${n}`, `target: http://node-${n}:30086`)),
    });
    for (const n of [1, 2, 3]) expect(whoServed(result, 0, 10, `n${n}`)).toEqual(['p1']);
  });

  it('row 7: of type ClusterIP its node port is free, and nobody answers there', () => {
    const call = (): unknown =>
      run({
        mode,
        manifests: [service(), P1],
        clients: [outside('c', 'target: http://node-1:30086')],
      });
    expect(call).toThrow('no Service has the node port 30086');
  });

  it('row 13: kube-proxy does not program a Service with a service-proxy-name label', () => {
    const label = 'labels: { service.kubernetes.io/service-proxy-name: other }';
    const labelled = service().replace('name: web }', `name: web, ${label} }`);
    const result = run({
      mode,
      manifests: [labelled, P1],
      client: ['arrival: { constant: { rate: 1/s } }'],
    });
    expect(whoServed(result)).toEqual(['connectTimeout']);
  });

  it('row 20: fallback to terminating endpoints, externalTrafficPolicy Cluster: all nodes keep reaching the only pod', () => {
    const result = run({
      mode,
      manifests: [service(['type: NodePort']), P1],
      clients: [1, 2].map((n) => outside(`n${n}`, `target: http://node-${n}:30086`)),
      timeline: ['{ at: 3s, deletePod: { target: pod/p1 } }'],
    });
    expect(whoServed(result, 0, 10, 'n1')).toEqual(['p1']);
    expect(whoServed(result, 0, 10, 'n2')).toEqual(['p1']);
  });

  it('row 20: fallback to terminating endpoints, externalTrafficPolicy Local: the node of the pod only (O5)', () => {
    const result = run({
      mode,
      manifests: [local(), P1],
      clients: [1, 2].map((n) => outside(`n${n}`, `target: http://node-${n}:30086`)),
      timeline: ['{ at: 3s, deletePod: { target: pod/p1 } }'],
    });
    expect(whoServed(result, 0, 10, 'n1')).toEqual(['p1']);
    const failure = mode === 'ipvs' || mode === 'ebpf' ? 'refused' : 'connectTimeout';
    expect(whoServed(result, 0, 10, 'n2')).toEqual([failure]);
  });

  it('row 20: what a pod sends to the node port of its own node is treated as under policy Cluster', () => {
    const result = run({
      mode,
      manifests: [local(), P1, CALLER],
      clients: [
        clientOf('own', ['from: pod/caller', 'target: http://node-3:30086']),
        clientOf('other', [
          'from: pod/caller',
          'target: http://node-2:30086',
          'arrival: { constant: { rate: 1/s } }',
        ]),
      ],
    });
    expect(whoServed(result, 0, 10, 'own')).toEqual(['p1']);
    expect(whoServed(result, 0, 10, 'other')).not.toContain('p1');
  });
});

describe('a load balancer', () => {
  const pods = [P1, pod({ name: 'p3', node: 'node-3' })];
  const clients = [outside('client', 'via: LoadBalancer')];

  it('passes by nodes without a ready endpoint under externalTrafficPolicy Local, as soon as they know', () => {
    const result = run({
      manifests: [local('LoadBalancer'), ...pods],
      clients,
      timeline: ['{ at: 5s, setReady: { target: pod/p1, ready: false } }'],
    });
    expect(whoServed(result, 0, 5)).toEqual(['p1', 'p3']);
    expect(whoServed(result, 5.1, 10)).toEqual(['p3']);
    // Each node serves from its own pods: no further leg.
    expect(new Set(result.requests.map((one) => part(one, 'network')))).toEqual(new Set([200e3]));
  });

  it('gets no answer where no node has one', () => {
    const result = run({
      manifests: [local('LoadBalancer'), ...pods],
      clients,
      timeline: ['{ at: 0s, scale: { target: pod/p1, replicas: 0 } }']
        .slice(1)
        .concat(
          pods.map(
            (_, i) => `{ at: 0s, setReady: { target: pod/p${i === 0 ? 1 : 3}, ready: false } }`,
          ),
        ),
    });
    expect(whoServed(result, 0.1)).toEqual(['connectTimeout']);
  });

  it('spreads over all nodes under Cluster, from which two of three pass the packets on', () => {
    const result = run({
      manifests: [service(['type: LoadBalancer']), P1],
      clients: [outside('client', 'via: LoadBalancer', 'arrival: { constant: { rate: 100/s } }')],
    });
    const direct = result.requests.filter((one) => part(one, 'network') === 200e3).length;
    const passedOn = result.requests.filter((one) => part(one, 'network') === 400e3).length;
    expect(direct + passedOn).toBe(result.requests.length);
    // Binomial(999, 1/3): mean 333, 4 sigma = 60: a false alarm in 16,000 seeds.
    expect(Math.abs(direct - 333)).toBeLessThan(60);
  });
});

describe('an Ingress', () => {
  const manifests = [service(), P1, INGRESS];

  it('adds a crossing each way and what its proxy takes, on connections of its own', () => {
    const result = run({
      manifests,
      clients: [
        outside(
          'client',
          'via: { ingress: pod/nginx, proxyTime: 1ms }',
          'connection: { mode: KeepAlive }',
        ),
      ],
    });
    // All requests go over the one connection of the one proxy pod.
    expect(result.connections).toHaveLength(1);
    expect(result.connections[0]).toMatchObject({ node: 'node-2', pod: 'p1' });
    const [, second] = result.requests;
    expect(part(second!, 'proxy')).toBe(1e6);
    expect(part(second!, 'network')).toBe(400e3);
    expect(second!.latencyNs).toBe(1.4e6);
  });

  it('lets its clients know of failures one crossing later, and of timeouts at once', () => {
    const nothing = run({
      manifests: [service(), INGRESS],
      clients: [outside('client', 'via: { ingress: pod/nginx, proxyTime: 1ms }')],
    });
    expect(new Set(nothing.requests.map(({ outcome }) => outcome))).toEqual(new Set(['refused']));
    expect(new Set(nothing.requests.map(({ latencyNs }) => latencyNs))).toEqual(new Set([1.2e6]));
    for (const timeout of ['50us', '600us', '1250us']) {
      const late = run({
        manifests,
        clients: [
          outside('client', 'via: { ingress: pod/nginx, proxyTime: 1ms }', `timeout: ${timeout}`),
        ],
      });
      expect(Object.keys(met(late))).toEqual(['timeout']);
      expect(new Set(late.requests.map(({ latencyNs }) => latencyNs)).size).toBe(1);
      const { partsNs, latencyNs } = late.requests[0]!;
      expect(partsNs.reduce((sum, one) => sum + one)).toBe(latencyNs);
    }
  });
});
