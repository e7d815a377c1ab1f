/** What of spec.proxy and of KubeProxyConfiguration is refused, and what has no effect. */
import { describe, expect, it } from 'vitest';
import { load, problems, scenario, SHOP } from './memory-reader.ts';

const proxy = (settings: string): readonly string[] =>
  problems(load(scenario(`  proxy: ${settings}`)));

describe('what kube-proxy can do and this version cannot', () => {
  it.each([
    ['{ mode: ebpf }', 'mode ebpf'],
    ['{ mode: ipvs, ipvs: { scheduler: wrr } }', 'scheduler "wrr"'],
    ['{ mode: ipvs, ipvs: { scheduler: sh } }', 'scheduler "sh"'],
    ['{ perNode: { node-1: { mode: ebpf } } }', 'mode ebpf'],
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
  it('has no effect, which is said where somebody sets it', () => {
    expect(proxy('{ syncPeriod: 5s }')).toEqual([
      expect.stringContaining('warning spec.proxy.syncPeriod: read, but without effect'),
    ]);
  });

  it('is as good as left out at its default', () => {
    expect(proxy('{ syncPeriod: 30s }')).toEqual([]);
  });
});
