/** Rows of Kubernetes' end-to-end tests about session affinity and what source addresses the rules see. */
import { describe, expect, it } from 'vitest';
import { ALL_MODES, clientOf, met, pod, run, service, whoServed } from './cluster.ts';

const PODS = ['node-1', 'node-2', 'node-3', 'node-1', 'node-2', 'node-3'].map((node, i) =>
  pod({ name: `p${i}`, node }),
);
const affine = (timeout = 10_800): string =>
  service([
    'type: NodePort',
    'sessionAffinity: ClientIP',
    `sessionAffinityConfig: { clientIP: { timeoutSeconds: ${timeout} } }`,
  ]);

/** A connection every `gap` seconds. */
const every = (gap: number): string => `arrival: { constant: { rate: ${60 / gap}/m } }`;

describe.each(ALL_MODES)('with %s', (mode) => {
  it('row 4: session affinity by ClusterIP and by node port: one client, one backend', () => {
    const result = run({
      mode,
      manifests: [affine(), ...PODS],
      clients: [
        clientOf('inside'),
        clientOf('outside', ['external: true', 'target: http://node-2:30086']),
      ],
    });
    for (const client of ['inside', 'outside']) {
      expect(whoServed(result, 0, 10, client)).toHaveLength(1);
      expect(Object.values(met(result, 0, 10, client))[0]).toBeGreaterThan(90);
    }
  });

  it('row 5: without affinity the connections of one client spread', () => {
    const manifests = [service(['type: NodePort']), ...PODS];
    const clients = [clientOf('inside'), clientOf('outside', ['external: true', 'via: NodePort'])];
    const result = run({ mode, manifests, clients });
    for (const client of ['inside', 'outside']) {
      expect(whoServed(result, 0, 10, client).length).toBeGreaterThan(3);
    }
  });

  it('row 6: affinity ends after its timeout without a new connection, and not before (O10)', () => {
    const manifests = [affine(5), ...PODS];
    const often = run({ mode, manifests, client: [every(4)], duration: 200 });
    // In ipvs a connection holds on to the affinity until its own entry is gone, 120 s after its FINs.
    const gap = mode === 'ipvs' ? 130 : 7;
    const rarely = run({ mode, manifests, client: [every(gap)], duration: 30 * gap });
    expect(whoServed(often)).toHaveLength(1);
    expect(whoServed(rarely).length).toBeGreaterThan(2);
  });

  it('row 9: the source pod IP is what the rules see: pods of one node have backends of their own', () => {
    const clients = Array.from({ length: 12 }, (_, i) =>
      pod({ name: `c${i}`, node: 'node-1', app: 'client' }),
    );
    const result = run({
      mode,
      manifests: [affine(), ...PODS, ...clients],
      clients: clients.map((_, i) => clientOf(`c${i}`, [`from: pod/c${i}`, every(1)])),
    });
    const served = clients.map((_, i) => whoServed(result, 0, 10, `c${i}`));
    expect(served.every((pods) => pods.length === 1)).toBe(true);
    expect(new Set(served.flat()).size).toBeGreaterThan(1);
  });

  it('row 10: hairpin: a pod reaches itself by ClusterIP and by node port', () => {
    const result = run({
      mode,
      manifests: [service(['type: NodePort']), pod({ name: 'p0', node: 'node-1' })],
      clients: [
        clientOf('inside', ['from: pod/p0']),
        clientOf('outside', ['from: pod/p0', 'via: NodePort']),
      ],
    });
    expect(whoServed(result, 0, 10, 'inside')).toEqual(['p0']);
    expect(whoServed(result, 0, 10, 'outside')).toEqual(['p0']);
  });
});
