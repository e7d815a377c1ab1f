/** How long a sync takes until its rules are in force: the cost model beside recorded transactions (E4). */
import type { SyncWork } from '../../src/proxy/data-plane.ts';
import { programmingTime } from '../../src/proxy/programming-time.ts';
import { BACK_ENDS } from './connecting.ts';
import { planOf, service } from '../experiment.ts';
import { number } from '../kernel-data.ts';
import type { KernelData, Row } from '../kernel-data.ts';
import { counted, grouped, table } from '../page.ts';
import type { Section } from '../page.ts';
import { SYNC_FORMS, fitSyncs } from './sync-fit.ts';

/** Accepted: this many times longer or shorter. The recordings say of themselves that they may be twice what an idle machine shows. */
const FACTOR = 2;

/** The transactions that a sync consists of; others were measured to see what they would save. */
function workOf(row: Row): SyncWork | null {
  const services = number(row, 'services');
  const endpoints = services * number(row, 'endpoints_per_service');
  const operation = row['operation']!;
  if (operation.startsWith('full-')) {
    const all = { changedServices: services, changedEndpoints: endpoints };
    return { full: true, services, endpoints, ...all };
  }
  const partial = /^partial-(\d+)$/.exec(operation);
  if (partial === null) return null;
  // One endpoint of each changed Service was replaced: one went, one came.
  const changed = Number(partial[1]);
  return {
    full: false,
    services,
    endpoints,
    changedServices: changed,
    changedEndpoints: 2 * changed,
  };
}

function simulated(backEnd: string, work: SyncWork): number {
  const plan = planOf({
    spec: {
      proxy: BACK_ENDS[backEnd],
      clients: [{ name: 'any', target: 'http://echo', arrival: { constant: { rate: '1/s' } } }],
    },
    manifests: service(),
  });
  const { costs, mode } = plan.proxies[0]!;
  return programmingTime(costs[mode], work) / 1e9;
}

/** Seconds of a recorded transaction, and of what kube-proxy reads before it. */
function recorded(row: Row, rows: readonly Row[]): number {
  const own = number(row, 'wall_median_s');
  if (row['mode'] !== 'nftables' || !row['operation']!.startsWith('partial-')) return own;
  const listing = rows.find(
    (other) =>
      other['operation'] === 'list-chains' &&
      ['mode', 'services', 'endpoints_per_service'].every(
        (column) => other[column] === row[column],
      ),
  );
  return own + (listing === undefined ? 0 : number(listing, 'wall_median_s'));
}

interface Comparison {
  readonly backEnd: string;
  readonly operation: string;
  readonly services: number;
  readonly kernel: number;
  readonly ours: number;
  readonly ratio: number;
}

/** Loading empty tables: shown, and not accepted or refused, as the model's full sync is one over loaded tables. */
const isFresh = ({ operation }: Comparison): boolean => operation === 'full-fresh';

const agrees = ({ ratio }: Comparison): boolean => ratio <= FACTOR && ratio >= 1 / FACTOR;

/** The recorded sizes of one operation in a line. */
function summaryOf(all: readonly Comparison[], backEnd: string, operation: string): string[] {
  const of = all.filter((one) => one.backEnd === backEnd && one.operation === operation);
  const ratios = of.map(({ ratio }) => ratio).sort((a, b) => a - b);
  const sizes = of.map(({ services }) => services);
  const seconds = (pick: (one: Comparison) => number): string =>
    `${Math.min(...of.map(pick)).toFixed(3)} – ${Math.max(...of.map(pick)).toFixed(3)}`;
  return [
    backEnd,
    operation,
    String(of.length),
    `${grouped(Math.min(...sizes))} – ${grouped(Math.max(...sizes))}`,
    seconds(({ kernel }) => kernel),
    seconds(({ ours }) => ours),
    [ratios[0]!, ratios[Math.floor(ratios.length / 2)]!, ratios.at(-1)!]
      .map((ratio) => ratio.toFixed(2))
      .join(' / '),
    operation === 'full-fresh' ? '' : of.every(agrees) ? '✓' : '✗',
  ];
}

/** What was fitted: the terms that each back end's syncs have, in µs. */
const fitTable = (data: KernelData): string =>
  table(
    ['back end', 'sync', 'terms, µs'],
    SYNC_FORMS.map((form) => {
      const fitted = fitSyncs(data, form);
      const terms = form.terms.map(
        (term) => `${term} ${Number((fitted[term] / 1e3).toPrecision(3))}`,
      );
      const kind = form.kind === 'fullSync' ? 'full' : 'partial';
      const beyond = form.squaredBeyond > 0 ? ` (beyond ${grouped(form.squaredBeyond)})` : '';
      return [form.backEnd, kind, `${terms.join(', ')}${beyond}`];
    }),
  );

/** The section; null where the folder has no such recording. */
export function programmingSection(data: KernelData): Section | null {
  if (!data.has('e4_programming')) return null;
  const rows = data.rows('e4_programming', [
    'mode',
    'services',
    'endpoints_per_service',
    'operation',
    'wall_median_s',
  ]);
  const all = rows.flatMap((row): Comparison[] => {
    const work = workOf(row);
    if (work === null) return [];
    const backEnd = row['mode']!;
    const kernel = recorded(row, rows);
    const ours = simulated(backEnd, work);
    const { services } = work;
    return [
      { backEnd, operation: row['operation']!, services, kernel, ours, ratio: ours / kernel },
    ];
  });
  const compared = all.filter((one) => !isFresh(one));
  const kinds = [...new Set(all.map(({ backEnd, operation }) => `${backEnd} ${operation}`))];
  return {
    title: 'Programming time',
    checks: [
      counted(
        {
          what: 'time of a sync, full and partial',
          recorded: 'medians at 100 to 30,000 Services on three back ends',
          simulated: `fitted to them: within a factor of ${FACTOR}`,
        },
        compared.filter(agrees).length,
        compared.length,
      ),
    ],
    body: `
Seconds from the start of a sync to its rules in force, at so many sizes. Partial: what kube-proxy writes for 1, 10 or 100
changed Services, in nftables after it has listed the chains. Full: everything over loaded tables
(\`resync\`), as a kube-proxy that starts again or repairs does; into empty tables (\`fresh\`) nftables is up to three times
faster, which the model leaves out. The recording machine was shared with other work, and its times can be up to twice
those of an idle one: a factor of ${FACTOR} is accepted.

${table(
  [
    'back end',
    'operation',
    'sizes',
    'Services',
    'recorded s',
    'simulated s',
    'simulated / recorded: least / middle / most',
    '',
  ],
  kinds.map((kind) => summaryOf(all, ...(kind.split(' ') as [string, string]))),
  'llrrrrrl',
)}

The model is a sum of terms in what is on the node and in what changed (\`proxy.costs\`, each can be set), fitted to these
recordings by relative least squares; a test holds the defaults to the fit:

${fitTable(data)}

Once control plane and sync runner are added, \`run\` and \`compare\` report network programming latency as kube-proxy's own
metric counts it. Published figures of that depend on what their clusters did (100 nodes with nftables: p50 1.5 s,
p99 6.8 s; 5,000 nodes with iptables' partial syncs: p50 about 5 s, p99 about 24 s), and nothing here is fitted
to them.`,
  };
}
