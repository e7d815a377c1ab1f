/** Meshes and proxies that balance, as they are written: what they become, and what is refused with which mend. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, SHOP } from './memory-reader.ts';

const STOCK = SHOP.replaceAll('shop', 'stock').replace(
  /^ {2}ports: .*$/m,
  `  type: NodePort
  ports:
    - { name: http, port: 80, targetPort: 8080, nodePort: 30090 }
    - { name: udp, port: 53, protocol: UDP, targetPort: 5353 }`,
);
const GATE = SHOP.replaceAll('shop', 'gate');
const PODS = STOCK.replace(/---\napiVersion: apps[^]*/, '')
  .replace('name: stock }', 'name: stock-pods }')
  .replace('type: NodePort', 'clusterIP: None')
  .replace(', nodePort: 30090', '');

/** Who calls the stock: a client of the file, or the pods of the shop as they serve one. */
const CALLERS = ['a client', 'a call'] as const;
type Caller = (typeof CALLERS)[number];
const PATHS: Readonly<Record<Caller, string>> = {
  'a client': 'spec.clients[0]',
  'a call': 'spec.workloads[0].calls[0]',
};

/** A scenario in which one of them is written like this; `spec` adds lines to its spec. */
function calling(caller: Caller, fields: string, spec = '', target = 'http://stock'): string {
  const written = `{ ${[`target: ${target}`, fields].filter((part) => part !== '').join(', ')}`;
  const client = `${written}, name: web, arrival: { poisson: { rate: 100/s } } }`;
  const other = '{ target: http://shop, name: web, arrival: { poisson: { rate: 100/s } } }';
  const calls = caller === 'a call' ? `, calls: [${written} }]` : '';
  return `apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: test }
spec:
  nodes: [{ namePrefix: node, count: 2 }]
  workloads:
    - { target: deployment/shop, serviceTime: 10ms${calls} }
    - { target: deployment/stock, serviceTime: 5ms }
  clients:
    - ${caller === 'a client' ? client : other}
${spec === '' ? '' : `${spec}\n`}${SHOP}${STOCK}${PODS}${GATE}`;
}

/** Of those who call the stock. */
const planned = (caller: Caller, text: string) => {
  const { clients } = loaded(text).base;
  return clients[caller === 'a client' ? 0 : 1]!;
};

/** The findings, and what is to be done about the first. */
function found(text: string): { readonly texts: string; readonly hints: string } {
  const result = load(text);
  const findings = result.ok ? result.warnings : result.diagnostics;
  return {
    texts: problems(result).join('\n'),
    hints: findings.map(({ hint }) => hint).join('\n'),
  };
}

const AMBIENT = '  mesh: { mode: Ambient }';
const SIDECAR = '  mesh: { mode: Sidecar }';

describe.each(CALLERS)('%s in a mesh', (caller) => {
  const path = PATHS[caller];

  it('is behind a sidecar that picks for each request, with the defaults of Istio', () => {
    const own = planned(caller, calling(caller, 'mesh: {}'));
    expect(own).toMatchObject({
      mesh: { mode: 'Sidecar', routing: { timeout: null, retry: { attempts: 2 } } },
      balancer: { policy: { kind: 'least_request', choices: 2 }, hostSelectionRetries: 5 },
      connection: { mode: 'KeepAlive', pool: 1_000_000 },
      connectTimeout: 10e9,
      resolver: null,
    });
    expect(planned(caller, calling(caller, '', SIDECAR))).toEqual(own);
  });

  it('differs from the mesh of all in what it says itself, or stays outside', () => {
    const common = '  mesh: { timeout: 1s, proxyTime: { client: 1ms } }';
    const own = planned(caller, calling(caller, 'mesh: { proxyTime: { client: 2ms } }', common));
    expect(own.mesh).toMatchObject({
      routing: { timeout: 1e9 },
      proxyTime: { client: { kind: 'constant', value: 2e6 } },
    });
    const outside = planned(caller, calling(caller, 'mesh: none', common));
    expect(outside).toEqual(planned(caller, calling(caller, '')));
    expect(outside).toMatchObject({ mesh: null, balancer: null, connectTimeout: null });
  });

  it('has the ztunnel pass on its own connections, and a waypoint open others', () => {
    const mode = 'connection: { mode: Multiplexed, pool: 3 }';
    const bare = planned(caller, calling(caller, mode, AMBIENT));
    expect(bare).toMatchObject({ mesh: { mode: 'Ztunnel' }, balancer: null, connectTimeout: null });
    expect(bare.connection).toMatchObject({ mode: 'Multiplexed', pool: 3 });
    const waypoint = '  mesh: { mode: Ambient, waypoint: deployment/gate }';
    const far = planned(caller, calling(caller, 'connection: { mode: Multiplexed }', waypoint));
    expect(far.mesh).toMatchObject({ mode: 'Waypoint', workload: 2 });
    expect(far.connection).toMatchObject({ mode: 'Multiplexed', pool: 1 });
  });

  it.each([
    ['over UDP', 'udp://stock:53'],
    ['to a headless Service', 'http://stock-pods:8080'],
    ['to an address that nobody has', 'http://10.96.99.99'],
    ['to a port of a node', 'http://node-1:30090'],
  ])('is left outside where it goes %s, and the mesh is of all', (_, target) => {
    const inMesh = planned(caller, calling(caller, '', SIDECAR, target));
    expect(inMesh).toEqual(planned(caller, calling(caller, '', '', target)));
    expect(inMesh.mesh).toBeNull();
  });

  it.each([
    ['udp://stock:53', 'a mesh carries TCP, and the target is UDP', ''],
    [
      'http://stock-pods:8080',
      'proxies of a mesh leave the addresses of a headless Service as they are',
      'call a Service that has a ClusterIP, or balance in the client: balancer',
    ],
    ['http://10.96.99.99', 'a mesh knows Services, and the target is none', ''],
    ['http://node-1:30090', 'a mesh knows Services, and the target is a port of a node', ''],
  ])('to %s is told why not: %s', (target, message, hint) => {
    const { hints, texts } = found(calling(caller, 'mesh: {}', '', target));
    expect(texts).toContain(`error ${path}.mesh: ${message}`);
    expect(hints).toContain(hint);
  });

  it.each<readonly [mesh: string, field: string, message: string, hint: string]>([
    [
      '{ waypoint: deployment/stock }',
      'waypoint',
      'a waypoint is of the mode Ambient',
      'write mode: Ambient',
    ],
    [
      '{ mode: Ambient, waypoint: deployment/stok }',
      'waypoint',
      'no deployment "stok"; did you mean "deployment/stock"',
      '',
    ],
    [
      '{ mode: Ambient, waypoint: deployment/stock }',
      'waypoint',
      'deployment/stock serves these requests, and cannot be their waypoint',
      'a workload of its own, or write mesh: none',
    ],
    [
      '{ proxyTime: { waypoint: 1ms } }',
      'proxyTime.waypoint',
      'there is no waypoint',
      'mode: Ambient, with waypoint: deployment/name',
    ],
    [
      '{ mode: Ambient, proxyTime: { waypoint: 1ms } }',
      'proxyTime.waypoint',
      'there is no waypoint',
      'mode: Ambient, with waypoint: deployment/name',
    ],
    ...['balancer: random', 'timeout: 1s', 'retry: none', 'circuitBreakers: {}'].map(
      (field) =>
        [
          `{ mode: Ambient, ${field} }`,
          field.split(':')[0]!,
          'a ztunnel passes on connections and knows nothing of requests',
          'a waypoint does: waypoint: deployment/name',
        ] as const,
    ),
    ['{ connectTimeout: 0s }', 'connectTimeout', 'must be above 0s', ''],
    ['{ timeout: 0s }', 'timeout', 'must be above 0s', ''],
    [
      '{ propagation: { debounceAfter: 2s, debounceMax: 1s } }',
      'propagation.debounceMax',
      'must be at least debounceAfter',
      '',
    ],
    ['{ balancer: pick_first }', 'balancer', 'a proxy balances over pools', 'least_request'],
    [
      '{ balancer: { policy: random, resolution: { every: 5s } } }',
      'balancer.resolution',
      'what a proxy knows of endpoints is pushed to it',
      'propagation says how',
    ],
  ])('by mesh: %s is told what is wrong with %s', (mesh, field, message, hint) => {
    const own = found(calling(caller, `mesh: ${mesh}`));
    expect(own.texts).toContain(`error ${path}.mesh.${field}: `);
    expect(own.texts).toContain(message);
    expect(own.hints).toContain(hint);
    // What is written for all is to be mended there.
    expect(found(calling(caller, '', `  mesh: ${mesh}`)).texts).toContain(
      `error spec.mesh.${field}: `,
    );
  });

  it('is told that what it limits itself limits nothing', () => {
    const fields = 'connection: { mode: KeepAlive, pool: 4, idleTimeout: 5s }, connectTimeout: 1s';
    const { hints, texts } = found(calling(caller, fields, SIDECAR));
    const reason = 'without effect, as the proxy of the mesh opens the connections';
    expect(texts).toContain(`warning ${path}.connection: pool, idleTimeout: ${reason}`);
    expect(texts).toContain(`warning ${path}.connectTimeout: ${reason}`);
    expect(hints).toContain('write it in mesh.connection');
    expect(hints).toContain('write it in mesh.connectTimeout');
  });
});

describe.each(CALLERS)('%s with a balancer of its own', (caller) => {
  const path = PATHS[caller];
  const headless = 'http://stock-pods:8080';

  it('picks among the pods of a headless Service, whatever mesh there is', () => {
    const text = calling(
      caller,
      'balancer: round_robin, connection: { mode: Multiplexed }',
      SIDECAR,
      headless,
    );
    expect(planned(caller, text)).toMatchObject({
      mesh: null,
      target: { kind: 'headless' },
      balancer: { policy: { kind: 'round_robin' }, connectBackoff: { base: 1e9 } },
      // gRPC's resolver keeps no answers.
      resolver: { cached: false },
    });
  });

  it('is told that of a ClusterIP kube-proxy picks', () => {
    const { hints, texts } = found(calling(caller, 'balancer: round_robin'));
    expect(texts).toContain(`error ${path}.balancer: a client can balance over pods`);
    expect(hints).toContain('call a Service with clusterIP: None');
  });

  it('is told that nothing warms its connections up', () => {
    const fields = 'balancer: round_robin, connection: { mode: Multiplexed, warmUp: 1 }';
    const { texts } = found(calling(caller, fields, '', headless));
    expect(texts).toContain(`error ${path}.connection.warmUp: `);
  });
});

describe('a call in a mesh', () => {
  it('does not go by the pods that make it', () => {
    const mesh = '{ mode: Ambient, waypoint: deployment/shop }';
    const { hints, texts } = found(calling('a call', `mesh: ${mesh}`));
    expect(texts).toContain(
      'error spec.workloads[0].calls[0].mesh.waypoint: ' +
        'deployment/shop makes these requests, and cannot be their waypoint',
    );
    expect(hints).toContain('a workload of its own, or write mesh: none');
    expect(found(calling('a client', `mesh: ${mesh}`)).texts).toBe('');
  });
});

describe('a client in a mesh', () => {
  it.each([
    [
      'external: true',
      'a client outside the cluster has no proxy of the mesh',
      'a proxy that balances at the edge: via: { ingress: deployment/name, balancer: … }',
    ],
    ['via: NodePort', 'a proxy of the mesh goes straight to pods: leave via out', ''],
  ])('with %s is told why not', (field, message, hint) => {
    const { hints, texts } = found(calling('a client', `mesh: {}, ${field}`));
    expect(texts).toContain(`error spec.clients[0].mesh: ${message}`);
    expect(hints).toContain(hint);
  });
});

describe('an Ingress that balances', () => {
  const by = (fields: string, target?: string): string =>
    calling('a client', `external: true, via: { ingress: deployment/shop, ${fields} }`, '', target);
  const path = 'spec.clients[0].via';

  it('has what a proxy of a mesh has', () => {
    expect(planned('a client', by('balancer: round_robin, timeout: 2s'))).toMatchObject({
      via: { kind: 'Ingress', routing: { timeout: 2e9, retry: { attempts: 2 } } },
      balancer: { policy: { kind: 'round_robin' }, hostSelectionRetries: 5 },
      resolver: null,
    });
  });

  it.each(['timeout: 1s', 'retry: none', 'circuitBreakers: {}', 'propagation: {}'])(
    'is one by its balancer: %s is of no other',
    (field) => {
      const { hints, texts } = found(by(field));
      const reason = 'is of proxies that balance, and this one calls the ClusterIP';
      expect(texts).toContain(`error ${path}.${field.split(':')[0]}: ${reason}`);
      expect(hints).toContain('balancer: least_request makes it one');
    },
  );

  it.each([
    [
      'balancer: random',
      'http://stock-pods:8080',
      'balancer: a proxy balances over the pods of a Service that has a ClusterIP',
    ],
    ['balancer: pick_first', undefined, 'balancer: pick_first is what a gRPC channel does'],
    [
      'balancer: { policy: random, connectBackoff: { base: 1s } }',
      undefined,
      'balancer.connectBackoff: what a proxy knows of endpoints is pushed to it',
    ],
    ['balancer: random, timeout: 0s', undefined, 'timeout: must be above 0s'],
  ])('by %s is told what is wrong', (fields, target, complaint) => {
    expect(found(by(fields, target)).texts).toContain(`error ${path}.${complaint}`);
  });
});
