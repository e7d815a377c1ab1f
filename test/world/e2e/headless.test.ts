/** Headless Services: clients pick an address that DNS has. */
import { describe, expect, it } from 'vitest';
import { countsOf } from '../../proxy/planes.ts';
import { met, pod, run, service, whoServed } from './cluster.ts';

const HEADLESS = service(['clusterIP: None']);
const NAMED = 'target: service/web:http';
const PODS = [0, 1, 2].map((i) => pod({ name: `p${i}`, node: `node-${i + 1}` }));

describe('a headless Service', () => {
  it('is called at the ports of its pods, each as often as the others', () => {
    const result = run({
      manifests: [HEADLESS, ...PODS],
      client: ['target: http://web:8080', 'arrival: { constant: { rate: 300/s } }'],
    });
    const picked = result.requests.map(({ pod: name }) => Number(name.slice(1)));
    // Multinomial(2999, 1/3): sigma is 26; a pod is off by 5 sigma in one of half a million seeds.
    for (const count of countsOf(picked, 3)) expect(Math.abs(count - 1000)).toBeLessThan(130);
    expect(new Set(result.connections.map(({ verdict }) => verdict))).toEqual(
      new Set(['forwarded']),
    );
    expect(result.connections[0]!.endpoint).toMatch(/:8080$/);
  });

  it('resolves to ready pods only, a watch behind the slices; no kube-proxy syncs for it', () => {
    const result = run({
      manifests: [HEADLESS, ...PODS],
      client: [NAMED],
      timeline: ['{ at: 5s, setReady: { target: pod/p0, ready: false } }'],
    });
    expect(whoServed(result, 0, 5)).toEqual(['p0', 'p1', 'p2']);
    expect(whoServed(result, 5.1)).toEqual(['p1', 'p2']);
    expect(result.totals.syncs).toBe(0);
  });

  it('resolves to unready pods too where they are published', () => {
    const published = service(['clusterIP: None', 'publishNotReadyAddresses: true']);
    const unready = pod({ name: 'p3', node: 'node-1', ready: false });
    const result = run({ manifests: [published, ...PODS, unready], client: [NAMED] });
    expect(whoServed(result)).toEqual(['p0', 'p1', 'p2', 'p3']);
  });

  it('without ready pods has a name without addresses: nobody connects', () => {
    const result = run({
      manifests: [HEADLESS, pod({ name: 'p', node: 'node-1', ready: false })],
      client: [NAMED],
    });
    expect(Object.keys(met(result))).toEqual(['dns']);
    expect(result.connections).toEqual([]);
    const kept = run({
      manifests: [HEADLESS],
      client: [NAMED, 'connection: { mode: KeepAlive, pool: 2 }'],
    });
    expect(Object.keys(met(kept))).toEqual(['dns']);
  });

  it('does not fall back to pods that terminate, as kube-proxies would (O7)', () => {
    const result = run({
      manifests: [HEADLESS, pod({ name: 'p', node: 'node-1' })],
      client: [NAMED],
      timeline: ['{ at: 5s, deletePod: { target: pod/p } }'],
    });
    expect(whoServed(result, 5.1)).toEqual(['dns']);
  });

  it('is out of reach from outside', () => {
    const result = run({ manifests: [HEADLESS, ...PODS], client: [NAMED, 'external: true'] });
    expect(whoServed(result)).toEqual(['connectTimeout']);
  });

  it('clients that keep answers go on calling a pod that is unready until they ask again', () => {
    const called = (cache: string): Record<string, number> =>
      met(
        run({
          manifests: [HEADLESS, ...PODS],
          client: [NAMED],
          dns: `{ enabled: true, cache: ${cache} }`,
          timeline: ['{ at: 35s, setReady: { target: pod/p0, ready: false } }'],
          duration: 100,
        }),
        36,
        65,
      );
    expect(called('none')['p0']).toBeUndefined();
    expect(called('client')['p0']).toBeGreaterThan(0);
  });
});

describe('O4: connections that are kept', () => {
  it('stay with the pods they have: pods that are ready later get nothing until one is made anew', () => {
    const keep = (more: string) =>
      run({
        manifests: [service(), ...PODS],
        client: [
          `connection: { mode: KeepAlive, pool: 4${more} }`,
          'arrival: { poisson: { rate: 200/s } }',
        ],
        timeline: [
          '{ at: 0s, setReady: { target: pod/p1, ready: false, for: 2s } }',
          '{ at: 0s, setReady: { target: pod/p2, ready: false, for: 2s } }',
          '{ at: 0s, setReady: { target: pod/p0, ready: true } }',
        ],
      });
    const forEver = run({
      manifests: [
        service(),
        ...PODS.slice(0, 1),
        pod({ name: 'p1', node: 'node-2', ready: false }),
      ],
      client: ['connection: { mode: KeepAlive, pool: 4 }'],
      timeline: ['{ at: 2s, setReady: { target: pod/p1, ready: true } }'],
    });
    expect(whoServed(forEver)).toEqual(['p0']);
    expect(whoServed(keep(', maxRequests: 50'), 5)).toEqual(['p0', 'p1', 'p2']);
  });
});
