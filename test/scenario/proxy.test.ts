/** What of spec.proxy and of KubeProxyConfiguration is refused, and what has no effect. */
import { describe, expect, it } from 'vitest';
import { IPVS_SCHEDULERS } from '../../src/contract/plan.ts';
import type { ProxyCosts } from '../../src/contract/plan.ts';
import { IPTABLES_COSTS, PROXY_COSTS } from '../../src/scenario/proxy-cost-defaults.ts';
import { load, loaded, problems, rendered, scenario, SHOP } from './memory-reader.ts';

const proxy = (settings: string): readonly string[] =>
  problems(load(scenario(`  proxy: ${settings}`)));

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
    const alone = rendered(load(scenario('  proxy: { syncFailure: 10% }')));
    expect(alone).toMatch(/"10%" is not a map\n[^]*Its fields: probability/);
  });
});

describe('the cost model', () => {
  it('is the calibrated one where that is said, on a node of a cluster without costs, too', () => {
    const perNode = 'perNode: { node-1: { costs: calibrated } }';
    for (const settings of ['{ costs: calibrated }', `{ costs: none, ${perNode} }`]) {
      const { proxies } = loaded(scenario(`  proxy: ${settings}`)).base;
      expect(proxies.map(({ costs }) => costs)).toEqual([PROXY_COSTS]);
    }
    expect(proxy('{ costs: free }')).toEqual([
      expect.stringContaining('"free" is not calibrated, none or a map of costs'),
    ]);
  });

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

describe('settings of a mode', () => {
  const UNUSED = 'without effect: no node runs in mode ipvs';

  it('are said to have no effect where no node runs in it', () => {
    expect(proxy('{ ipvs: { scheduler: lc }, costs: { ipvs: { base: 1us } } }')).toEqual([
      expect.stringContaining(`warning spec.proxy.ipvs: ${UNUSED}`),
      expect.stringContaining(`warning spec.proxy.costs.ipvs: ${UNUSED}`),
    ]);
    expect(proxy('{ perNode: { node-1: { ipvs: { scheduler: lc } } } }')).toEqual([
      expect.stringContaining(`warning spec.proxy.perNode.node-1.ipvs: ${UNUSED}`),
    ]);
  });

  it('are not, where a node or a variant does, or where the mode may be mistyped', () => {
    const written = '{ ipvs: { scheduler: lc } }';
    const vary = { vary: 'proxy.mode=iptables,ipvs' };
    expect(problems(load(scenario(`  proxy: ${written}`), {}, vary))).toEqual([]);
    expect(proxy('{ ipvs: { scheduler: lc }, perNode: { node-1: { mode: ipvs } } }')).toEqual([]);
    expect(proxy('{ mode: ipsv, ipvs: { scheduler: lc } }')).toEqual([
      expect.stringContaining('error spec.proxy.mode: "ipsv" is not supported'),
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

describe('ipvs', () => {
  const settings = (spec: string, manifest: string = ''): unknown =>
    loaded(scenario(spec, SHOP + manifest)).base.proxies[0]!.ipvs;

  it('is by default what kube-proxy and the kernel have', () => {
    expect(settings('')).toEqual({
      scheduler: 'rr',
      tcpTimeout: 900e9,
      udpTimeout: 300e9,
      order: 'sorted',
      connReuseMode: 1,
    });
  });

  it.each(IPVS_SCHEDULERS)('takes the scheduler %s', (scheduler) => {
    expect(settings(`  proxy: { mode: ipvs, ipvs: { scheduler: ${scheduler} } }`)).toMatchObject({
      scheduler,
    });
  });

  it('takes its timeouts from KubeProxyConfiguration, where 0 leaves those of the kernel', () => {
    const manifest = `---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ipvs
ipvs: { scheduler: mh, tcpTimeout: 0s, udpTimeout: 10s, tcpFinTimeout: 0s }
`;
    expect(settings('', manifest)).toMatchObject({
      scheduler: 'mh',
      tcpTimeout: 900e9,
      udpTimeout: 10e9,
    });
    const own =
      '  proxy: { ipvs: { scheduler: lc, tcpTimeout: 1h, order: random, connReuseMode: 0 } }';
    expect(settings(own, manifest)).toEqual({
      scheduler: 'lc',
      tcpTimeout: 3600e9,
      udpTimeout: 10e9,
      order: 'random',
      connReuseMode: 0,
    });
  });

  it('says where a scheduler is none of the kernel', () => {
    const manifest = `---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ipvs
ipvs: { scheduler: wr }
`;
    expect(problems(load(scenario('', SHOP + manifest)))).toEqual([
      expect.stringMatching(/ error .*ipvs\.scheduler: "wr" is not supported/),
    ]);
    expect(proxy('{ ipvs: { scheduler: wr } }')).toEqual([
      expect.stringMatching(/ error spec\.proxy\.ipvs\.scheduler: "wr" is not supported/),
    ]);
  });

  it('says that tcpFinTimeout has no effect', () => {
    expect(proxy('{ mode: ipvs, ipvs: { tcpFinTimeout: 5s } }')).toEqual([
      expect.stringContaining('warning spec.proxy.ipvs.tcpFinTimeout: read, but without effect'),
    ]);
  });
});
