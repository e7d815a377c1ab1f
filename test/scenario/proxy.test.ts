/** What of spec.proxy and of KubeProxyConfiguration is refused, and what has no effect. */
import { describe, expect, it } from 'vitest';
import { load, problems, scenario, SHOP } from './memory-reader.ts';

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
