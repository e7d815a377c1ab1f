/** Rows of Kubernetes' end-to-end tests about traffic distribution (k8s test/e2e/network/traffic_distribution.go). */
import { describe, expect, it } from 'vitest';
import { ALL_MODES, clientOf, pod, run, service, whoServed } from './cluster.ts';

const NODES = '[{ namePrefix: node, count: 6, zones: [a, b, c] }]';
/** Zone a has nodes 1 and 4, b has 2 and 5, c has 3 and 6 and no pods. */
const PODS = [1, 4, 2, 5].map((n) => pod({ name: `p${n}`, node: `node-${n}` }));
const CALLERS = [1, 2, 3].map((n) => pod({ name: `c${n}`, node: `node-${n}`, app: 'client' }));

const served = (mode: (typeof ALL_MODES)[number], manifest: string): string[][] => {
  const result = run({
    mode,
    nodes: NODES,
    manifests: [manifest, ...PODS, ...CALLERS],
    clients: [1, 2, 3].map((n) => clientOf(`c${n}`, [`from: pod/c${n}`])),
  });
  return [1, 2, 3].map((n) => whoServed(result, 0, 10, `c${n}`));
};

const ANY = ['p1', 'p2', 'p4', 'p5'];

describe.each(ALL_MODES)('with %s', (mode) => {
  it.each(['PreferClose', 'PreferSameZone'])(
    'row 25: traffic distribution %s: own zone where it has pods, any pod elsewhere (O13)',
    (distribution) => {
      const found = served(mode, service([`trafficDistribution: ${distribution}`]));
      expect(found).toEqual([['p1', 'p4'], ['p2', 'p5'], ANY]);
    },
  );

  it('row 25: traffic distribution PreferSameNode: own node, else own zone, else any pod', () => {
    const found = served(mode, service(['trafficDistribution: PreferSameNode']));
    expect(found).toEqual([['p1'], ['p2'], ANY]);
  });

  it('without it, any pod from everywhere', () => {
    expect(served(mode, service())).toEqual([ANY, ANY, ANY]);
  });
});

describe('topology-mode Auto', () => {
  const auto = service().replace(
    'name: web }',
    'name: web, annotations: { service.kubernetes.io/topology-mode: Auto } }',
  );
  const callers = ['a', 'b', 'c'];
  const spread = (pods: number): string[][] => {
    const result = run({
      nodes: '[{ namePrefix: node, count: 3, zones: [a, b, c] }]',
      manifests: [
        auto,
        ...Array.from({ length: pods }, (_, i) =>
          pod({ name: `p${i}`, node: `node-${(i % 3) + 1}` }),
        ),
        ...callers.map((zone, i) => pod({ name: zone, node: `node-${i + 1}`, app: 'client' })),
      ],
      clients: callers.map((zone) => clientOf(zone, [`from: pod/${zone}`])),
    });
    return callers.map((zone) => whoServed(result, 0, 10, zone));
  };

  it("O14: keeps traffic of three equal zones in each with 6 pods, and nobody's with 4", () => {
    expect(spread(6)).toEqual([
      ['p0', 'p3'],
      ['p1', 'p4'],
      ['p2', 'p5'],
    ]);
    const all = ['p0', 'p1', 'p2', 'p3'];
    expect(spread(4)).toEqual([all, all, all]);
  });
});
