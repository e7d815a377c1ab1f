/** What a node remembers of UDP: for how long a flow goes to the same pod, and what becomes of it when that goes. */
import { describe, expect, it } from 'vitest';
import { PROXY_MODES, type ProxyMode } from '../../src/contract/plan.ts';
import { DEPLOYMENT } from '../../src/scenario/defaults.ts';
import {
  at,
  bursts,
  conntrack,
  constant,
  keepAlive,
  ms,
  multiplexed,
  ns,
  paced,
  sec,
  type PlanOptions,
} from './plans.ts';
import { latencies, outcomes, record, requestsByPod, type Recorded } from './recorded.ts';
import { BY_CONNTRACK, sockets, udp } from './udp-plans.ts';

/** Of clients whose requests come in two groups, before and after `moment` (s): how many met another pod after it. */
function moved({ requests }: Recorded, moment: number): number {
  const pods = new Map<string, Set<string>>();
  for (const { client, issuedNs, pod } of requests) {
    const key = `${client} ${issuedNs < moment * 1e9 ? 'before' : 'after'}`;
    pods.set(key, (pods.get(key) ?? new Set()).add(pod));
  }
  const clients = new Set(requests.map(({ client }) => client));
  return [...clients].filter((client) => {
    const [before, after] = [pods.get(`${client} before`)!, pods.get(`${client} after`)!];
    expect(before.size).toBe(1);
    expect(after.size).toBe(1);
    return [...before][0] !== [...after][0];
  }).length;
}

describe('conntrack', () => {
  const after = (moments: readonly number[], mode: ProxyMode): number =>
    moved(
      record(
        udp({
          mode,
          pods: 10,
          duration: moments.at(-1)! + 5,
          clients: sockets(40, { arrival: bursts(moments, 20) }),
        }),
      ),
      moments.at(-1)! - 1,
    );

  it.each(BY_CONNTRACK)('forgets a flow after 30 s of silence at first, with %s', (mode) => {
    expect(after([1, 30.5], mode)).toBe(0);
    // 9 of 10 picks are of another pod: 36 of 40, fewer than 28 for one seed in 1000.
    expect(after([1, 31.5], mode)).toBeGreaterThan(27);
  });

  it.each(BY_CONNTRACK)('remembers one that went on for 2 s for 120 s, with %s', (mode) => {
    expect(after([1, 3.5, 122], mode)).toBe(0);
    expect(after([1, 3.5, 124], mode)).toBeGreaterThan(27);
  });

  it('full, drops the datagrams of new flows and lets those of old ones through', () => {
    const made = udp({
      proxy: { conntrack: conntrack(1, sec(120)) },
      duration: 10,
      clients: [
        { name: 'old', arrival: paced(2), connection: keepAlive() },
        { name: 'new', arrival: paced(1) },
      ],
    });
    const { requests } = record(made);
    const by = (name: string): Set<string> =>
      new Set(requests.filter(({ client }) => client === name).map(({ outcome }) => outcome));
    expect(by('old')).toEqual(new Set(['ok']));
    expect(by('new')).toEqual(new Set(['timeout']));
    expect(Math.max(...latencies({ requests } as Recorded))).toBe(sec(1));
  });
});

describe('an endpoint that goes', () => {
  const lag = 3;
  /** Its pod is deleted, or unready, at 5 s; the rules know of it two or three seconds later. */
  const deleted = (options: PlanOptions): PlanOptions => ({
    pods: 2,
    lag: sec(lag / 3),
    duration: 20,
    timeline: [{ kind: 'deletePod', at: at(5), workload: 0, pod: 'backend-0' }],
    ...options,
    workload: { controller: { kind: 'None' }, ...options.workload },
    client: { arrival: paced(10), connection: keepAlive(), ...options.client },
  });
  const lostBetween = ({ requests }: Recorded): [number, number] => {
    const lost = requests.filter(({ outcome }) => outcome === 'timeout');
    return [lost[0]!.issuedNs / 1e9, lost.at(-1)!.issuedNs / 1e9];
  };

  it.each(BY_CONNTRACK)(
    'swallows what its flows send, until a sync has deleted their entries: then they go elsewhere, with %s',
    (mode) => {
      const clients = sockets(8, {});
      const result = record(udp({ mode, ...deleted({}), clients }));
      const stuck = new Set(
        result.requests.filter(({ outcome }) => outcome !== 'ok').map(({ client }) => client),
      );
      expect(stuck.size).toBeGreaterThan(0);
      expect(stuck.size).toBeLessThan(8);
      const [first, last] = lostBetween(result);
      expect(first).toBeGreaterThanOrEqual(5 - 0.001);
      // They go with an endpoint that no longer serves, which its kubelet reports: three hops.
      expect(last).toBeLessThanOrEqual(5 + lag);
      // Each of a client's requests waits for the one before: the first that is sent then was due a second ago.
      expect(last).toBeGreaterThanOrEqual(5 + lag - 1);
      expect(new Set(outcomes(result))).toEqual(new Set(['ok', 'timeout']));
    },
  );

  it.each(BY_CONNTRACK)('takes its flows along when it is merely unready, with %s', (mode) => {
    const made = udp({
      mode,
      ...deleted({
        timeline: [{ kind: 'setReady', at: at(5), workload: 0, pod: 'backend-0', ready: false }],
      }),
      clients: sockets(8, {}),
    });
    const result = record(made);
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    const late = result.requests.filter(({ issuedNs }) => issuedNs > sec(5 + lag));
    expect(new Set(late.map(({ pod }) => pod))).toEqual(new Set(['backend-1']));
    const between = result.requests.filter(
      ({ issuedNs }) => issuedNs > sec(5) && issuedNs < sec(5 + lag),
    );
    expect(new Set(between.map(({ pod }) => pod))).toEqual(new Set(['backend-0', 'backend-1']));
  });

  it('keeps its flows while it terminates and serves', () => {
    const made = udp({
      ...deleted({ workload: { preStop: sec(8) } }),
      clients: sockets(8, {}),
    });
    const { requests } = record(made);
    const serving = requests.filter(({ issuedNs }) => issuedNs < sec(13 - 0.01));
    expect(new Set(serving.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    const afterSync = serving.filter(({ issuedNs }) => issuedNs > sec(5 + lag));
    expect(new Set(afterSync.map(({ pod }) => pod))).toEqual(new Set(['backend-0', 'backend-1']));
  });

  it.each(BY_CONNTRACK)(
    'and is replaced: a client that sends every 5 s from one port reaches the new one within a minute (e2e row 21: UDP server cycled), with %s',
    (mode) => {
      const made = udp({
        mode,
        ...deleted({
          pods: 1,
          duration: 60,
          timeline: [{ kind: 'deletePod', at: at(12), workload: 0, pod: 'backend-0' }],
          workload: { controller: DEPLOYMENT, startUp: constant(sec(2)) },
          client: {
            arrival: paced(0.2),
            connection: { mode: 'PerRequest' },
            ports: { first: 5353, last: 5353, timeWait: sec(60) },
          },
        }),
      });
      const result = record(made);
      const pods = result.requests.filter(({ outcome }) => outcome === 'ok').map(({ pod }) => pod);
      expect(new Set(pods).size).toBe(2);
      expect(result.requests.at(-1)!.outcome).toBe('ok');
      expect(new Set(result.connections.map(({ clientPort }) => clientPort))).toEqual(
        new Set([5353]),
      );
    },
  );
});

describe('a client of one fixed port whose only server is replaced (e2e row 21: UDP, server cycled)', () => {
  const ways = [
    ['ClusterIP', null],
    ['node port', { kind: 'NodePort', nodes: [0] } as const],
  ] as const;
  const cases = BY_CONNTRACK.flatMap((mode) => ways.map(([name, via]) => ({ mode, name, via })));

  it.each(cases)('reaches the next one within a minute by $name, with $mode', ({ mode, via }) => {
    const made = udp({
      mode,
      pods: 1,
      lag: sec(1),
      duration: 70,
      timeline: [{ kind: 'deletePod', at: at(8), workload: 0, pod: 'backend-0' }],
      client: { arrival: paced(0.2), ports: { first: 5353, last: 5353, timeWait: sec(0) }, via },
    });
    const [service] = made.services;
    const ports = service!.ports.map((port) => ({ ...port, nodePort: 30_053 }));
    const { requests } = record({ ...made, services: [{ ...service!, ports }] });
    const before = requests.filter(({ issuedNs }) => issuedNs < 8e9);
    expect(new Set(before.map(({ pod }) => pod))).toEqual(new Set(['backend-0']));
    const late = requests.filter(({ issuedNs }) => issuedNs > (8 + 55) * 1e9);
    expect(late.length).toBeGreaterThan(0);
    expect(new Set(late.map(({ outcome }) => outcome))).toEqual(new Set(['ok']));
    expect(late.map(({ pod }) => pod)).not.toContain('backend-0');
  });
});

describe('a socket that is kept', () => {
  it('may lead to another pod while the one before still works: each is credited with what it serves', () => {
    // Datagrams of 1 s are served until 41 s; at 33 s the flow is forgotten, and goes to any of the pods.
    const made = udp({
      pods: 8,
      service: constant(sec(40)),
      duration: 40,
      client: { arrival: bursts([1, 33], 20), connection: multiplexed(), timeout: sec(60) },
    });
    const result = record(made);
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    expect(result.connections).toHaveLength(1);
    const counted = requestsByPod(result);
    expect(Object.keys(counted)).toHaveLength(2);
    for (const { pod, window, latency } of result.pods) {
      if (window === 'all') expect(latency.count).toBe(counted[pod] ?? 0);
    }
  });

  it('stays open when an answer is late, and serves the next request', () => {
    const made = udp({
      pods: 1,
      service: constant(ms(300)),
      duration: 5,
      client: { arrival: paced(2), connection: keepAlive(), timeout: ms(200) },
    });
    const result = record(made);
    expect(new Set(outcomes(result))).toEqual(new Set(['timeout']));
    expect(result.connections).toHaveLength(1);
    expect(result.connections[0]!.requests).toBe(9);
    expect(result.totals.connectionsOpen).toBe(1);
  });

  it('of a fixed port is one at a time', () => {
    const made = udp({
      duration: 11e-9,
      client: {
        arrival: paced(1e9),
        ports: { first: 5353, last: 5353, timeWait: ns(0) },
      },
    });
    const result = record(made);
    expect(outcomes(result).filter((outcome) => outcome === 'noPorts')).toHaveLength(9);
  });

  describe('of a fixed port', () => {
    const fixed = { first: 5353, last: 5353, timeWait: ns(0) };

    it('follows the one before it where the node remembers flows; in eBPF its connect() picks anew', () => {
      const podsMet = (mode: ProxyMode): number => {
        const client = { arrival: paced(50), ports: fixed };
        const result = record(udp({ mode, duration: 5, client }));
        expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
        return Object.keys(requestsByPod(result)).length;
      };
      expect(PROXY_MODES.map((mode) => [mode, podsMet(mode)])).toEqual([
        ['iptables', 1],
        ['nftables', 1],
        ['ipvs', 1],
        ['ebpf', 3],
      ]);
    });

    it('goes to an address of its own choice where the Service is headless', () => {
      const target = { kind: 'headless', service: 0, port: 0 } as const;
      const made = udp({ duration: 5, client: { arrival: paced(50), ports: fixed, target } });
      const services = [{ ...made.services[0]!, clusterIP: null }];
      const result = record({ ...made, services });
      expect(Object.keys(requestsByPod(result))).toHaveLength(3);
    });

    it('has one entry on each node by whose node port it goes, however often', () => {
      const via = { kind: 'NodePort', nodes: [0, 1] } as const;
      const client = { arrival: paced(20), ports: fixed, via };
      const made = udp({ mode: 'nftables', duration: 20, client });
      const [service] = made.services;
      const ports = service!.ports.map((port) => ({ ...port, nodePort: 30_053 }));
      const proxies = made.proxies.map((proxy) => ({
        ...proxy,
        conntrack: conntrack(2, sec(120)),
      }));
      const result = record({ ...made, services: [{ ...service!, ports }], proxies });
      expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    });

    it('has none on a node that has booted since, whether or not a socket was open meanwhile', () => {
      const made = udp({
        duration: 2000,
        // Longer than a node remembers a flow that is silent.
        client: { arrival: paced(1 / 40), ports: fixed, via: { kind: 'NodePort', nodes: [0, 1] } },
        pods: 2,
        timeline: [{ kind: 'nodeDown', at: at(110), node: 1, lasts: sec(1) }],
      });
      const [service] = made.services;
      const ports = service!.ports.map((port) => ({ ...port, nodePort: 30_053 }));
      const limited = made.proxies.map((proxy) => ({
        ...proxy,
        conntrack: conntrack(9, sec(120)),
      }));
      const [client] = made.clients;
      const outside = { ...client!, replicas: [{ ip: '192.0.2.1', node: null }] };
      const result = record({
        ...made,
        services: [{ ...service!, ports }],
        proxies: limited,
        clients: [outside],
      });
      expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
      expect(result.totals.issued).toBe(49);
    });
  });
});
