/** What a scenario that says nothing gets: the format's defaults, as planned. */
import { describe, expect, it } from 'vitest';
import { loaded, scenario, SHOP } from './memory-reader.ts';

const { base } = loaded(scenario());

describe('a scenario of clients and what they target', () => {
  it('is one replication of a minute on one node, without warm-up', () => {
    const { seed, replications, warmUp, duration, interval, variant } = base;
    expect({ seed, replications, warmUp, duration, interval, variant }).toEqual({
      seed: 1,
      replications: 1,
      warmUp: 0,
      duration: 60e9,
      interval: 1e9,
      variant: 'default',
    });
    expect(base.windows).toEqual([{ name: 'all', from: 0, to: 60e9 }]);
    expect(base.nodes).toEqual([
      { name: 'node-1', ip: '172.18.0.2', zone: null, cpu: 4, unschedulable: false, proxy: 0 },
    ]);
  });

  it('runs kube-proxy as Kubernetes does by default', () => {
    expect(base.proxies).toHaveLength(1);
    expect(base.proxies[0]).toMatchObject({
      mode: 'iptables',
      minSyncPeriod: 1e9,
      syncPeriod: 30e9,
      burst: 2,
      maxInterval: 3600e9,
      fullSyncPeriod: 3600e9,
      syncFailure: 0,
      otherServices: 0,
      conntrack: { max: 131_072, timeWait: 120e9 },
    });
  });

  it('has pods that serve one request at a time and queue without limit', () => {
    expect(base.workloads[0]).toMatchObject({
      name: 'deployment/shop',
      concurrency: 1,
      queueLimit: null,
      errorRate: 0,
      startUp: { kind: 'uniform', min: 1e9, max: 3e9 },
      preStop: 0,
      terminationGracePeriod: 30e9,
      readinessFlap: null,
      crash: null,
    });
  });

  it('has clients that open a connection for each request and never give up', () => {
    expect(base.clients[0]).toMatchObject({
      connection: { mode: 'PerRequest' },
      connectTimeout: null,
      timeout: null,
      retry: null,
      ports: { first: 32_768, last: 60_999, timeWait: 60e9 },
    });
  });

  it('is frozen all through, and plain data', () => {
    const check = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      expect(Object.isFrozen(value)).toBe(true);
      for (const part of Object.values(value)) check(part);
    };
    check(base);
    expect(JSON.parse(JSON.stringify(base))).toEqual(base);
  });
});

describe('defaults that depend on something', () => {
  it('minSyncPeriod: ipvs has none', () => {
    const { proxies } = loaded(scenario('  proxy: { mode: ipvs }')).base;
    expect(proxies[0]).toMatchObject({ mode: 'ipvs', minSyncPeriod: 0, ipvs: { scheduler: 'rr' } });
  });

  it.each([
    ['iptables', 2, 3600, 3600],
    ['iptables', 1, 3600, 3600],
    ['nftables', 2, 3600, 3600],
    ['ipvs', 2, 30, null],
    ['ipvs', 1, 3600, null],
  ])('forced syncs: %s with a burst of %i', (mode, burst, forced, full) => {
    const { proxies } = loaded(scenario(`  proxy: { mode: ${mode}, burst: ${burst} }`)).base;
    const maxInterval = forced * 1e9;
    const fullSyncPeriod = full === null ? null : full * 1e9;
    expect(proxies[0]).toMatchObject({ maxInterval, fullSyncPeriod });
  });

  it('conntrack: 32768 entries a core, but at least 131072', () => {
    const { nodes, proxies } = loaded(
      scenario(
        '  nodes: [{ name: small, cpu: 500m }, { name: big, cpu: 16 }, { name: too, cpu: 2 }]',
      ),
    ).base;
    expect(nodes.map(({ proxy }) => proxies[proxy]?.conntrack.max)).toEqual([
      131_072, 524_288, 131_072,
    ]);
    // Nodes that are set up alike share a proxy.
    expect(proxies).toHaveLength(2);
  });

  it.each([
    ['60s', 1e9],
    ['100s', 1e9],
    ['101s', 2e9],
    ['10m', 10e9],
    ['40ms', 1e6],
    ['1250000s', 20_000e9],
  ])('interval: at most 100 rows of 1, 2, 5 × 10^k over %s', (duration, interval) => {
    expect(loaded(scenario(`  duration: ${duration}`)).base.interval).toBe(interval);
  });

  it('connections that last: a pool of one, last in first out', () => {
    const text = scenario().replace(
      '100/s } }',
      '100/s } }\n      connection: { mode: KeepAlive }',
    );
    expect(loaded(text).base.clients[0]?.connection).toEqual({
      mode: 'KeepAlive',
      pool: 1,
      reuse: 'Lifo',
      maxRequests: null,
      maxAge: null,
      idleTimeout: null,
      maxAgeJitter: 0,
      warmUp: 0,
    });
  });

  it('retries: one, of what a retry can mend, after 25 ms doubled and fully jittered', () => {
    const text = scenario().replace('100/s } }', '100/s } }\n      retry: {}');
    expect(loaded(text).base.clients[0]?.retry).toEqual({
      attempts: 1,
      on: ['refused', 'connectTimeout', 'timeout', '503', 'dns'],
      backoff: { base: 25e6, factor: 2, max: null, jitter: 'Full' },
      budget: null,
    });
  });

  it('costs and bounds at nothing: rules are free, conntrack and ports without end', () => {
    const text = scenario('  network: 0s\n  proxy: { costs: none, conntrack: none }').replace(
      '100/s } }',
      '100/s } }\n      ports: none',
    );
    const { proxies, clients, network } = loaded(text).base;
    const numbers = (value: unknown): unknown[] =>
      typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbers) : [value];
    const costs = new Set(numbers(proxies[0]!.costs));
    // The kind of a distribution, and a number of rules without end.
    expect(costs).toEqual(new Set([0, 'constant', null]));
    expect(proxies[0]?.conntrack.max).toBeNull();
    expect(clients[0]?.ports).toBeNull();
    expect(network.external).toEqual({ kind: 'constant', value: 0 });
  });

  it('single costs can be set, to a fraction of a nanosecond', () => {
    const spec = '  proxy: { costs: { iptables: { perServiceRule: 5.5ns } } }';
    expect(loaded(scenario(spec)).base.proxies[0]?.costs.iptables).toMatchObject({
      base: { kind: 'histogram' },
      perServiceRule: 5.5,
      perEndpointRule: 56,
    });
  });

  it('settings of a node lie on top of those of all', () => {
    const spec = `  nodes: [{ namePrefix: worker, count: 3 }]
  proxy: { mode: ipvs, otherServices: 7, perNode: { worker-3: { mode: nftables } } }`;
    const { nodes, proxies } = loaded(scenario(spec)).base;
    const shown = nodes.map(({ proxy }) => [proxies[proxy]?.mode, proxies[proxy]?.otherServices]);
    expect(shown).toEqual([
      ['ipvs', 7],
      ['ipvs', 7],
      ['nftables', 7],
    ]);
    expect(proxies[nodes[2]!.proxy]?.minSyncPeriod).toBe(1e9);
  });

  it('KubeProxyConfiguration fills in what the scenario leaves out', () => {
    const configuration = `---
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: ipvs
ipvs: { scheduler: lc, minSyncPeriod: 250ms, syncPeriod: 45s }
iptables: { minSyncPeriod: 2s }
conntrack: { maxPerCore: 100000, min: 1 }
`;
    const text = scenario('', SHOP + configuration);
    const [proxy] = loaded(text).base.proxies;
    expect(proxy).toMatchObject({
      mode: 'ipvs',
      minSyncPeriod: 250e6,
      syncPeriod: 45e9,
      ipvs: { scheduler: 'lc' },
      conntrack: { max: 400_000 },
    });
    const own = loaded(text, {}, { set: ['proxy.mode=iptables'] }).base.proxies[0];
    expect(own).toMatchObject({ mode: 'iptables', minSyncPeriod: 2e9 });
  });
});
