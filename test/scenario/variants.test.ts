/** Overrides and variants. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

const THREE = `  variants:
    - { name: iptables, set: { proxy.mode: iptables } }
    - { name: ipvs, set: { proxy.mode: ipvs } }
    - name: bigger
      set:
        deployment/shop:spec.replicas: 6
        clients[web].arrival.poisson.rate: 7/s
        workloads[deployment/shop].concurrency: 2`;

describe('variants', () => {
  it('are the scenario with their paths set, in order, and the base as written', () => {
    const { base, variants } = loaded(scenario(THREE));
    expect(base.variant).toBe('default');
    expect(variants.map(({ variant }) => variant)).toEqual(['iptables', 'ipvs', 'bigger']);
    expect(variants.map(({ proxies }) => proxies[0]?.mode)).toEqual([
      'iptables',
      'ipvs',
      'iptables',
    ]);
    expect(variants.map(({ workloads }) => workloads[0]?.pods.length)).toEqual([3, 3, 6]);
    expect(variants[2]?.clients[0]?.arrival).toEqual({ kind: 'poisson', rate: 7 });
    expect(variants[2]?.workloads[0]?.concurrency).toBe(2);
  });

  it('differ in nothing but what they set', () => {
    const [iptables, ipvs] = loaded(scenario(THREE)).variants;
    expect({ ...ipvs, variant: '', proxies: [] }).toEqual({
      ...iptables,
      variant: '',
      proxies: [],
    });
  });

  it('--vary replaces them, named by the values', () => {
    const { variants } = loaded(scenario(THREE), {}, { vary: 'spec.proxy.mode=ipvs, nftables' });
    expect(variants.map(({ variant }) => variant)).toEqual(['ipvs', 'nftables']);
    const nested = loaded(
      scenario(),
      {},
      { vary: 'clients[0].arrival={ poisson: { rate: 1/s } },{ constant: { rate: 2/s } }' },
    );
    expect(nested.variants.map(({ clients }) => clients[0]?.arrival.kind)).toEqual([
      'poisson',
      'constant',
    ]);
  });

  it.each([
    ['deployment/other:spec.replicas=2,3', ['replicas=2', 'replicas=3']],
    ['clients[web].connection.maxAge=10s, 1m', ['maxAge=10s', 'maxAge=1m']],
    ['dns.enabled=true,false', ['enabled=true', 'enabled=false']],
    ['proxy.minSyncPeriod=1s,2s', ['minSyncPeriod=1s', 'minSyncPeriod=2s']],
  ])('--vary names the field where a value does not say what it is: %s', (vary, names) => {
    const deployment =
      '---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: other }\nspec: { replicas: 1, ' +
      'selector: { matchLabels: { app: o } }, template: { metadata: { labels: { app: o } }, ' +
      'spec: { containers: [{ name: main, image: o }] } } }\n';
    const { variants } = loaded(`${scenario()}\n${deployment}`, {}, { vary });
    expect(variants.map(({ variant }) => variant)).toEqual(names);
  });

  it('--vary says that the variants of the file are not compared', () => {
    const result = load(scenario(THREE), {}, { vary: 'proxy.mode=ipvs,nftables' });
    expect(result.ok && result.warnings.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'spec.variants: not compared: --vary names the variants instead',
    ]);
    const none = load(scenario(''), {}, { vary: 'proxy.mode=ipvs,nftables' });
    expect(none.ok && none.warnings).toEqual([]);
  });

  it('--vary takes each value once', () => {
    const result = load(scenario(), {}, { vary: 'proxy.mode=ipvs,ipvs' });
    expect(problems(result)).toEqual(['1:12 error proxy.mode: "ipvs" is there twice']);
  });

  it('--set applies to all of them, and what a variant sets wins', () => {
    const set = ['proxy.mode=nftables', 'seed=9'];
    const { base, variants } = loaded(scenario(THREE), {}, { set });
    expect(base.proxies[0]?.mode).toBe('nftables');
    expect(variants.map(({ proxies }) => proxies[0]?.mode)).toEqual([
      'iptables',
      'ipvs',
      'nftables',
    ]);
    expect(variants.map(({ seed }) => seed)).toEqual([9, 9, 9]);
  });

  it('seed and replications of the call win over everything', () => {
    const { base } = loaded(
      scenario('  seed: 1\n  replications: 3'),
      {},
      { seed: 5, replications: 2 },
    );
    expect([base.seed, base.replications]).toEqual([5, 2]);
    expect(load(scenario(), {}, { seed: -1 }).ok).toBe(false);
    expect(load(scenario(), {}, { replications: 1.5 }).ok).toBe(false);
  });

  it.each([
    ['proxy.mod: ipvs', '11:25 error spec.proxy: unknown field "mod"; did you mean "mode"?'],
    [
      'proxy.mode: ipv',
      '11:37 error spec.proxy.mode: "ipv" is not supported; did you mean "ipvs"?',
    ],
    [
      '"clients[wbe].timeout": 1s',
      '11:25 error spec.variants[0].set: "clients[wbe].timeout": no entry [wbe]; did you mean "web"?',
    ],
    [
      '"clients[7].timeout": 1s',
      '11:25 error spec.variants[0].set: "clients[7].timeout": no entry [7]',
    ],
    [
      '"clients[0.timeout": 1s',
      '11:25 error spec.variants[0].set: "clients[0.timeout" is not a path',
    ],
    [
      '"deployment/shp:spec.replicas": 1',
      '11:25 error spec.variants[0].set: no deployment "shp"; did you mean "shop"?',
    ],
    [
      '"deployment/shop:spec.replica": 1',
      '11:25 error spec.variants[0].set: "deployment/shop:spec.replica": unknown field "replica"; did you mean "replicas"?',
    ],
    [
      '"deployment/shop:spec.replicas": many',
      '11:58 error Deployment/shop spec.replicas: "many" is not a whole number',
    ],
    [
      '"deploy/shop:spec.replicas": many',
      '11:54 error Deployment/shop spec.replicas: "many" is not a whole number',
    ],
    ['"hpa/shop:spec.minReplicas": 2', '11:25 error spec.variants[0].set: no hpa "shop"'],
    ['proxy.mode.x: 1', '11:25 error spec.proxy.mode: a map is not supported'],
  ])('{ %s } is reported where it is written', (set, message) => {
    const text = scenario(`  variants:\n    - { name: a, set: { ${set} } }`);
    expect(problems(load(text))).toEqual([message]);
  });

  it('are told to quote a path with brackets inside braces', () => {
    const text = scenario('  variants:\n    - { name: a, set: { clients[web].timeout: 1s } }');
    const result = load(text);
    expect(!result.ok && result.diagnostics.map(({ hint }) => hint)).toEqual([
      'inside { } a key with brackets is quoted: "clients[web].timeout"',
    ]);
  });

  it('say which of them it is where the file is wrong for one, or a warning is of one', () => {
    const text = scenario(`  thresholds: [{ expr: latency.p99 < 1s, client: web }]
  variants:
    - { name: a, set: { "clients[web].timeout": 2s } }
    - { name: b, set: { "clients[web].name": other } }`);
    expect(problems(load(text))).toEqual([
      '10:50 error spec.thresholds[0].client: no client "web" (in variant b)',
    ]);
    const kept = scenario('').replace(
      '    - name: web',
      '    - name: web\n      connection: { mode: KeepAlive, pool: 4 }',
    );
    const meshed = load(kept, {}, { vary: 'mesh.mode=Sidecar' });
    expect(meshed.ok && meshed.warnings.map(({ message }) => message)).toEqual([
      'pool: without effect, as the proxy of the mesh opens the connections (in variant Sidecar)',
    ]);
  });

  it('need names of their own', () => {
    const text = scenario('  variants: [{ name: a }, { name: a }]');
    expect(problems(load(text))).toEqual([
      '10:35 error spec.variants[1].name: two variants are named "a"',
    ]);
  });
});

describe('--set', () => {
  it.each([
    ['proxy.mode', '"proxy.mode" is not path=value'],
    ['proxy.mod=ipvs', 'unknown field "mod"; did you mean "mode"?'],
    ['proxy.mode=[', 'not valid YAML'],
    ['duration=60', '60 is not a duration'],
    ['spec.durations=60s', 'unknown field "durations"; did you mean "duration"?'],
    ['service/shop:spec.selectr.app=x', 'unknown field "selectr"; did you mean "selector"?'],
  ])('%s is refused', (argument, message) => {
    const result = load(scenario(), {}, { set: [argument] });
    expect(result.ok).toBe(false);
    expect(problems(result).join('\n')).toContain(message);
    expect(!result.ok && result.diagnostics[0]?.file).toBe('--set');
  });

  it('values are typed by the schema: a number where text belongs is not text', () => {
    expect(load(scenario(), {}, { set: ['metadata.name=5'] }).ok).toBe(false);
    expect(loaded(scenario(), {}, { set: ['metadata.name="5"'] }).name).toBe('5');
  });

  it('reaches keys with dots, and what is not there yet', () => {
    const text = scenario('  nodes: [{ name: a.b }]');
    const { proxies, nodes } = loaded(text, {}, { set: ['proxy.perNode["a.b"].mode=ipvs'] }).base;
    expect(proxies[nodes[0]!.proxy]?.mode).toBe('ipvs');
  });

  it('null takes a field away', () => {
    const text = scenario('  proxy: { mode: ipvs }');
    expect(loaded(text, {}, { set: ['proxy=null'] }).base.proxies[0]?.mode).toBe('iptables');
  });
});

describe('files', () => {
  const SCENARIO = scenario('  include: [shop.yaml]', '');

  it('are included, and may come with the variant', () => {
    const { services } = loaded(SCENARIO, { 'shop.yaml': SHOP }).base;
    expect(services.map(({ name }) => name)).toEqual(['shop', 'kube-dns']);
    const other = SHOP.replace('replicas: 3', 'replicas: 9');
    const text = scenario(
      '  include: [shop.yaml]\n  variants: [{ name: nine, set: { include: [other.yaml] } }]',
      '',
    );
    const { base, variants } = loaded(text, { 'shop.yaml': SHOP, 'other.yaml': other });
    expect([base, ...variants].map(({ workloads }) => workloads[0]?.pods.length)).toEqual([3, 9]);
  });

  it('may be JSON', () => {
    const json = JSON.stringify(
      {
        apiVersion: 'svcsim/v1alpha1',
        kind: 'Scenario',
        metadata: { name: 'json' },
        spec: {
          include: ['shop.yaml'],
          workloads: [{ target: 'deployment/shop', serviceTime: '1ms' }],
          clients: [{ name: 'web', target: 'http://shop', arrival: { poisson: { rate: '1/s' } } }],
        },
      },
      null,
      '\t',
    );
    const result = load(json, { 'shop.yaml': SHOP });
    expect(result.ok && result.scenario.name).toBe('json');
  });

  it.each([
    [
      'a file that is not there',
      {},
      '10:13 error spec.include[0]: cannot read shop.yaml: no such file',
    ],
    ['an empty file', { 'shop.yaml': '# nothing\n' }, '1:1 error the file is empty'],
    [
      'a second Scenario',
      { 'shop.yaml': scenario() },
      '2:7 error kind: a file that is included (by test.yaml) cannot have a Scenario',
    ],
    ['binary', { 'shop.yaml': 'a: \0\n' }, '1:4 error not a text file: it holds a NUL'],
    ['a document without a kind', { 'shop.yaml': 'a: 1\n' }, '1:1 error "kind" is required'],
    [
      'a list',
      { 'shop.yaml': '- a\n' },
      '1:1 error a document is a map with "apiVersion" and "kind", not a list',
    ],
  ])('%s is reported, and nothing that follows from it', (_name, files, message) => {
    expect(problems(load(SCENARIO, files))).toEqual([message]);
  });

  it('of nothing but a kind lack two things, not three', () => {
    expect(problems(load('apiVersion: svcsim/v1alpha1\nkind: Scenario\n'))).toEqual([
      '1:1 error "metadata" is required',
      '1:1 error "spec" is required',
    ]);
  });

  it('cannot include themselves or anything twice', () => {
    const text = scenario('  include: [test.yaml, shop.yaml, shop.yaml]', '');
    expect(problems(load(text, { 'shop.yaml': SHOP }))).toEqual([
      '10:13 error spec.include[0]: the file includes itself',
      '10:35 error spec.include[2]: shop.yaml is included twice',
    ]);
  });

  it.each([
    ['', '1:1 error the file is empty'],
    [
      'kind: Scenari\napiVersion: svcsim/v1alpha1\n',
      '1:7 error kind: "Scenari" is not supported; did you mean "Scenario"?',
    ],
    [
      'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\n',
      '1:1 error no document of kind Scenario in this file',
    ],
    [
      `${scenario()}---\n${scenario('', '')}`,
      '30:7 error kind: a file has one Scenario, and this is another',
    ],
  ])('have one Scenario: %j', (text, message) => {
    expect(problems(load(text))).toEqual([message]);
  });
});
