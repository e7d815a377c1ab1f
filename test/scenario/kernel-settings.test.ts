/** Settings of the kernels that clients and nodes run: connection attempts, ICMP errors, conntrack. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

const network = (settings: string) => loaded(scenario(`  network: ${settings}`)).base.network;
const conntrack = (settings: string, manifests = SHOP) =>
  loaded(scenario(`  proxy: { conntrack: ${settings} }`, manifests)).base.proxies[0]!.conntrack;
const inSeconds = (spans: readonly number[]): number[] => spans.map((span) => span / 1e9);

describe('connect()', () => {
  it.each(['{}', '250us'])('sends its SYNs as Linux since 6.5 where network is %s', (written) => {
    const { synRetransmissions, synTimeout } = network(written);
    expect(inSeconds(synRetransmissions)).toEqual([1, 2, 3, 4, 5, 7, 11, 19, 35, 67]);
    expect(synTimeout).toBe(131e9);
  });

  it('is that of an older kernel without linear timeouts, and of fewer retries', () => {
    expect(network('{ tcpSynLinearTimeouts: 0 }').synTimeout).toBe(127e9);
    const { synRetransmissions, synTimeout } = network(
      '{ tcpSynRetries: 2, tcpSynLinearTimeouts: 0 }',
    );
    expect(inSeconds(synRetransmissions)).toEqual([1, 3]);
    expect(synTimeout).toBe(7e9);
  });

  it('gives up when synTimeout says so', () => {
    const { synRetransmissions, synTimeout } = network('{ synTimeout: 10s }');
    expect(synTimeout).toBe(10e9);
    expect(synRetransmissions).toHaveLength(10);
  });
});

describe('ICMP errors', () => {
  it('are limited as Linux limits them, as written, or not', () => {
    expect(network('250us').icmpRateLimit).toEqual({ interval: 1e9, burst: 6 });
    expect(network('{}').icmpRateLimit).toEqual({ interval: 1e9, burst: 6 });
    expect(network('{ icmpRateLimit: { interval: 100ms } }').icmpRateLimit).toEqual({
      interval: 1e8,
      burst: 6,
    });
    expect(network('{ icmpRateLimit: none }').icmpRateLimit).toBeNull();
  });

  it('need an interval above zero', () => {
    const text = scenario('  network: { icmpRateLimit: { interval: 0s } }');
    expect(problems(load(text))).toEqual([
      expect.stringContaining('spec.network.icmpRateLimit.interval: must be above 0s'),
    ]);
  });
});

describe('conntrack', () => {
  const defaults = {
    timeWait: 120e9,
    close: 10e9,
    synSent: 120e9,
    tcpEstablishedTimeout: 86_400e9,
    udpTimeout: 30e9,
    udpStreamTimeout: 120e9,
  };

  it("forgets after the kernel's timeouts, and kube-proxy's of established connections", () => {
    expect(conntrack('{}')).toMatchObject(defaults);
    expect(conntrack('none')).toEqual({ max: null, ...defaults });
  });

  it('takes each as written, and those of a KubeProxyConfiguration that are not 0', () => {
    const manifest = `${SHOP}---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
conntrack: { tcpEstablishedTimeout: 1h, udpTimeout: 0s, udpStreamTimeout: 60s }
`;
    expect(conntrack('{ close: 1s }', manifest)).toMatchObject({
      ...defaults,
      close: 1e9,
      tcpEstablishedTimeout: 3600e9,
      udpStreamTimeout: 60e9,
    });
    expect(conntrack('{ udpStreamTimeout: 90s }', manifest).udpStreamTimeout).toBe(90e9);
  });
});
