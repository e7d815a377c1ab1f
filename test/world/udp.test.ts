/** UDP: no handshake, every datagram decided for as long as nothing is remembered, and nobody to tell of a loss. */
import { describe, expect, it } from 'vitest';
import { PROXY_MODES } from '../../src/contract/plan.ts';
import { ICMP_RATE_LIMIT } from '../../src/scenario/defaults.ts';
import {
  at,
  constant,
  keepAlive,
  ms,
  multiplexed,
  paced,
  plan,
  PLAIN_SERVICE,
  sec,
  us,
} from './plans.ts';
import { latencies, outcomes, part, record, requestsByPod } from './recorded.ts';
import { HOP, udp } from './udp-plans.ts';

describe('a datagram and its answer', () => {
  it('need no handshake: a round trip and the service time', () => {
    const result = record(udp({ client: { arrival: paced(100) } }));
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    expect(new Set(latencies(result))).toEqual(new Set([2 * HOP + ms(1)]));
  });

  it('meet rules once a flow, for what they cost', () => {
    const costs = { base: constant(us(5)) };
    const made = udp({
      mode: 'nftables',
      client: { arrival: paced(100), connection: keepAlive(), connectTimeout: null },
    });
    const [proxy] = made.proxies;
    const nftables = { ...proxy!.costs.nftables, ...costs };
    const { requests } = record({
      ...made,
      proxies: [{ ...proxy!, costs: { ...proxy!.costs, nftables } }],
    });
    expect(requests.slice(0, 3).map((request) => part(request, 'proxy'))).toEqual([us(5), 0, 0]);
    expect(requests[0]!.latencyNs).toBe(us(5) + 2 * HOP + ms(1));
  });

  it.each(PROXY_MODES)('500 on one socket go to one pod, with %s', (mode) => {
    for (const connection of [keepAlive(), multiplexed()]) {
      const result = record(
        udp({ mode, duration: 5, client: { arrival: paced(100), connection } }),
      );
      expect(Object.keys(requestsByPod(result))).toHaveLength(1);
      expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    }
  });

  it.each(PROXY_MODES)('of sockets of their own go to all pods, with %s', (mode) => {
    const result = record(udp({ mode, duration: 5, client: { arrival: paced(100) } }));
    expect(Object.keys(requestsByPod(result))).toHaveLength(3);
  });
});

describe('a Service with TCP and UDP at the same port number (e2e row 3: same port, TCP and UDP)', () => {
  it.each(PROXY_MODES)('works for both, each with connections of its own, with %s', (mode) => {
    const made = plan({
      mode,
      pods: 2,
      hop: HOP,
      service: constant(ms(1)),
      workload: { memberships: [{ service: 0, targetPorts: [8080, 5353] }], concurrency: 1000 },
      clients: [
        { name: 'tcp', arrival: paced(50) },
        {
          name: 'udp',
          arrival: paced(50),
          protocol: 'UDP',
          timeout: sec(1),
          target: { kind: 'servicePort', service: 0, port: 1 },
        },
      ],
    });
    const port = { port: 53, nodePort: null };
    const ports = [
      { ...port, name: 'dns-tcp', protocol: 'TCP' as const },
      { ...port, name: 'dns', protocol: 'UDP' as const },
    ];
    const result = record({
      ...made,
      services: [{ ...made.services[0]!, ...PLAIN_SERVICE, ports }],
    });
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    const portsOf = (client: string): Set<string> =>
      new Set(
        result.connections
          .filter((connection) => connection.client === client)
          .map(({ endpoint }) => endpoint.split(':')[1]!),
      );
    expect(portsOf('tcp')).toEqual(new Set(['8080']));
    expect(portsOf('udp')).toEqual(new Set(['5353']));
  });
});

describe('a client that calls before there are endpoints (e2e row 22: UDP, initial 0 to 1 endpoints)', () => {
  it.each(PROXY_MODES)('is refused, and heard as soon as the rules have one, with %s', (mode) => {
    const base = udp({
      mode,
      pods: 1,
      lag: sec(0.1),
      duration: 30,
      timeline: [{ kind: 'setReady', at: at(10), workload: 0, pod: null, ready: true }],
      client: {
        arrival: paced(1),
        connection: keepAlive(),
        ports: { first: 5353, last: 5353, timeWait: sec(60) },
      },
    });
    const [workload] = base.workloads;
    const pods = workload!.pods.map((pod) => ({ ...pod, ready: false }));
    const { requests } = record({ ...base, workloads: [{ ...workload!, pods }] });
    expect(requests.slice(0, 9).map(({ outcome }) => outcome)).toEqual(
      new Array(9).fill('refused'),
    );
    expect(requests.slice(10).every(({ outcome }) => outcome === 'ok')).toBe(true);
  });
});

describe('a refusal', () => {
  it('is an ICMP error, which a client is not sent more than six times and once a second', () => {
    const made = udp({
      pods: 0,
      duration: 31e-9,
      network: { icmpRateLimit: ICMP_RATE_LIMIT },
      client: { arrival: paced(1e9), timeout: ms(500) },
    });
    const result = record(made);
    expect(outcomes(result).filter((outcome) => outcome === 'refused')).toHaveLength(6);
    expect(outcomes(result).filter((outcome) => outcome === 'timeout')).toHaveLength(24);
  });

  it('comes from the pod itself where its process is down', () => {
    const result = record(
      udp({
        pods: 1,
        lag: sec(1000),
        duration: 10,
        workload: { crash: { every: constant(sec(5)), lasts: constant(sec(100)) } },
        client: { arrival: paced(1), connection: keepAlive() },
      }),
    );
    expect(outcomes(result)).toEqual([
      ...new Array<string>(4).fill('ok'),
      ...new Array<string>(5).fill('refused'),
    ]);
    expect(latencies(result).at(-1)).toBe(2 * HOP);
  });
});

describe('what a server loses', () => {
  it('is a timeout at the client: requests of a process that dies', () => {
    const result = record(
      udp({
        pods: 1,
        lag: sec(1000),
        duration: 3,
        service: constant(sec(0.9)),
        workload: { crash: { every: constant(sec(1.5)), lasts: constant(ms(1)) } },
        client: { arrival: paced(1) },
      }),
    );
    // Due at 1 s, and dead at 1.5 s; the next is served before 3.001 s.
    expect(outcomes(result)).toEqual(['timeout', 'ok']);
    expect(latencies(result)[0]).toBe(sec(1));
  });

  it('is a timeout at the client: datagrams beyond the queue', () => {
    const result = record(
      udp({
        pods: 1,
        duration: 11e-9,
        workload: { concurrency: 1, queueLimit: 3 },
        client: { arrival: paced(1e9), timeout: ms(500) },
      }),
    );
    expect(outcomes(result).filter((outcome) => outcome === 'ok')).toHaveLength(4);
    expect(outcomes(result).filter((outcome) => outcome === 'timeout')).toHaveLength(6);
  });
});
