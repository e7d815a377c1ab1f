/** What manifests are told that is wrong with them, that has no effect, or that is not simulated. */
import { describe, expect, it } from 'vitest';
import { load, problems, scenario, SHOP } from './memory-reader.ts';

/** SHOP with something added to it, called or not. */
const withMore = (manifests: string, spec = ''): string => scenario(spec, SHOP + manifests);

describe('what is wrong with manifests', () => {
  /** Problems of SHOP after replacing one text by another. */
  const after = (from: string, to: string): string[] => {
    expect(SHOP).toContain(from);
    return problems(load(scenario('', SHOP.replace(from, to))));
  };

  it('a selector that matches nothing: no endpoints, a warning, and what may have been meant', () => {
    const result = load(
      scenario('', SHOP.replace('selector: { app: shop }', 'selector: { app: shpo }')),
    );
    expect(result).toMatchObject({
      ok: true,
      warnings: [
        {
          severity: 'warning',
          path: 'Service/shop spec.selector',
          message: 'no pod has app: shpo: the Service has no endpoints',
          hint: 'did you mean "app: shop"?',
        },
      ],
    });
    expect(result.ok && result.scenario.base.workloads[0]?.memberships).toEqual([]);
  });

  it('a port name that no pod has: null, and a warning at the port', () => {
    const result = load(scenario('', SHOP.replace('targetPort: 8080', 'targetPort: wbe')));
    expect(problems(result)).toEqual([
      '16:47 warning Service/shop spec.ports[0].targetPort: no selected pod has a port named "wbe"; did you mean "web"?',
    ]);
    expect(result.ok && result.scenario.base.workloads[0]?.memberships[0]?.targetPorts).toEqual([
      null,
    ]);
  });

  it.each([
    ['port: 80,', 'port: 70000,', '70000 must be 1 to 65535'],
    ['port: 80,', 'port: "80",', '"80" is not a whole number'],
    ['targetPort: 8080', 'targetPort: "8080"', '"8080" is not a port name'],
    [
      'ports: [{ name: http, port: 80, targetPort: 8080 }]',
      'ports: []',
      'must have at least one port',
    ],
    ['app: shop }\n  ports', 'app: 5 }\n  ports', '5 is not text'],
    ['name: http,', 'name: http, protocol: TPC,', '"TPC" is not supported; did you mean "TCP"?'],
    ['replicas: 3', 'replicas: -1', '-1 must be 0 to 150000'],
    [
      'matchLabels: { app: shop }',
      'matchLabels: { app: shp }',
      'the template has no label app: shp',
    ],
    ['containers: [{', 'containers: {a: [{', 'not valid YAML'],
    ['kind: Service', 'kind: [Service]', 'not the name of a kind'],
    ['apiVersion: apps/v1\n', '', '"apiVersion" is required'],
  ])('%j → %j', (from, to, message) => {
    const found = after(from, to);
    expect(found.some((line) => line.includes('error') && line.includes(message))).toBe(true);
  });

  it.each([
    'sessionAffinity: None',
    'internalTrafficPolicy: Cluster',
    'publishNotReadyAddresses: false',
    'type: NodePort',
    'type: LoadBalancer',
    'externalTrafficPolicy: Cluster',
  ])('%s is what goes without saying', (field) => {
    const text = SHOP.replace('  selector: { app: shop }', `  ${field}\n  selector: { app: shop }`);
    expect(problems(load(scenario('', text)))).toEqual([]);
  });

  it('kinds that are not simulated are ignored, and said to be', () => {
    const more = `---
apiVersion: v1
kind: ConfigMap
metadata: { name: one }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: two }
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: shop }
`;
    expect(problems(load(withMore(more)))).toEqual([
      '30:7 warning ConfigMap/one: kind ConfigMap is not simulated: ignored (and 1 more of this kind)',
      '38:7 warning Service/shop: kind Service is not simulated: ignored',
    ]);
  });

  it('a kind that is almost one of those that are simulated', () => {
    const result = load(
      withMore('---\napiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: a }\n'),
    );
    expect(result.ok && result.warnings).toMatchObject([{ hint: 'did you mean "Deployment"?' }]);
  });

  it('fields without effect: one warning for each workload that traffic meets', () => {
    const text = SHOP.replace('containers:', 'nodeSelector: { disk: ssd }\n      containers:');
    expect(problems(load(scenario('', text)))).toEqual([
      '20:19 warning Deployment/shop: read, but without effect in this version: nodeSelector',
    ]);
  });

  it('fields that Kubernetes does not know are ignored, and said to be, with what may have been meant', () => {
    const text = SHOP.replace(
      '  selector: { app: shop }',
      '  sesionAffinity: ClientIP\n  selector: { app: shop }',
    )
      .replace('replicas: 3', 'replica: 3')
      .replace('name: main,', 'name: main, prots: [],');
    expect(problems(load(scenario('', text)))).toEqual([
      '15:3 warning Service/shop spec: unknown field "sesionAffinity": ignored; did you mean "sessionAffinity"?',
      expect.stringMatching(
        / warning Deployment\/shop spec: unknown field "replica": ignored; did you mean "replicas"\?$/,
      ),
      expect.stringMatching(
        / warning Deployment\/shop spec\.template\.spec\.containers\[0\]: unknown field "prots": ignored; did you mean "ports"\?$/,
      ),
    ]);
  });

  it('two of a name', () => {
    expect(problems(load(withMore(SHOP)))).toEqual([
      '31:19 error Service/shop: Service "shop" is defined twice; first in test.yaml:13',
      '38:19 error Deployment/shop: Deployment "shop" is defined twice; first in test.yaml:20',
    ]);
  });

  it('a Service where a workload belongs', () => {
    const text = scenario().replace(
      'target: deployment/shop, serviceTime',
      'target: service/shop, serviceTime',
    );
    const result = load(text);
    expect(problems(result)).toEqual([
      expect.stringMatching(/error spec\.workloads\[0\]\.target: a Service is not a workload$/),
    ]);
    expect(!result.ok && result.diagnostics[0]?.hint).toBe(
      'name what stands behind it: deployment/shop',
    );
  });

  it('a workload that answers in no time', () => {
    const text = scenario().replace(
      '  workloads: [{ target: deployment/shop, serviceTime: 10ms }]\n',
      '',
    );
    expect(problems(load(text))).toEqual([
      '4:1 warning spec.workloads: deployment/shop backs "shop" and has no serviceTime: it is taken as 0s',
    ]);
  });
});
