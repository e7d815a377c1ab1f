/** DNS of a scenario: the cluster's own or the one that the files bring, and the names of its clients. */
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/contract/plan.ts';
import { simulate } from '../../src/world/simulate.ts';
import { load, loaded, problems, rendered, scenario, SHOP } from './memory-reader.ts';

/** A scenario whose client calls `target`; `lines` are of that client. */
const calling = (target: string, lines = '', spec = ''): string =>
  scenario(spec).replace('http://shop', `${target}${lines === '' ? '' : `\n      ${lines}`}`);

const namesOf = ({ clients }: Plan): readonly string[] | undefined => clients[0]?.resolver?.names;

const KUBE_DNS = `---
apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system, labels: { k8s-app: kube-dns } }
spec:
  clusterIP: 10.100.0.10
  selector: { k8s-app: kube-dns }
  ports: [{ name: dns, port: 53, protocol: UDP }, { name: dns-tcp, port: 53, protocol: TCP }]
`;
const COREDNS = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: coredns, namespace: kube-system }
spec:
  replicas: 3
  selector: { matchLabels: { k8s-app: kube-dns } }
  template:
    metadata: { labels: { k8s-app: kube-dns } }
    spec: { containers: [{ name: coredns, ports: [{ containerPort: 53 }] }] }
`;

describe('without a word, a scenario', () => {
  const { base } = loaded(scenario('  nodes: [{ namePrefix: n, count: 3 }]'));

  it('has kube-dns at the tenth address of the service range, with two CoreDNS pods', () => {
    expect(base.services[1]).toMatchObject({ name: 'kube-dns', clusterIP: '10.96.0.10' });
    expect(base.dns).toMatchObject({ service: 1, udp: 0, tcp: 1, ttl: 30e9, race: 0 });
    expect(base.dns?.nodeCache).toBeNull();
    const [, coredns] = base.workloads;
    expect(coredns?.pods.map(({ name, node }) => [name, node])).toEqual([
      ['coredns-0', 0],
      ['coredns-1', 1],
    ]);
    expect(coredns).toMatchObject({
      serviceTime: { kind: 'exponential', mean: 56e3 },
      concurrency: 2,
      // Lameduck: it goes on answering for 5 s after SIGTERM.
      preStop: 5e9,
    });
  });

  it('has clients that keep answers, with the resolver of glibc', () => {
    expect(base.clients[0]?.resolver).toEqual({
      names: ['shop.default.svc.cluster.local'],
      cached: true,
      timeout: 5e9,
      attempts: 2,
      singleRequest: false,
    });
  });

  it('places and addresses its pods as it does without DNS', () => {
    const free = loaded(
      scenario('  nodes: [{ namePrefix: n, count: 3 }]\n  dns: { enabled: false }'),
    ).base;
    expect(free.dns).toBeNull();
    expect(free.clients[0]?.resolver).toBeNull();
    expect(free.services).toHaveLength(1);
    expect(base.workloads[0]).toEqual(free.workloads[0]);
    expect(base.clients[0]?.replicas).toEqual(free.clients[0]?.replicas);
  });

  it('of 300 s looks up ten names a client pod, which adds next to nothing to the mean', () => {
    const made = scenario('  duration: 300s\n  seed: 3');
    const { totals, clients, breakdown } = simulate(loaded(made).base, 3);
    expect(totals.dns.lookups).toBeGreaterThanOrEqual(9);
    expect(totals.dns.lookups).toBeLessThanOrEqual(10);
    expect(totals.dns.queries).toBe(2 * totals.dns.lookups);
    const dns = breakdown.reduce((sum, { count, meanNs }) => sum + count * meanNs[0]!, 0);
    expect(dns).toBeGreaterThan(0);
    expect(dns / clients[0]!.latency.count).toBeLessThan(500);
  });
});

describe('O21: the names that a client pod looks up (e2e row 28)', () => {
  const FULL = 'shop.default.svc.cluster.local';

  it.each([
    ['http://shop', '', 1],
    ['http://shop.default', '', 2],
    ['http://shop.default.svc', '', 3],
    [`http://${FULL}`, '', 4],
    [`http://${FULL}.`, '', 1],
    ['service/shop', '', 1],
    ['service/default/shop', 'namespace: web', 2],
    ['http://shop.default', 'namespace: web', 2],
    [`http://${FULL}`, 'dns: { ndots: 4 }', 1],
    [`http://${FULL}`, 'dns: { ndots: 1 }', 1],
  ])('%s (%s) are %i', (target, lines, count) => {
    const names = namesOf(loaded(calling(target, lines)).base);
    expect(names).toHaveLength(count);
    expect(names?.at(-1)).toBe(FULL);
  });

  it.each([1, 2])('the search list of the node adds %i to the full name', (h) => {
    const hostSearch = ['corp.example', 'example'].slice(0, h);
    const { base } = loaded(
      calling(`http://${FULL}`, '', `  dns: { hostSearch: [${hostSearch.join(', ')}] }`),
    );
    expect(namesOf(base)).toHaveLength(4 + h);
  });

  it('are none for an address, and none outside the cluster', () => {
    const withAddress = scenario('', SHOP.replace('spec:', 'spec:\n  clusterIP: 10.96.3.3'));
    const { base } = loaded(withAddress.replace('http://shop', 'http://10.96.3.3'));
    expect(base.clients[0]?.resolver).toBeNull();
    const settings = 'external: true\n      dns: { cache: none }';
    expect(problems(load(calling('http://shop', settings)))).toEqual([
      expect.stringMatching(/nothing outside reaches a ClusterIP/),
      expect.stringMatching(/warning spec\.clients\[0\]\.dns: without effect: nobody outside/),
    ]);
    const outside = load(calling('http://shop', 'external: true'));
    expect(outside.ok && outside.scenario.base.clients[0]?.resolver).toBeNull();
  });

  it('ndots 1 cuts the queries of a run to a quarter (8 to 2 each)', () => {
    const queries = (ndots: number): number => {
      const spec = `  duration: 20s\n  dns: { cache: none, ndots: ${ndots} }`;
      const { base } = loaded(calling(`http://${FULL}`, '', spec));
      return simulate(base, 1).totals.dns.queries;
    };
    expect(queries(5) / queries(1)).toBe(4);
  });
});

describe('what the files bring', () => {
  it('takes the place of the built-in DNS', () => {
    const { base } = loaded(scenario('', SHOP + KUBE_DNS + COREDNS));
    expect(base.services.map(({ clusterIP }) => clusterIP).slice(1)).toEqual(['10.100.0.10']);
    expect(base.workloads.map(({ pods }) => pods.length)).toEqual([3, 3]);
    expect(base.dns).toMatchObject({ service: 1, udp: 0, tcp: 1 });
  });

  it('is complemented where it is only one half', () => {
    const noPods = loaded(scenario('', SHOP + KUBE_DNS)).base;
    expect(noPods.workloads.map(({ name }) => name)).toEqual([
      'deployment/shop',
      'deployment/coredns',
    ]);
    expect(noPods.services).toHaveLength(2);
    const noService = loaded(scenario('', SHOP + COREDNS)).base;
    expect(noService.services[1]).toMatchObject({ name: 'kube-dns' });
    expect(noService.workloads).toHaveLength(2);
  });

  it('keeps its address, and kube-dns takes another', () => {
    const text = scenario('', SHOP.replace('spec:', 'spec:\n  clusterIP: 10.96.0.10'));
    expect(rendered(load(text))).toBe('');
    const [shop, dns] = loaded(text).base.services;
    expect(shop?.clusterIP).toBe('10.96.0.10');
    expect(dns?.clusterIP).toBe('10.96.1.0');
  });

  it('a Service without endpoints resolves all the same, and is refused then', () => {
    const text = scenario('  duration: 5s\n  dns: { cache: none }').replace(
      'replicas: 3',
      'replicas: 0',
    );
    const { clients, totals } = simulate(loaded(text).base, 1);
    expect(totals.dns.failures).toBe(0);
    expect(Object.keys(clients[0]!.errors)).toContain('refused');
    expect(clients[0]!.errors).not.toHaveProperty('dns');
  });

  it('can be named by workloads, timeline and overrides', () => {
    const spec = `  timeline:
    - { at: 1s, deletePod: { target: deployment/kube-system/coredns, pod: coredns-0 } }`;
    const text = scenario(spec).replace(
      'serviceTime: 10ms }]',
      'serviceTime: 10ms }, { target: deployment/kube-system/coredns, serviceTime: 1ms, concurrency: 7 }]',
    );
    const set = ['deployment/coredns:spec.replicas=4'];
    const { base } = loaded(text, {}, { set });
    expect(base.workloads[1]).toMatchObject({ concurrency: 7 });
    expect(base.workloads[1]?.pods).toHaveLength(4);
    expect(base.timeline).toMatchObject([{ kind: 'deletePod', workload: 1, pod: 'coredns-0' }]);
  });
});

describe('settings', () => {
  it('are those of `dns`, and of a client where it has its own', () => {
    const spec = `  dns:
    replicas: 5
    serviceTime: 1ms
    concurrency: 3
    upstream: 9ms
    ttl: 5s
    nodeLocal: true
    race: 1%
    cache: none
    timeout: 2s
    attempts: 3
    singleRequest: true`;
    const { dns, workloads, clients } = loaded(
      calling('http://shop', 'dns: { attempts: 1, cache: client }', spec),
    ).base;
    expect(dns).toMatchObject({
      ttl: 5e9,
      race: 0.01,
      upstream: { kind: 'constant', value: 9e6 },
      nodeCache: { concurrency: 3, success: 30e9, denial: 5e9 },
    });
    expect(workloads[1]?.pods).toHaveLength(5);
    expect(workloads[1]).toMatchObject({ concurrency: 3 });
    expect(clients[0]?.resolver).toMatchObject({
      cached: true,
      timeout: 2e9,
      attempts: 1,
      singleRequest: true,
    });
  });

  it.each([
    ['  dns: { timeout: 0s }', '', 'spec.dns.timeout: must be above 0s'],
    ['', 'dns: { timeout: 0s }', 'spec.clients[0].dns.timeout: must be above 0s'],
    ['  dns: { ndots: 16 }', '', 'spec.dns.ndots: 16 must be at most 15'],
    ['  dns: { enabeld: true }', '', 'spec.dns: unknown field "enabeld"; did you mean "enabled"?'],
  ])('that cannot be are errors: %s%s', (spec, lines, message) => {
    expect(problems(load(calling('http://shop', lines, spec)))).toEqual([
      expect.stringContaining(`error ${message}`),
    ]);
  });

  it('a short name with a final dot is no name of a Service', () => {
    const [found, ...more] = problems(load(calling('http://shop.')));
    expect(more).toEqual([]);
    expect(found).toContain('with its final dot "shop." is a full name, and nothing has it');
  });

  it('replicas say nothing of the pods that the files bring', () => {
    const found = problems(load(scenario('  dns: { replicas: 4 }', SHOP + KUBE_DNS + COREDNS)));
    expect(found).toEqual([expect.stringContaining('warning spec.dns.replicas: the DNS pods are')]);
  });

  it.each([
    ['clusterIP: 10.100.0.10', 'clusterIP: None', 'pods ask the address of this Service'],
    ['protocol: UDP', 'protocol: SCTP', 'pods ask port 53 of protocol UDP, and it has none'],
  ])('a kube-dns that cannot be asked is an error', (from, to, message) => {
    const found = problems(load(scenario('', SHOP + KUBE_DNS.replace(from, to) + COREDNS)));
    expect(found.join('\n')).toContain(`error Service/kube-dns spec: ${message}`);
  });
});
