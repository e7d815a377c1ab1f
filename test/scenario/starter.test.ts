/** Scenarios written for manifests: what they assume, whom they let call whom, and that each loads and runs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { FIRST_SCENARIO } from '../../src/scenario/starter/first-scenario.ts';
import { whyNoManifests } from '../../src/scenario/starter/manifest-files.ts';
import { scenarioFor } from '../../src/scenario/starter/starter.ts';
import { simulate } from '../../src/world/simulate.ts';
import { load, memoryReader } from './memory-reader.ts';

fc.configureGlobal({ seed: 20_261 });

const ENTRY = 'scenario.yaml';

/** The scenario for one file of manifests; its text, or why there is none. */
function starter(manifests: string): string {
  const made = scenarioFor(ENTRY, ['m.yaml'], memoryReader({ 'm.yaml': manifests }));
  return made.text ?? made.problem ?? made.diagnostics.map(({ message }) => message).join('\n');
}

/** Runs a second of what was written, with all its variants loaded. */
function run(text: string, manifests: string): ReturnType<typeof simulate> {
  const loaded = loadScenario(ENTRY, memoryReader({ [ENTRY]: text, 'm.yaml': manifests }), {
    set: ['duration=1s', 'warmUp=0s'],
  });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  return simulate(loaded.scenario.base, 7);
}

interface Parts {
  readonly name: string;
  readonly namespace?: string;
  /** Of the Service, in flow style. */
  readonly spec?: string;
  readonly replicas?: number;
  /** Of the container, in flow style. */
  readonly container?: string;
  readonly labels?: string;
  readonly kind?: string;
}

const service = ({ name, namespace = 'default', spec = 'ports: [{ port: 80 }]' }: Parts): string =>
  `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { selector: { app: ${name} }, ${spec} }
`;

const workload = (parts: Parts): string => {
  const { name, namespace = 'default', replicas = 2, container = '', kind = 'Deployment' } = parts;
  const labels = parts.labels ?? `app: ${name}`;
  return `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { ${labels} } }
  template:
    metadata: { labels: { ${labels} } }
    spec: { containers: [{ name: main, image: x${container} }] }
`;
};

const both = (parts: Parts): string => service(parts) + workload(parts);

const ingress = (backend: string): string => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
spec: { rules: [{ http: { paths: [{ path: /, backend: { service: { ${backend} } } }] } }] }
`;

describe('a scenario for manifests', () => {
  it('calls a Service by its name in its namespace, at its port', () => {
    const text = starter(
      both({ name: 'cart', namespace: 'shop', spec: 'ports: [{ port: 7070 }]' }),
    );
    expect(text).toContain('target: http://cart.shop.svc.cluster.local:7070\n');
    expect(text).toContain('- target: deployment/cart\n');
    expect(text).toContain('    - m.yaml\n');
  });

  it('calls a headless Service at the port of its pods, and compares no modes where nothing else is called', () => {
    const spec = 'clusterIP: None, ports: [{ name: pg, port: 5432, targetPort: 5433 }]';
    const text = starter(both({ name: 'db', spec, kind: 'StatefulSet' }));
    expect(text).toContain('target: http://db.default.svc.cluster.local:5433\n');
    expect(text).toContain('- target: statefulset/db\n');
    expect(text).not.toMatch(/^  variants:/m);
    expect(text).toContain('question: What do callers of db see?');
  });

  it('leaves a headless Service to its pods where another one has a ClusterIP', () => {
    const headless = `---
apiVersion: v1
kind: Service
metadata: { name: db-peers }
spec: { clusterIP: None, selector: { app: db }, ports: [{ port: 5432 }] }
`;
    const text = starter(both({ name: 'db' }) + headless);
    expect(text).toContain('#   default/db-peers: headless, for its pods to find each other');
    expect(text.match(/- name: callers-of/g)).toHaveLength(1);
  });

  it.each(['NodePort', 'LoadBalancer'])('lets callers come from outside by a %s', (type) => {
    const text = starter(both({ name: 'web', spec: `type: ${type}, ports: [{ port: 80 }]` }));
    expect(text).toContain(`external: true\n      via: ${type}\n`);
    expect(text).toContain('target: http://web.default.svc.cluster.local:80\n');
  });

  it('speaks UDP only where there is no port of TCP', () => {
    const udp = '{ name: u, port: 53, protocol: UDP }';
    const text = starter(both({ name: 'dns', spec: `ports: [${udp}]` }));
    expect(text).toContain('target: udp://dns.default.svc.cluster.local:53\n');
    expect(text).not.toContain('connectTimeout');
    const mixed = starter(both({ name: 'dns', spec: `ports: [${udp}, { name: t, port: 54 }]` }));
    expect(mixed).toContain('target: http://dns.default.svc.cluster.local:54\n');
  });

  it('says of Services without a client why', () => {
    const text = starter(
      both({ name: 'cart' }) +
        service({ name: 'orphan' }) +
        both({ name: 'asleep', replicas: 0 }) +
        service({ name: 'pay', spec: 'type: ExternalName, externalName: pay.example' }) +
        both({ name: 'mute', spec: 'ports: [{ port: 80, targetPort: nowhere }]' }),
    );
    expect(text.match(/^#   .*$/gm)).toEqual([
      '#   default/orphan: no pod is behind it',
      '#   default/asleep: no pod behind it is up: 0 replicas',
      '#   default/pay: ExternalName: a name for pay.example, which is not simulated',
      '#   default/mute: none of its ports leads to a pod',
    ]);
    expect(text).not.toContain('- target: deployment/asleep');
  });

  it('takes for callers the pods that have the name of a Service in their environment', () => {
    const env = (value: string): string => `, env: [{ name: CART_ADDR, value: "${value}" }]`;
    const cart = both({ name: 'cart', namespace: 'shop' });
    for (const [value, namespace] of [
      ['cart:7070', 'shop'],
      ['http://cart.shop/api', 'web'],
      ['redis://user:pw@cart.shop.svc.cluster.local:6379', 'web'],
      ['cart', 'shop'],
    ] as const) {
      const text = starter(cart + both({ name: 'front', namespace, container: env(value) }));
      expect(text, value).toContain('from: deployment/front\n');
      expect(text, value).toContain('have its name in CART_ADDR');
    }
    for (const value of ['cartoon:80', 'cart-2:80', 'cart.web:80', 'cart:7070']) {
      const text = starter(cart + both({ name: 'front', namespace: 'web', container: env(value) }));
      expect(text, value).not.toContain('from:');
    }
  });

  it('brings the requests of an Ingress in by its proxy where that is among the manifests', () => {
    const cart = both({
      name: 'cart',
      namespace: 'shop',
      spec: 'ports: [{ name: web, port: 81 }]',
    });
    const proxy = both({ name: 'ingress-nginx-controller', namespace: 'ingress-nginx' });
    const byName = ingress('name: cart, port: { name: web }');
    const text = starter(cart + byName + proxy);
    expect(text).toContain('via: { ingress: deployment/ingress-nginx-controller }');
    expect(text).toContain('target: http://cart.shop.svc.cluster.local:81\n');
    expect(text.match(/^    - name: .*$/gm)).toHaveLength(1);
    const without = starter(cart + byName);
    expect(without).toContain('callers-of-cart   # Ingress/web leads to it, but no proxy');
  });

  it('writes references with the namespace where names repeat', () => {
    const text = starter(
      both({ name: 'api', namespace: 'a' }) + both({ name: 'api', namespace: 'b' }),
    );
    expect(text).toContain('- target: deployment/a/api\n');
    expect(text).toContain('- target: deployment/b/api\n');
    expect(text).toContain('- name: callers-of-api-b ');
  });

  it('takes the nodes of the manifests, or those that pods are on, or assumes some', () => {
    const node = '---\napiVersion: v1\nkind: Node\nmetadata: { name: n1 }\n';
    expect(starter(both({ name: 'a' }) + node)).not.toContain('nodes:');
    const pod = `---
apiVersion: v1
kind: Pod
metadata: { name: p, labels: { app: a } }
spec: { nodeName: node-7, containers: [{ name: main, image: x }] }
`;
    expect(starter(service({ name: 'a' }) + pod)).toContain('- { name: node-7, cpu: 4 }');
    expect(starter(both({ name: 'a' }))).toContain('nodes:                        # assumed');
  });

  it('has the mode of the cluster first', () => {
    const config =
      '---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: ipvs\n';
    const text = starter(both({ name: 'a' }) + config);
    expect(text.match(/name: (iptables|nftables|ipvs)/g)![0]).toBe('name: ipvs');
  });

  it.each([
    ['', 'the file is empty'],
    [workload({ name: 'a' }), 'there is no Service among these manifests, and so nothing to call'],
    [service({ name: 'a' }), 'no Service among these manifests has pods behind it'],
    [both({ name: 'a' }) + service({ name: 'a' }), 'Service "a" is defined twice'],
    ['apiVersion: v1\nkind: Service\n  x: [', 'not valid YAML'],
    [
      'apiVersion: svcsim/v1alpha1\nkind: Scenario\n---\n' + both({ name: 'a' }),
      'cannot have a Scenario',
    ],
  ])('is none where the manifests allow none: %#', (manifests, complaint) => {
    expect(starter(manifests)).toContain(complaint);
  });
});

describe('load that nobody has measured', () => {
  const rates = (text: string): number[] =>
    [...text.matchAll(/rate: (\d+)\/(s|m)/g)].map(
      ([, n, unit]) => Number(n) / (unit === 's' ? 1 : 60),
    );

  it('keeps every pod below a third of what it is assumed to bear', () => {
    // 10 ms for a request: 100/s are all that a pod can do, and each of its callers gets a part of 30.
    expect(rates(starter(both({ name: 'a', replicas: 5 })))).toEqual([150]);
    const twoWays =
      both({ name: 'a', replicas: 5 }) + service({ name: 'b' }).replace('app: b', 'app: a');
    expect(rates(starter(twoWays))).toEqual([75, 75]);
    const many = Array.from({ length: 100 }, (_, at) => both({ name: `s${at}`, replicas: 10 }));
    expect(rates(starter(many.join(''))).reduce((sum, rate) => sum + rate, 0)).toBeLessThanOrEqual(
      2000,
    );
  });

  it('leaves room under the request of CPU where an autoscaler looks at it', () => {
    const hpa = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: a }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: a }
  maxReplicas: 9
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 70 } } }]
`;
    const container = ', resources: { requests: { cpu: 100m } }';
    // 2 pods of 0.1 cores at 30% are 0.06 cores: 6 requests of 10 ms a second.
    expect(rates(starter(both({ name: 'a', container }) + hpa))).toEqual([6]);
  });
});

describe('the scenario for nobody in particular', () => {
  it('loads without a warning and passes its thresholds', () => {
    const loaded = load(FIRST_SCENARIO);
    expect(loaded.ok && loaded.warnings).toEqual([]);
    expect(loaded.ok && loaded.scenario.variants.map(({ variant }) => variant)).toEqual([
      'iptables',
      'nftables',
      'ipvs',
    ]);
  });
});

describe('files of a folder', () => {
  it.each([
    ['replicaCount: 3\n', 'it holds no Kubernetes object'],
    ['kind: Kustomization\nresources: [a.yaml]\n', 'kustomizations are not carried out'],
    [FIRST_SCENARIO, 'it is a scenario itself'],
    ['# nothing\n', 'it is empty'],
    ['a: [', null],
    [both({ name: 'a' }), null],
  ])('are passed by where they hold no manifests: %#', (text, why) => {
    expect(whyNoManifests('f.yaml', text)).toBe(why);
  });
});

describe('whatever the manifests', () => {
  const name = fc.constantFrom(
    'a',
    'b',
    'no',
    '"1"',
    'cart-v2',
    'ingress-gw',
    '"x.y"',
    '"a: b #c"',
  );
  const namespace = fc.constantFrom('default', 'shop', 'kube-system');
  const port = fc.record({
    port: fc.integer({ min: 1, max: 65_535 }),
    protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
    targetPort: fc.constantFrom('8080', 'http', '"no-such-port"'),
  });
  const spec = fc
    .record({
      ports: fc.uniqueArray(port, { minLength: 1, maxLength: 3, selector: (each) => each.port }),
      type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'headless'),
      affinity: fc.constantFrom('None', 'ClientIP'),
      policy: fc.constantFrom('Cluster', 'Local'),
      nodePorts: fc.boolean(),
    })
    .map(({ ports, type, affinity, policy, nodePorts }) => {
      const written = ports.map(
        (each, at) =>
          `{ name: p${at}, port: ${each.port}, protocol: ${each.protocol}, targetPort: ${each.targetPort} }`,
      );
      const kind =
        type === 'headless'
          ? 'clusterIP: None'
          : `type: ${type}, internalTrafficPolicy: ${policy}${type === 'ExternalName' ? ', externalName: x.example' : ''}${type === 'LoadBalancer' ? `, allocateLoadBalancerNodePorts: ${nodePorts}` : ''}`;
      return `${kind}, sessionAffinity: ${affinity}, ports: [${written.join(', ')}]`;
    });
  const cpu = fc.constantFrom(
    '',
    ', resources: { requests: { cpu: 200m } }',
    ', resources: { limits: { cpu: 4 } }',
  );
  const environment = fc.constantFrom(
    '',
    ', env: [{ name: A_ADDR, value: "a:80" }]',
    ', env: [{ name: U, value: "http://b.shop/" }]',
  );
  const piece = fc
    .record({
      name,
      namespace,
      spec,
      replicas: fc.integer({ min: 0, max: 4 }),
      kind: fc.constantFrom('Deployment', 'StatefulSet'),
      cpu,
      environment,
      has: fc.constantFrom('both', 'both', 'both', 'service', 'workload'),
    })
    .map(({ has, cpu: resources, environment: env, ...parts }) => {
      const container = `, ports: [{ name: http, containerPort: 8080 }]${resources}${env}`;
      const written = { ...parts, container };
      const text =
        has === 'both' ? both(written) : has === 'service' ? service(written) : workload(written);
      return { key: `${parts.namespace}/${parts.name}`, text };
    });
  const manifests = fc
    .tuple(
      fc.uniqueArray(piece, { minLength: 1, maxLength: 5, selector: ({ key }) => key }),
      fc.constantFrom(
        '',
        ingress('name: a, port: { number: 80 }'),
        ingress('name: b, port: { name: p0 }'),
      ),
    )
    .map(([pieces, extra]) => pieces.map(({ text }) => text).join('') + extra);

  it('a scenario that is written loads, runs, and comes out the same twice', () => {
    let written = 0;
    fc.assert(
      fc.property(manifests, (text) => {
        const made = scenarioFor(ENTRY, ['m.yaml'], memoryReader({ 'm.yaml': text }));
        if (made.text === null) {
          // Only for want of anything to call: these manifests have no errors.
          expect(
            made.problem,
            made.diagnostics.map(({ message }) => message).join('\n'),
          ).not.toBeNull();
          return;
        }
        written++;
        const { totals } = run(made.text, text);
        expect(totals.issued).toBeGreaterThanOrEqual(0);
        expect(starter(text)).toBe(made.text);
      }),
      { numRuns: 120 },
    );
    expect(written).toBeGreaterThan(30);
  });
});
