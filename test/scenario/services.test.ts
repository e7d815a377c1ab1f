/** What Services ask for, from their manifests into the plan; and which endpoints fixed slices tell of. */
import { describe, expect, it } from 'vitest';
import type { PlannedService } from '../../src/contract/plan.ts';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

/** SHOP, its Service's spec with these lines. */
const shopWith = (...lines: string[]): string =>
  SHOP.replace(
    '  selector: { app: shop }\n  ports: [{ name: http, port: 80, targetPort: 8080 }]',
    ['selector: { app: shop }', 'ports: [{ name: http, port: 80, targetPort: 8080 }]', ...lines]
      .map((line) => `  ${line}`)
      .join('\n'),
  );

const planned = (...lines: string[]): PlannedService =>
  loaded(scenario('', shopWith(...lines))).base.services[0]!;

const annotated = (annotation: string, ...lines: string[]): string =>
  shopWith(...lines).replace(
    'metadata: { name: shop }\nspec:\n  selector',
    `metadata: { name: shop, annotations: { ${annotation} } }\nspec:\n  selector`,
  );

const found = (...lines: string[]): string[] => problems(load(scenario('', shopWith(...lines))));

describe('a Service that says nothing more', () => {
  it('has a ClusterIP and no node ports, and asks for no special treatment', () => {
    expect(planned()).toEqual({
      name: 'shop',
      namespace: 'default',
      label: 'shop',
      clusterIP: '10.96.1.0',
      ports: [{ name: 'http', port: 80, protocol: 'TCP', nodePort: null }],
      publishNotReadyAddresses: false,
      sessionAffinity: null,
      internalTrafficPolicy: 'Cluster',
      externalTrafficPolicy: 'Cluster',
      topology: null,
    });
  });
});

describe('session affinity', () => {
  it('lasts three hours, or what its configuration says', () => {
    expect(planned('sessionAffinity: ClientIP').sessionAffinity).toBe(10_800e9);
    const config = 'sessionAffinityConfig: { clientIP: { timeoutSeconds: 90 } }';
    expect(planned('sessionAffinity: ClientIP', config).sessionAffinity).toBe(90e9);
  });

  it.each([0, 86_401])('of %i seconds is out of range', (timeout) => {
    const config = `sessionAffinityConfig: { clientIP: { timeoutSeconds: ${timeout} } }`;
    expect(found('sessionAffinity: ClientIP', config)).toEqual([
      `18:56 error Service/shop spec.sessionAffinityConfig.clientIP.timeoutSeconds: ${timeout} must be 1 to 86400`,
    ]);
  });

  it('is not configured where there is none', () => {
    expect(found('sessionAffinityConfig: { clientIP: { timeoutSeconds: 90 } }')).toEqual([
      '17:26 error Service/shop spec.sessionAffinityConfig: goes with sessionAffinity: ClientIP',
    ]);
  });
});

describe('traffic policies', () => {
  it('are read', () => {
    expect(planned('internalTrafficPolicy: Local').internalTrafficPolicy).toBe('Local');
    const external = planned('type: NodePort', 'externalTrafficPolicy: Local');
    expect(external.externalTrafficPolicy).toBe('Local');
    expect(planned('publishNotReadyAddresses: true').publishNotReadyAddresses).toBe(true);
  });

  it('for traffic from outside are of no use to a Service that nothing outside reaches', () => {
    expect(found('externalTrafficPolicy: Local')).toEqual([
      '17:26 warning Service/shop spec.externalTrafficPolicy: without effect on a Service of type ClusterIP',
    ]);
  });

  it('health checks of load balancers are not simulated, and that is said', () => {
    expect(found('type: LoadBalancer', 'healthCheckNodePort: 30500')).toEqual([
      '18:24 warning Service/shop spec.healthCheckNodePort: without effect: health checks are not simulated',
    ]);
  });
});

describe('topology', () => {
  it.each([
    ['PreferClose', 'PreferSameZone'],
    ['PreferSameZone', 'PreferSameZone'],
    ['PreferSameNode', 'PreferSameNode'],
  ])('trafficDistribution %s is %s', (written, topology) => {
    expect(planned(`trafficDistribution: ${written}`).topology).toBe(topology);
  });

  it.each([
    ['service.kubernetes.io/topology-mode: Auto', 'Auto'],
    ['service.kubernetes.io/topology-mode: auto', 'Auto'],
    ['service.kubernetes.io/topology-aware-hints: auto', 'Auto'],
    ['service.kubernetes.io/topology-mode: Disabled', null],
    [
      'service.kubernetes.io/topology-mode: Disabled, service.kubernetes.io/topology-aware-hints: auto',
      null,
    ],
  ])('the annotation %s is %s', (annotation, topology) => {
    expect(loaded(scenario('', annotated(annotation))).base.services[0]!.topology).toBe(topology);
  });

  it('the annotation takes precedence over the field', () => {
    const text = annotated(
      'service.kubernetes.io/topology-mode: Auto',
      'trafficDistribution: PreferClose',
    );
    expect(loaded(scenario('', text)).base.services[0]!.topology).toBe('Auto');
  });

  it('another value of the annotation is said to be none', () => {
    const text = annotated('service.kubernetes.io/topology-mode: Always');
    expect(problems(load(scenario('', text)))).toEqual([
      expect.stringContaining('"Always" is not a topology mode'),
    ]);
  });
});

describe('node ports', () => {
  const second = (nodePort: string): string =>
    shopWith('type: NodePort')
      .split('---')[1]!
      .replace('name: shop }\nspec', 'name: other }\nspec')
      .replace('targetPort: 8080', `targetPort: 8080${nodePort}`);
  const withSecond = (nodePort: string): string =>
    scenario('', `${shopWith('type: NodePort')}---${second(nodePort)}`);

  it('are given from above the ports that people choose themselves', () => {
    expect(planned('type: NodePort').ports[0]!.nodePort).toBe(30_086);
    expect(planned('type: LoadBalancer').ports[0]!.nodePort).toBe(30_086);
    const without = planned('type: LoadBalancer', 'allocateLoadBalancerNodePorts: false');
    expect(without.ports[0]!.nodePort).toBeNull();
  });

  it('that a Service asks for are its own, and no other is given them', () => {
    const { services } = loaded(withSecond(', nodePort: 30086')).base;
    expect(services.map(({ ports }) => ports[0]!.nodePort)).toEqual([30_087, 30_086, null]);
  });

  it('that two ask for clash (e2e row 29: node port collision)', () => {
    const text = withSecond(', nodePort: 30007').replace(
      'targetPort: 8080 }',
      'targetPort: 8080, nodePort: 30007 }',
    );
    expect(problems(load(text))).toEqual([
      expect.stringMatching(/error Service\/other spec.* another Service has the node port 30007$/),
    ]);
  });

  it('belong to other types, and to a range', () => {
    const asking = (port: number, type: string): string[] =>
      problems(
        load(
          scenario(
            '',
            shopWith(`type: ${type}`).replace(
              'targetPort: 8080',
              `targetPort: 8080, nodePort: ${port}`,
            ),
          ),
        ),
      );
    expect(asking(30_007, 'ClusterIP')).toEqual([
      '16:63 error Service/shop spec.ports[0].nodePort: only Services of type NodePort and LoadBalancer have node ports',
    ]);
    expect(asking(8080, 'NodePort')).toEqual([
      '16:63 warning Service/shop spec.ports[0].nodePort: 8080 is not in the default range, 30000-32767',
    ]);
    expect(asking(30_007, 'NodePort')).toEqual([]);
  });
});

describe('an ExternalName', () => {
  const text = (name: string): string =>
    scenario('', shopWith('type: ExternalName', `externalName: ${name}`));

  it('is refused as a target, with what to call instead', () => {
    const result = load(text('shop.other.svc.cluster.local'));
    expect(problems(result)).toEqual([
      '8:15 error spec.clients[0].target: Service "shop" is of type ExternalName (test.yaml:13): it has no endpoints, it is a CNAME for shop.other.svc.cluster.local',
    ]);
    expect(!result.ok && result.diagnostics[0]!.hint).toBe(
      'call what it stands for: http://shop.other.svc.cluster.local',
    );
    const outside = load(text('api.example.com'));
    expect(!outside.ok && outside.diagnostics[0]!.hint).toContain('are not simulated');
  });

  it('that nobody calls is no matter, but it must name something', () => {
    const other = text('api.example.com').split('---')[1]!.replaceAll('shop', 'other');
    expect(problems(load(`${scenario()}---${other}`))).toEqual([]);
    expect(found('type: ExternalName')).toContainEqual(
      expect.stringContaining('"externalName" is required of type ExternalName'),
    );
  });
});

describe('a fixed EndpointSlice', () => {
  const slice = (endpoints: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: fixed }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: fixed-x, labels: { kubernetes.io/service-name: fixed } }
addressType: IPv4
ports: [{ name: http, port: 9000 }]
endpoints: [${endpoints}]
`;
  const podsOf = (endpoints: string) =>
    loaded(scenario('  nodes: [{ namePrefix: n, count: 2 }]', SHOP + slice(endpoints))).base
      .workloads[1]!.pods;

  it('tells of conditions, where what is left out means ready', () => {
    const pods = podsOf(`{ addresses: [192.168.1.1] },
      { addresses: [192.168.1.2], conditions: { ready: false, serving: true, terminating: true } },
      { addresses: [192.168.1.3], conditions: { ready: false, serving: false, terminating: true } },
      { addresses: [192.168.1.4], conditions: { ready: false } }`);
    expect(pods.map(({ ready, terminating }) => ({ ready, terminating }))).toEqual([
      { ready: true, terminating: false },
      { ready: true, terminating: true },
      { ready: false, terminating: true },
      { ready: false, terminating: false },
    ]);
  });

  it('tells of hints for zones and nodes', () => {
    const [first, second] = podsOf(`{ addresses: [192.168.1.1] },
      { addresses: [192.168.1.2], hints: { forZones: [{ name: a }], forNodes: [{ name: n-2 }, { name: gone }] } }`);
    expect(first!.hints).toBeNull();
    expect(second!.hints).toEqual({ zones: ['a'], nodes: [1, -1] });
  });
});

describe('nodes', () => {
  it('have the address that their manifest gives, and others one of their own', () => {
    const node = `---
apiVersion: v1
kind: Node
metadata: { name: given }
status: { addresses: [{ type: Hostname, address: given }, { type: InternalIP, address: 192.168.7.1 }] }
`;
    const { nodes } = loaded(scenario('  nodes: [{ name: own }]', SHOP + node)).base;
    expect(nodes.map(({ name, ip }) => `${name} ${ip}`)).toEqual([
      'own 172.18.0.2',
      'given 192.168.7.1',
    ]);
  });
});
