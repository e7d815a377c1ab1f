/**
 * Connections that a trace opens and closes. Recorded runs of a kernel's IPVS, as traces, get the same servers pick for pick,
 * from a scenario file on (O2: the k-th connection over n servers in rotation goes to the one that the kernel picked).
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConnectionRecord } from '../../../src/contract/result.ts';
import { loadScenario, simulate, tracesFrom } from '../../../src/index.ts';
import type { RunResult, SourceReader } from '../../../src/index.ts';
import { recordingsIn } from '../../../validate/replay/recordings.ts';
import type { Run } from '../../../validate/replay/recordings.ts';
import { load, problems } from '../../scenario/memory-reader.ts';

const FOLDER = new URL('../../data/kernel/ipvs', import.meta.url).pathname;

const addressOf = (server: number): string => `10.244.0.${10 + server}`;

interface Cluster {
  readonly servers: number;
  readonly scheduler?: string;
  readonly vip?: string;
  readonly replicas?: number;
  readonly client?: string;
  readonly spec?: string;
  readonly protocol?: string;
}

/** Servers as an EndpointSlice has them, one Service in front, and a client that a trace drives. */
function scenarioOf(cluster: Cluster): string {
  const { servers, scheduler = 'rr', vip = '10.96.1.8', replicas = 1 } = cluster;
  const { client = '', spec = '', protocol = 'TCP' } = cluster;
  const endpoints = Array.from(
    { length: servers },
    (_, i) => `{ addresses: [${addressOf(i + 1)}] }`,
  );
  return `
apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: scripted }
spec:
  duration: 10m
  network: { sameNode: 0s, sameZone: 0s, crossZone: 0s, external: 0s, icmpRateLimit: none }
  proxy: { mode: ipvs, costs: none, conntrack: none, ipvs: { scheduler: ${scheduler} } }
  dns: { enabled: false }
  ${spec}
  clients:
    - { name: web, replicas: ${replicas}, target: ${protocol === 'UDP' ? 'udp://svc:80' : 'http://svc'}, arrival: { trace: { file: t.csv } }${client} }
---
apiVersion: v1
kind: Service
metadata: { name: svc }
spec:
  clusterIP: ${vip}
  ports: [{ port: 80, targetPort: 8080, protocol: ${protocol} }]
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: svc-1, labels: { kubernetes.io/service-name: svc } }
addressType: IPv4
ports: [{ port: 8080, protocol: ${protocol} }]
endpoints: [${endpoints.join(', ')}]
`;
}

function run(cluster: Cluster, trace: string): RunResult {
  const reader: SourceReader = {
    read: () => trace,
    resolve: (_, name) => name,
  };
  const loaded = loadScenario({ text: scenarioOf(cluster), reader });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics, null, 2));
  const traces = tracesFrom(reader);
  return simulate(loaded.scenario.base, 1, { recordConnections: true, traces });
}

const HEADER = 'at_ms,action,connection,client_ip,client_port';

function connectionsOf(cluster: Cluster, rows: readonly string[]): readonly ConnectionRecord[] {
  const { connections } = run(cluster, [HEADER, ...rows].join('\n'));
  return [...connections!].sort((a, b) => a.openedNs - b.openedNs || a.connection - b.connection);
}

/** A recorded run as a trace: as far as only connections come and go. */
interface Script {
  readonly name: string;
  readonly cluster: Cluster;
  readonly rows: readonly string[];
  /** The servers that the kernel picked; empty: none took it. */
  readonly picks: readonly string[];
}

/** Weights decide nothing for these. */
const WITHOUT_WEIGHTS = new Set(['rr', 'lc', 'dh']);

function scriptOf({ name, rows }: Run): Script | null {
  const [service] = rows;
  const scheduler = service!.text('sched');
  // kube-proxy has sh without flags, and all servers with weight 1.
  if (service!.text('flags') !== '' || scheduler === 'mh') return null;
  const lines: string[] = [];
  const picks: string[] = [];
  let servers = 0;
  let begin = -1;
  let number = 1_000_000;
  for (const row of rows.slice(1)) {
    const op = row.text('op');
    if (op === 'add' && begin < 0) {
      servers++;
      if (row.number('weight') !== 1 && !WITHOUT_WEIGHTS.has(scheduler)) return null;
      continue;
    }
    const isClose = ['close_fin', 'close_srv', 'close_rst'].includes(op);
    if (!isClose && op !== 'one' && op !== 'open') break;
    if (begin < 0) begin = row.number('t_ms');
    const at = (row.number('t_ms') - begin + 1000).toFixed(1);
    if (isClose) {
      lines.push(`${at},close,${row.text('conn')},,`);
      continue;
    }
    const id = op === 'open' ? row.text('conn') : String(number++);
    lines.push(`${at},open,${id},${row.text('client_ip')},${row.text('client_port')}`);
    if (op === 'one') lines.push(`${at},close,${id},,`);
    const isRefused = row.text('result') === 'REFUSED';
    picks.push(isRefused ? '' : `${addressOf(row.number('result'))}:8080`);
  }
  const cluster = { servers, scheduler, vip: service!.text('vip') };
  return picks.length === 0 ? null : { name, cluster, rows: lines, picks };
}

const scripts = recordingsIn(FOLDER)
  .filter(({ file, kind }) => kind === 'script' && /^(seq|events|hold|vips)_/.test(file))
  .flatMap((recording) => ('runs' in recording ? recording.runs : []))
  .flatMap((recorded) => scriptOf(recorded) ?? []);

describe('what a kernel picked, from a scenario file', () => {
  it('is there for schedulers that rotate, count and hash', () => {
    const schedulers = new Set(scripts.map(({ cluster }) => cluster.scheduler));
    for (const scheduler of ['rr', 'wrr', 'lc', 'wlc', 'sh', 'dh']) {
      expect(schedulers, scheduler).toContain(scheduler);
    }
    expect(scripts.reduce((sum, { picks }) => sum + picks.length, 0)).toBeGreaterThan(1000);
  });

  it.each(scripts.map((script) => [script.name, script] as const))(
    'is what the simulated one picks: %s',
    (_, { cluster, rows, picks }) => {
      const { connections } = run(cluster, [HEADER, ...rows].join('\n'));
      const order = rows.flatMap((row) =>
        row.includes(',open,') ? [Number(row.split(',')[2])] : [],
      );
      const found = new Map(connections!.map(({ connection, endpoint }) => [connection, endpoint]));
      expect(order.map((id) => found.get(id))).toEqual(picks);
    },
  );
});

describe('a scripted connection', () => {
  it('has the number, the address and the port of the trace, and is open until it is closed', () => {
    const rows = [
      '0,open,7,10.1.0.5,20001',
      '1.5,open,3,10.1.0.6,',
      '250,close,7,,',
      '300,open,7,,',
    ];
    const found = connectionsOf({ servers: 2 }, rows);
    expect(
      found.map(({ connection, clientIp, clientPort, openedNs, closedNs, verdict }) => [
        connection,
        clientIp,
        clientPort,
        openedNs / 1e6,
        closedNs === null ? null : closedNs / 1e6,
        verdict,
      ]),
    ).toEqual([
      [7, '10.1.0.5', 20_001, 0, 250, 'forwarded'],
      [3, '10.1.0.6', expect.any(Number), 1.5, null, 'forwarded'],
      [7, found[2]!.clientIp, expect.any(Number), 300, null, 'forwarded'],
    ]);
  });

  it('is of the client pod that has its address, and others of the same one each time', () => {
    const first = connectionsOf({ servers: 1, replicas: 3 }, [
      '0,open,1,,',
      '1,open,2,,',
      '2,open,3,,',
    ]);
    const ips = first.map(({ clientIp }) => clientIp);
    expect(new Set(ips).size).toBe(3);
    const again = connectionsOf({ servers: 1, replicas: 3 }, [
      `0,open,1,${ips[2]},`,
      `1,open,2,${ips[0]},`,
    ]);
    expect(again.map(({ clientIp }) => clientIp)).toEqual([ips[2], ips[0]]);
  });

  it('fails where its port is taken, and has it again once that is closed', () => {
    const rows = [
      '0,open,1,10.1.0.5,20001',
      '1,open,2,10.1.0.5,20001',
      '2,open,3,10.1.0.6,20001',
      '3,close,1,,',
      '4,open,4,10.1.0.5,20001',
      '5,close,2,,',
      '6,open,5,10.1.0.5,20001',
    ];
    const found = connectionsOf({ servers: 1 }, rows);
    expect(found.map(({ connection, verdict }) => `${connection} ${verdict}`)).toEqual([
      '1 forwarded',
      '2 unrouted',
      '3 forwarded',
      '4 forwarded',
      '5 unrouted',
    ]);
  });

  it('is rejected where there are no endpoints', () => {
    const found = connectionsOf({ servers: 0 }, ['0,open,1,,', '5,close,1,,']);
    expect(found.map(({ verdict, closedNs }) => [verdict, closedNs])).toEqual([['rejected', 0]]);
  });

  it('keeps a client with session affinity at its pod', () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},open,${i},10.1.0.${i % 4},`);
    const text = scenarioOf({ servers: 5 }).replace(
      'clusterIP:',
      'sessionAffinity: ClientIP\n  clusterIP:',
    );
    const reader: SourceReader = {
      read: () => [HEADER, ...rows].join('\n'),
      resolve: (_, name) => name,
    };
    const loaded = loadScenario({ text, reader });
    if (!loaded.ok) throw new Error('it is valid');
    const options = { recordConnections: true, traces: tracesFrom(reader) };
    const { connections } = simulate(loaded.scenario.base, 1, options);
    const pods = new Map<string, Set<string>>();
    for (const { clientIp, pod } of connections!) {
      pods.set(clientIp, (pods.get(clientIp) ?? new Set()).add(pod));
    }
    expect([...pods.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1]);
    expect(new Set([...pods.values()].flatMap((set) => [...set])).size).toBe(4);
  });

  it('is a datagram and its answer over UDP', () => {
    const rows = Array.from({ length: 6 }, (_, i) => [
      `${i * 10},open,${i},10.1.0.5,${3000 + i}`,
      `${i * 10 + 5},close,${i},,`,
    ]).flat();
    const found = connectionsOf({ servers: 3, protocol: 'UDP' }, rows);
    expect(found.map(({ endpoint }) => endpoint)).toEqual(
      [3, 2, 1, 3, 2, 1].map((server) => `${addressOf(server)}:8080`),
    );
    expect(found.every(({ closedNs, openedNs }) => closedNs! - openedNs === 5e6)).toBe(true);
  });

  it('ends with the node of its client, and is not opened while that is down', () => {
    const rows = ['0,open,1,,', '2000,open,2,,', '2500,close,1,,', '9000,open,3,,'];
    const spec = `nodes: [{ namePrefix: node, count: 1 }]
  timeline: [{ at: 1s, nodeDown: { node: node-1, for: 2s } }]`;
    const found = connectionsOf({ servers: 1, spec }, rows);
    expect(found.map(({ connection, closedNs }) => [connection, closedNs])).toEqual([
      [1, 1e9],
      [3, null],
    ]);
  });

  it('adds up for any script: each is opened once, and closed or open at the end', () => {
    const step = fc.record({
      gap: fc.nat({ max: 400 }),
      number: fc.nat({ max: 5 }),
      port: fc.nat({ max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 60 }),
        fc.constantFrom('TCP', 'UDP'),
        fc.integer({ min: 0, max: 3 }),
        (steps, protocol, servers) => {
          const open = new Set<number>();
          let at = 0;
          let opens = 0;
          const rows = steps.map(({ gap, number, port }) => {
            at += gap;
            if (open.delete(number)) return `${at},close,${number},,`;
            open.add(number);
            opens++;
            return `${at},open,${number},,${port === 0 ? '' : 4000 + port}`;
          });
          const { connections, totals } = run({ servers, protocol }, [HEADER, ...rows].join('\n'));
          expect(totals.connectionsOpened).toBe(opens);
          expect(totals.connectionsOpened).toBe(totals.connectionsClosed + totals.connectionsOpen);
          expect(connections).toHaveLength(opens);
          const left = connections!.filter(({ closedNs }) => closedNs === null);
          expect(left).toHaveLength(totals.connectionsOpen);
          expect(left.every(({ connection }) => open.has(connection))).toBe(true);
          expect(totals.issued).toBe(0);
        },
      ),
      { seed: 20_261_123, numRuns: 100 },
    );
  });
});

describe('a script that makes no sense', () => {
  const found = (cluster: Partial<Cluster>): readonly string[] =>
    problems(
      load(scenarioOf({ servers: 1, ...cluster }), { 't.csv': `${HEADER}\n0,open,1,,\n` }),
    ).filter((problem) => !problem.includes('serviceTime'));

  it.each([
    [
      'has what only requests use',
      { client: ', timeout: 1s, retry: { attempts: 1 }' },
      [
        '12:99 warning spec.clients[0].timeout: without effect: the trace opens and closes connections, and sends no requests',
        '12:110 warning spec.clients[0].retry: without effect: the trace opens and closes connections, and sends no requests',
      ],
    ],
    [
      'takes the place of other arrivals',
      {
        spec: 'timeline: [{ at: 1s, setArrival: { client: web, arrival: { trace: { file: t.csv } } } }]',
      },
      [
        expect.stringContaining('opens connections by a trace, and sends no requests'),
        expect.stringContaining(
          'is of connections, which a client has from the start or not at all',
        ),
      ],
    ],
  ] as const)('%s', (_, cluster, expected) => {
    expect(found(cluster)).toEqual(expected);
  });
});
