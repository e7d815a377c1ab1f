/** Ways to a target other than a ClusterIP: node ports, load balancers, Ingresses, headless Services. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

const NODES = '  nodes: [{ namePrefix: node, count: 2 }]';
const exposed = (type: string): string =>
  SHOP.replace('  selector: { app: shop }', `  type: ${type}\n  selector: { app: shop }`);
const headless = SHOP.replace(
  '  selector: { app: shop }',
  '  clusterIP: None\n  selector: { app: shop }',
);
const calling = (target: string, manifests: string, more = ''): string =>
  scenario(NODES, manifests).replace('target: http://shop', `target: ${target}${more}`);
const VIA = (via: string, more = ''): string => `\n      external: true\n      via: ${via}${more}`;
const first = (text: string) => loaded(text).base.clients[0]!;

describe('a node port', () => {
  it('is called by the name or the address of a node', () => {
    const byName = first(calling('http://node-2:30086', exposed('NodePort')));
    expect(byName).toMatchObject({
      target: { kind: 'servicePort', service: 0, port: 0 },
      via: { kind: 'NodePort', nodes: [1] },
      resolver: null,
    });
    const byAddress = first(calling('http://172.18.0.2:30086', exposed('NodePort')));
    expect(byAddress.via).toEqual({ kind: 'NodePort', nodes: [0] });
  });

  it('of all nodes: via', () => {
    const { via } = first(calling('http://shop', exposed('NodePort'), VIA('NodePort')));
    expect(via).toEqual({ kind: 'NodePort', nodes: [0, 1] });
  });

  it('that no Service has, and what there is', () => {
    const result = load(calling('http://node-1:30001', exposed('NodePort')));
    expect(!result.ok && result.diagnostics[0]).toMatchObject({
      message: 'no Service has the node port 30001',
      hint: 'Node ports: 30086 (shop)',
    });
  });

  it.each([
    ['NodePort', SHOP, 'Service "shop" has no node ports'],
    ['LoadBalancer', exposed('NodePort'), 'Service "shop" has no load balancer'],
    ['NodePort', headless, 'NodePort leads to a port of a Service that has a ClusterIP'],
  ])('via %s of a Service that has none', (via, manifests, message) => {
    const target = manifests === headless ? 'http://shop:8080' : 'http://shop';
    expect(problems(load(calling(target, manifests, VIA(via))))).toEqual([
      expect.stringContaining(`error spec.clients[0].via: ${message}`),
    ]);
  });

  it('is a way already', () => {
    const text = calling('http://node-1:30086', exposed('NodePort'), VIA('NodePort'));
    expect(problems(load(text))[0]).toContain('the target is a node port already: leave via out');
  });
});

describe('an Ingress', () => {
  const proxied =
    SHOP + SHOP.replaceAll('shop', 'nginx').replace(/---\napiVersion: v1[^]*?(?=---)/, '');
  const via = VIA('{ ingress: deployment/nginx, proxyTime: 2ms }');

  it('has the pods of its proxy as replicas', () => {
    const { base } = loaded(calling('http://shop', proxied, via));
    const client = base.clients[0]!;
    expect(client.via).toEqual({
      kind: 'Ingress',
      proxyTime: { kind: 'constant', value: 2e6 },
      routing: null,
    });
    expect(client.replicas.map(({ ip }) => ip)).toEqual(
      base.workloads[1]!.pods.map(({ ip }) => ip),
    );
    expect(client.resolver).toBeNull();
  });

  it('takes half a millisecond where nothing is said', () => {
    const { via: way } = first(
      calling('http://shop', proxied, VIA('{ ingress: deployment/nginx }')),
    );
    expect(way).toEqual({
      kind: 'Ingress',
      proxyTime: { kind: 'constant', value: 500e3 },
      routing: null,
    });
  });

  it('is for clients outside, has its own replicas, and must be there', () => {
    const inside = via.replace('\n      external: true', '');
    expect(problems(load(calling('http://shop', proxied, inside)))).toEqual([
      expect.stringContaining('an Ingress is for clients outside the cluster: external: true'),
    ]);
    const replicas = calling('http://shop', proxied, `${via}\n      replicas: 2`);
    expect(problems(load(replicas))).toEqual([
      expect.stringContaining('replicas of a client by an Ingress are the pods of its proxy'),
    ]);
    const missing = calling('http://shop', proxied, VIA('{ ingress: deployment/ngnx }'));
    expect(problems(load(missing))).toEqual([
      expect.stringContaining('no deployment "ngnx"; did you mean "deployment/nginx"'),
    ]);
  });
});

describe('a client outside', () => {
  it.each([
    ['http://shop', SHOP, 'a ClusterIP'],
    ['service/shop', headless, "a pod's address"],
  ])('that calls %s is told of the ways in', (target, manifests, what) => {
    const result = load(calling(target, manifests, '\n      external: true'));
    expect(result.ok && result.warnings).toMatchObject([
      {
        message: `nothing outside reaches ${what}`,
        hint: 'ways in: via: NodePort, via: LoadBalancer, or via: { ingress: deployment/name }',
      },
    ]);
  });
});

describe('a headless Service', () => {
  it('has no address, and is called by name at the ports of its pods', () => {
    const { base } = loaded(calling('http://shop:8080', headless));
    expect(base.services[0]!.clusterIP).toBeNull();
    expect(base.clients[0]!.target).toEqual({ kind: 'headless', service: 0, port: 0 });
    expect(first(calling('service/shop:http', headless)).target.kind).toBe('headless');
  });

  it('translates no ports', () => {
    const result = load(calling('http://shop', headless));
    expect(problems(result)).toEqual([
      expect.stringContaining('Service "shop" is headless: its pods do not listen on 80'),
    ]);
    expect(!result.ok && result.diagnostics[0]!.hint).toBe(
      'A headless Service translates no ports. Ports of its pods: 8080',
    );
  });

  it('says what has no effect on it', () => {
    const affine = headless.replace(
      'clusterIP: None',
      'clusterIP: None\n  sessionAffinity: ClientIP',
    );
    expect(problems(load(calling('http://shop:8080', affine)))).toEqual([
      expect.stringContaining('without effect on a headless Service'),
    ]);
    const nodePorts = headless.replace('clusterIP: None', 'clusterIP: None\n  type: NodePort');
    expect(problems(load(calling('http://shop:8080', nodePorts)))).toContainEqual(
      expect.stringContaining('None is for Services of type ClusterIP'),
    );
  });
});

describe('a Service that kube-proxy leaves to others', () => {
  it.each([
    'service.kubernetes.io/service-proxy-name: other',
    'service.kubernetes.io/headless: ""',
  ])('by the label %s has an address that nobody knows', (label) => {
    const text = calling(
      'http://shop',
      SHOP.replace('metadata: { name: shop }', `metadata: { name: shop, labels: { ${label} } }`),
    );
    const result = load(text);
    expect(problems(result)).toEqual([
      expect.stringContaining('kube-proxy leaves Service "shop" to others'),
    ]);
    expect(first(text).target).toEqual({ kind: 'unknownAddress', ip: '10.96.1.0', port: 80 });
  });
});
