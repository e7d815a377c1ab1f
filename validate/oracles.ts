/**
 * Which test holds which oracle: statements about Services that follow from kube-proxy's and the kernel's
 * own rules. Found by the ids in the titles of the tests, so that the list cannot name a test that is not there.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { counted, table } from './page.ts';
import type { Section } from './page.ts';

const TESTS = fileURLToPath(new URL('../test/', import.meta.url));

/** Each in a sentence. */
const ORACLES: Readonly<Record<string, string>> = {
  O1: 'Random modes spread N connections over n endpoints as a multinomial of equal chances',
  O2: 'The product of iptables’ rule probabilities is 1/n for every endpoint, exactly',
  O3: 'ipvs rr over a stable list: counts of one node differ by at most 1, of m nodes by at most m',
  O4: 'Kept connections stay where they are: pods that come later get nothing of them',
  O5: 'No endpoints: refused in less than a round trip; traffic policy Local with none here: silence (ipvs refuses)',
  O6: 'Readiness lost: established connections go on, new ones stop once each node has synced',
  O7: 'The last ready pod terminates and serves: it keeps all traffic; with another one ready it gets nothing new',
  O8: 'preStop longer than the slowest node: no refusals; none at all: errors for as long as nodes lag',
  O9: 'Changes at 0, 0.1 and 0.2 s: syncs at 0, 0.1 and 1.1 with a burst of two, at 0 and 1.0 without',
  O10: 'Affinity slides: a new connection within the timeout keeps the endpoint, traffic on an old one does not',
  O11: 'iptables remembers 100 clients an endpoint and forgets the oldest; nftables remembers all',
  O12: 'First packets cost the same at any number of Services in nftables and ipvs, linearly more in iptables',
  O13: 'One endpoint without a hint: all nodes use all; a zone without endpoints: its nodes use all',
  O14: 'Three equal zones get hints for 3, 6, 7, 9, 10, 12 endpoints and none for 4, 5, 8, 11',
  O15: 'A conntrack table that is full drops new connections and leaves old ones alone',
  O16: 'One client pod that closes first runs out of source ports above 470 connections a second',
  O17: 'Retransmitted SYNs go to the same dead pod; a new connect() picks again',
  O18: 'ipvs removes a draining server at the first scan after its last entry has expired',
  O19: 'dh sends a Service to one pod, sh a client to one; both refuse where that has weight 0',
  O20: 'lc with nothing to do starts at the first server of the list, on every node',
  O21: 'Queries a name costs: svc.ns 4, an external name 8 + 2h, with a final dot 2',
  O22: 'A job of 30 ms of CPU time takes up to 204 ms at a limit of 0.13 cores',
  O23: 'A Deployment of 4 by default: 3 to 5 pods that do not terminate, 3 or more available, throughout a rollout',
  O24: '10 pods at 72 % of a target of 65 % become 12; at 71 % they stay, within the tolerance',
};

interface Title {
  /** From the folder of the tests. */
  readonly file: string;
  readonly text: string;
}

/** String literals of the tests on one line, which their titles are among. */
function literals(): Title[] {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts'))
    .sort((a, b) => (a < b ? -1 : 1));
  return files.flatMap((file) =>
    [...readFileSync(TESTS + file, 'utf8').matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])+)\1/g)].map(
      ([, , text]) => ({ file, text: text! }),
    ),
  );
}

/** The files whose titles name an oracle, by its id. */
function filesByOracle(titles: readonly Title[]): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const { file, text } of titles) {
    for (const [id] of text.matchAll(/\bO\d{1,2}\b/g)) {
      found.set(id, (found.get(id) ?? new Set()).add(file));
    }
  }
  return found;
}

const link = (file: string): string => `[${file}](../test/${file})`;

/** Titles that name a row of Kubernetes' end-to-end tests, the same file's side by side. */
function endToEnd(titles: readonly Title[]): string[][] {
  return titles
    .filter(({ text }) => /\brow \d+: |\be2e\b.*: /.test(text))
    .map(({ file, text }) => [
      text
        .replace(/^(e2e )?row \d+: |, with %s\b/g, '')
        .replace(/\be2e row \d+: /, 'e2e: ')
        .replaceAll('%s', '…'),
      link(file),
    ]);
}

export function oracleSection(): Section {
  const titles = literals();
  const tests = filesByOracle(titles);
  const ids = Object.keys(ORACLES);
  const held = ids.filter((id) => tests.has(id));
  return {
    title: 'Oracles',
    checks: [
      counted(
        {
          what: 'oracles, each a test',
          recorded: 'what the rules imply',
          simulated: 'the titles of the tests name them',
        },
        held.length,
        ids.length,
      ),
    ],
    body: `
What must hold if the rules are right, and the tests of \`npm test\` that hold it. Queues are held to theory besides:
M/M/1, M/M/c, M/D/1, M/G/1 and independent servers behind random splitting, in
[queueing-theory.test.ts](../test/world/queueing-theory.test.ts).

${table(
  ['oracle', 'statement', 'test'],
  ids.map((id) => [id, ORACLES[id]!, [...(tests.get(id) ?? [])].map(link).join(', ') || 'none']),
)}

Behaviours that Kubernetes' own end-to-end tests assert of its network (k8s test/e2e/network), as scenarios; by the titles of
the tests:

${table(['behaviour', 'test'], endToEnd(titles))}`,
  };
}
