/** What of spec.proxy and of KubeProxyConfiguration is refused, and what has no effect. */
import { describe, expect, it } from 'vitest';
import type { ProxyCosts } from '../../src/contract/plan.ts';
import { IPTABLES_COSTS, PROXY_COSTS } from '../../src/scenario/defaults.ts';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

const proxy = (settings: string): readonly string[] =>
  problems(load(scenario(`  proxy: ${settings}`)));

describe('what kube-proxy can do and this version cannot', () => {
  it.each([
    ['{ mode: ipvs, ipvs: { scheduler: wrr } }', 'scheduler "wrr"'],
    ['{ mode: ipvs, ipvs: { scheduler: sh } }', 'scheduler "sh"'],
  ])('%s is refused', (settings, what) => {
    expect(proxy(settings)).toEqual([
      expect.stringMatching(/ error spec\.proxy\..* is not supported by this version yet$/),
    ]);
    expect(proxy(settings)[0]).toContain(what);
  });

  it('is refused in a KubeProxyConfiguration, too', () => {
    const manifest = `---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ipvs
ipvs: { scheduler: mh }
`;
    expect(problems(load(scenario('', SHOP + manifest)))).toEqual([
      expect.stringMatching(
        / error .*ipvs\.scheduler: .*"mh" is not supported by this version yet$/,
      ),
    ]);
  });
});

describe('syncPeriod', () => {
  it.each([
    ['{ syncPeriod: 5s }', '{ syncPeriod: 30s }'],
    ['{ minSyncPeriod: 30s }', '{ mode: ipvs, syncPeriod: 1s }'],
  ])('is taken as kube-proxy takes it: %s', (...all) => {
    for (const settings of all) expect(proxy(settings)).toEqual([]);
  });

  it('is refused where kube-proxy would not start with it, at the field that is to blame', () => {
    expect(proxy('{ syncPeriod: 500ms }')).toEqual([
      expect.stringMatching(/error spec\.proxy\.syncPeriod: .*500ms is shorter than .* 1s/),
    ]);
    expect(proxy('{ syncPeriod: 0s }')).toEqual([
      expect.stringContaining('error spec.proxy.syncPeriod: a syncPeriod of 0s'),
    ]);
    expect(proxy('{ minSyncPeriod: 31s }')).toEqual([
      expect.stringContaining('error spec.proxy.minSyncPeriod: syncPeriod 30s is shorter'),
    ]);
    expect(proxy('{ perNode: { node-1: { syncPeriod: 1ms } } }')).toEqual([
      expect.stringContaining('error spec.proxy.perNode.node-1.syncPeriod: syncPeriod 1ms'),
    ]);
    const manifest = `---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
iptables: { syncPeriod: 10ms }
`;
    expect(problems(load(scenario('', SHOP + manifest)))).toEqual([
      expect.stringContaining('KubeProxyConfiguration iptables.syncPeriod: syncPeriod 10ms'),
    ]);
  });
});

describe('syncFailure', () => {
  it('is a probability', () => {
    expect(proxy('{ syncFailure: { probability: 10% } }')).toEqual([]);
    expect(proxy('{ syncFailure: { probability: 110% } }')).toEqual([
      expect.stringContaining('error spec.proxy.syncFailure.probability'),
    ]);
  });
});

describe('the cost model', () => {
  const costs = (settings: string) => {
    const spec = `  nodes: [{ namePrefix: worker, count: 2 }]\n  proxy: ${settings}`;
    const { nodes, proxies } = loaded(scenario(spec)).base;
    return nodes.map(({ proxy: index }) => proxies[index]!.costs);
  };

  it('takes a rule that costs the same for every packet where nothing is said of cold caches', () => {
    const [{ iptables }] = costs('{ costs: { iptables: { perServiceRule: 5.5ns } } }') as [
      ProxyCosts,
    ];
    expect(iptables).toMatchObject({
      perServiceRule: 5.5,
      perServiceRuleCold: 5.5,
      perServiceRuleColdFirst: 5.5,
    });
    const written =
      '{ perServiceRule: 5ns, perServiceRuleCold: 20ns, coldShare: 10%, cachedRules: none }';
    expect(costs(`{ costs: { iptables: ${written} } }`)[0]!.iptables).toMatchObject({
      perServiceRule: 5,
      perServiceRuleCold: 20,
      coldShare: 0.1,
      cachedRules: null,
    });
  });

  it('is that of the back end, under the coefficients that are set', () => {
    const [nft] = costs('{ iptables: { backend: nft }, costs: { iptables: { masquerade: 2us } } }');
    expect(nft!.iptables).toEqual({ ...IPTABLES_COSTS.nft, masquerade: 2000 });
  });

  it('takes any distribution for the first packet, and the terms of syncs one by one, by node as well', () => {
    const own = '{ costs: { nftables: { partialSync: { perService: 1.5ns } } } }';
    const all =
      '{ base: { exponential: { mean: 9us } }, partialSync: { base: 7ms, squaredBeyond: 3 } }';
    const [first, second] = costs(
      `{ mode: nftables, costs: { nftables: ${all} }, perNode: { worker-2: ${own} } }`,
    );
    const defaults = PROXY_COSTS.nftables.partialSync;
    const partialSync = { ...defaults, base: 7e6, squaredBeyond: 3 };
    expect(first!.nftables).toMatchObject({
      base: { kind: 'exponential', mean: 9000 },
      partialSync,
    });
    expect(second!.nftables).toMatchObject({
      base: { kind: 'exponential', mean: 9000 },
      partialSync: { ...partialSync, perService: 1.5 },
    });
  });

  it('says once what is wrong with a distribution, however many nodes have it', () => {
    const base = '{ uniform: { min: 3us, max: 1us } }';
    const spec = `  nodes: [{ namePrefix: worker, count: 3 }]
  proxy: { costs: { ipvs: { base: ${base} } }, perNode: { worker-2: { burst: 1 } } }`;
    expect(problems(load(scenario(spec)))).toEqual([
      expect.stringContaining(
        'error spec.proxy.costs.ipvs.base.uniform.max: max 1us must be above',
      ),
    ]);
  });
});

describe('what makes no sense', () => {
  it.each([
    [
      '{ ebpf: { maglevTableSize: 1000 } }',
      'error spec.proxy.ebpf.maglevTableSize: 1000 is no size',
    ],
    [
      '{ otherServices: 5, otherServicesWithoutEndpoints: 6 }',
      'error spec.proxy.otherServicesWithoutEndpoints: 6 of 5 other Services cannot be',
    ],
    [
      '{ mode: ebpf, ebpf: { algorithm: maglev } }',
      'warning spec.proxy.ebpf.algorithm: Maglev is for what comes from outside',
    ],
  ])('%s is said', (settings, message) => {
    expect(proxy(settings)).toEqual([expect.stringContaining(message)]);
  });

  it('is judged by all settings of a node', () => {
    const own = 'perNode: { node-1: { otherServicesWithoutEndpoints: 6 } }';
    expect(proxy(`{ otherServices: 6, ${own} }`)).toEqual([]);
  });
});

it('masqueradeAll is taken from a KubeProxyConfiguration, where the scenario does not say', () => {
  const manifest = `---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
iptables: { masqueradeAll: true }
`;
  const of = (spec: string) => loaded(scenario(spec, SHOP + manifest)).base.proxies[0];
  expect(of('')).toMatchObject({
    iptables: { masqueradeAll: true },
    nftables: { masqueradeAll: false },
  });
  expect(of('  proxy: { iptables: { masqueradeAll: false } }')).toMatchObject({
    iptables: { masqueradeAll: false },
  });
});
