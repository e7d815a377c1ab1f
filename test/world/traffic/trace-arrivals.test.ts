/** Requests of a trace: each is due when its row says, asks for what it says, and comes once. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RequestRecord, RunOptions } from '../../../src/contract/result.ts';
import { SERVICE } from '../../../src/contract/result.ts';
import { loadScenario, tracesFrom } from '../../../src/index.ts';
import type { ByteSource, SourceReader } from '../../../src/index.ts';
import { planDigest } from '../../../src/study/plan-digest.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { load, problems, SHOP } from '../../scenario/memory-reader.ts';

/** Files from memory, which may be packed. */
function filesOf(files: Readonly<Record<string, string | Uint8Array>>): SourceReader {
  const bytes = (name: string): Uint8Array => Buffer.from(files[name]!);
  return {
    read: (name) => Buffer.from(bytes(name)).toString(),
    resolve: (_, name) => name,
    open(name): ByteSource {
      let rest = bytes(name);
      return {
        stamp: `${rest.length}`,
        read(into) {
          const part = rest.subarray(0, into.length);
          into.set(part);
          rest = rest.subarray(part.length);
          return part.length;
        },
      };
    },
  };
}

interface Asked {
  readonly arrival: string;
  readonly spec?: string;
  readonly clients?: string;
}

const scenarioOf = ({ arrival, spec = '', clients = '' }: Asked): string => `
apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: replay }
spec:
  duration: 1s
  network: 0s
  proxy: { costs: none }
  dns: { enabled: false }
  ${spec}
  workloads: [{ target: deployment/shop, serviceTime: 10ms, concurrency: 100 }]
  clients:
    - { name: web, target: http://shop, arrival: ${arrival} }
    ${clients}
${SHOP}`;

function requestsOf(
  asked: Asked,
  trace: string | Uint8Array,
  options: RunOptions = {},
): readonly RequestRecord[] {
  const reader = filesOf({ 't.csv': trace, 't.csv.gz': trace });
  const loaded = loadScenario({ text: scenarioOf(asked), reader });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.diagnostics));
  const traces = tracesFrom(reader);
  const run = simulate(loaded.scenario.base, 1, { ...options, recordRequests: true, traces });
  return [...run.requests!].sort((a, b) => a.issuedNs - b.issuedNs || a.request - b.request);
}

const dueMs = (requests: readonly RequestRecord[], warmUpMs = 0): number[] =>
  requests.map(({ issuedNs }) => issuedNs / 1e6 - warmUpMs);

const TRACE = '{ trace: { file: t.csv } }';

describe('requests of a trace', () => {
  it('are due at its instants, and ask for their own service time or for a drawn one', () => {
    const requests = requestsOf(
      { arrival: TRACE },
      'at_ms,service_time_ms\n0,3\n0,\n250.5,0\n999,7',
    );
    expect(dueMs(requests)).toEqual([0, 0, 250.5, 999]);
    expect(requests.map(({ partsNs }) => partsNs[SERVICE]! / 1e6)).toEqual([3, 10, 0, 7]);
  });

  it('count from the start of the measurement, and those before it are the warm-up', () => {
    const asked = { arrival: TRACE, spec: 'warmUp: 200ms' };
    expect(dueMs(requestsOf(asked, 'at_ms\n-200\n-0.5\n0\n10'), 200)).toEqual([0, 10]);
    const reader = filesOf({ 't.csv': 'at_ms\n-200\n-0.5\n0\n10' });
    const loaded = loadScenario({ text: scenarioOf(asked), reader });
    if (!loaded.ok) throw new Error('it is valid');
    const { totals } = simulate(loaded.scenario.base, 1, { traces: tracesFrom(reader) });
    expect(totals.issued).toBe(4);
  });

  it('belong to the client whose name is in the row', () => {
    const clients = `- { name: api, target: http://shop, arrival: ${TRACE} }`;
    const requests = requestsOf({ arrival: TRACE, clients }, 'at_ms,client\n1,web\n2,api\n3,web');
    expect(requests.map(({ client, issuedNs }) => `${client} ${issuedNs / 1e6}`)).toEqual([
      'web 1',
      'api 2',
      'web 3',
    ]);
  });

  it('come faster by its speed, and again after its period, in the warm-up too', () => {
    const faster = '{ trace: { file: t.csv, speed: 2 } }';
    expect(dueMs(requestsOf({ arrival: faster }, 'at_ms\n0\n10\n900'))).toEqual([0, 5, 450]);
    const again = '{ trace: { file: t.csv, repeat: 400ms, speed: 2 } }';
    const asked = { arrival: again, spec: 'warmUp: 350ms' };
    const requests = requestsOf(asked, 'at_ms\n100\n300');
    const expected = [50, 150, 250, 350, 450, 550, 650, 750, 850, 950];
    expect(dueMs(requests, 350)).toEqual(expected);
    const reader = filesOf({ 't.csv': 'at_ms\n100\n300' });
    const loaded = loadScenario({ text: scenarioOf(asked), reader });
    if (!loaded.ok) throw new Error('it is valid');
    const { totals } = simulate(loaded.scenario.base, 1, { traces: tracesFrom(reader) });
    // Due at -350, -250, -150 and -50 ms, too.
    expect(totals.issued).toBe(14);
  });

  it('begin and end with setArrival of the timeline', () => {
    const rows = `at_ms\n${Array.from({ length: 10 }, (_, i) => i * 100).join('\n')}`;
    const away =
      'timeline: [{ at: 250ms, setArrival: { client: web, arrival: { constant: { rate: 10/s } }, for: 300ms } }]';
    const gone = dueMs(requestsOf({ arrival: TRACE, spec: away }, rows));
    expect(gone).toEqual([0, 100, 200, 350, 450, 600, 700, 800, 900]);
    const there = `timeline: [{ at: 250ms, setArrival: { client: web, arrival: ${TRACE}, for: 300ms } }]`;
    const asked = { arrival: '{ constant: { rate: 4/s } }', spec: there };
    expect(dueMs(requestsOf(asked, rows))).toEqual([300, 400, 500, 800]);
  });

  it('are the same from a packed file, and so is the digest of the plan; another row is another plan', () => {
    const text = `at_ms\n${Array.from({ length: 5000 }, (_, i) => i / 8).join('\n')}`;
    const packed = '{ trace: { file: t.csv.gz } }';
    const plain = requestsOf({ arrival: TRACE }, text);
    expect(requestsOf({ arrival: packed }, gzipSync(text))).toEqual(plain);
    const digestOf = (arrival: string, trace: string | Uint8Array): string => {
      const reader = filesOf({ 't.csv': trace, 't.csv.gz': trace });
      const loaded = loadScenario({ text: scenarioOf({ arrival }), reader });
      if (!loaded.ok) throw new Error('it is valid');
      return planDigest(loaded.scenario.base);
    };
    expect(digestOf(packed, gzipSync(text))).toBe(digestOf(TRACE, text));
    expect(digestOf(TRACE, `${text}1`)).not.toBe(digestOf(TRACE, text));
  });

  it('are refused in a run where they are not the same any more', () => {
    const before = 'at_ms\n1\n2\n3';
    const loaded = loadScenario({
      text: scenarioOf({ arrival: TRACE }),
      reader: filesOf({ 't.csv': before }),
    });
    if (!loaded.ok) throw new Error('it is valid');
    const { base } = loaded.scenario;
    const message = 'cannot read the trace t.csv: it was changed after the scenario was loaded';
    for (const after of [`${before}4`, 'at_ms\n1\n2\n4', 'at_ms\n1\nx\n3']) {
      const traces = tracesFrom(filesOf({ 't.csv': after }));
      expect(() => simulate(base, 1, { traces }), after).toThrow(message);
    }
  });
});

describe('a trace that does not fit', () => {
  const found = (asked: Asked, trace: string): readonly string[] =>
    problems(load(scenarioOf(asked), { 't.csv': trace }));

  it.each([
    [
      'names a client that there is not',
      { arrival: TRACE },
      'at_ms,client\n1,web\n2,webb',
      ['3:1 error no client "webb"; did you mean "web"?'],
    ],
    [
      'has no row of its client',
      {
        arrival: TRACE,
        clients: '- { name: api, target: http://shop, arrival: { poisson: { rate: 1/s } } }',
      },
      'at_ms,client\n1,api',
      [
        '13:67 warning spec.clients[0].arrival.trace.file: rows of api are not sent: another arrival is theirs',
        '13:67 error spec.clients[0].arrival.trace.file: t.csv has no rows of client "web"',
      ],
    ],
    [
      'begins before the run',
      { arrival: TRACE },
      'at_ms\n-40\n1',
      [
        '13:67 error spec.clients[0].arrival.trace.file: t.csv begins 40ms before the measurement, and the run 0s',
      ],
    ],
    [
      'lasts longer than the run',
      { arrival: TRACE },
      'at_ms\n1\n1000\n2000',
      [
        '13:67 warning spec.clients[0].arrival.trace.file: 2 of 3 rows are due after the end of the run at 1s: they are not sent',
      ],
    ],
    [
      'begins after the run',
      { arrival: TRACE },
      'at_ms\n1000\n2000',
      [
        '13:67 error spec.clients[0].arrival.trace.file: no row of t.csv is due within the 1s of the run',
      ],
    ],
    [
      'is longer than its period',
      { arrival: '{ trace: { file: t.csv, repeat: 1s } }' },
      'at_ms\n0\n1000',
      [
        '13:82 error spec.clients[0].arrival.trace.repeat: must be longer than the trace, which lasts 1s',
      ],
    ],
    [
      'has no rows',
      { arrival: TRACE },
      'at_ms\n',
      ['13:67 error spec.clients[0].arrival.trace.file: t.csv has no rows'],
    ],
    [
      'is not there',
      { arrival: '{ trace: { file: u.csv } }' },
      '',
      ['13:67 error spec.clients[0].arrival.trace.file: cannot read u.csv: no such file'],
    ],
    [
      'comes from standard input',
      { arrival: '{ trace: { file: "-" } }' },
      '',
      [
        '13:67 error spec.clients[0].arrival.trace.file: cannot read -: a trace is read once for each run, and standard input only once in all',
      ],
    ],
  ] as const)('%s', (_, asked, trace, expected) => {
    expect(found(asked, trace)).toEqual(expected);
  });

  it('has its broken rows told, and of many the first ones and how many there are', () => {
    const lines = found({ arrival: TRACE }, `at_ms\n${'x\n'.repeat(1000)}`);
    expect(lines).toHaveLength(11);
    expect(lines[0]).toBe('2:1 error "x" is not a time in ms');
    expect(lines.at(-1)).toBe('1001:1 error and 990 more broken rows, of which this is the last');
  });
});
