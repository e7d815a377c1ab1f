/**
 * How evenly connections land: the simulator's counts beside recorded ones (E1), and how uneven a
 * handful of connections is (E5i), beside theory.
 */
import { balanceOf } from '../src/stats/balance.ts';
import { chiSquareTail } from '../src/stats/special-functions/incomplete-gamma.ts';
import { record, service } from './experiment.ts';
import type { Recorded } from './experiment.ts';
import { number } from './kernel-data.ts';
import type { KernelData, Row } from './kernel-data.ts';
import { unevenness } from './multinomial.ts';
import { counted, grouped, table } from './page.ts';
import type { Check, Section } from './page.ts';

/** Chance of refusing a comparison where there is nothing to refuse. */
const ALPHA = 0.001;
/** Two-sided, in standard deviations of a normal. */
const Z_ALPHA = 3.291;
const CONNECTIONS = 100_000;

/** The simulated mode that writes the rules of a recorded back end. */
export const modeOf = (backEnd: string): string =>
  backEnd.startsWith('nftables') ? 'nftables' : 'iptables';

/** Connections to a Service of `pods`, one at a time, in order of opening. */
function connect(mode: string, pods: number, connections: number): Recorded {
  return record(
    {
      spec: {
        duration: `${connections + 1}ms`,
        proxy: { mode, conntrack: 'none' },
        nodes: [{ name: 'client' }],
        clients: [
          {
            name: 'load',
            target: 'http://echo',
            arrival: { constant: { rate: '1000/s' } },
            ports: 'none',
          },
        ],
      },
      manifests: service({ replicas: pods }),
    },
    seedOf(mode, pods),
  );
}

/** Seeds of their own, so that the modes do not stand in for each other. */
const seedOf = (mode: string, pods: number): number => (mode === 'iptables' ? 1000 : 2000) + pods;

interface Spread {
  readonly counts: readonly number[];
  readonly pValue: number;
  /** That successive picks do not depend on each other. */
  readonly lagPValue: number;
}

function spreadOf(mode: string, pods: number): Spread {
  const { connections } = connect(mode, pods, CONNECTIONS);
  const index = new Map<string, number>();
  const picks = connections.map(({ pod }) => {
    if (!index.has(pod)) index.set(pod, index.size);
    return index.get(pod)!;
  });
  const counts = new Array<number>(pods).fill(0);
  for (const pick of picks) counts[pick]!++;
  const pairs = new Array<number>(pods * pods).fill(0);
  for (let i = 1; i < picks.length; i += 2) pairs[picks[i - 1]! * pods + picks[i]!]!++;
  return {
    counts,
    pValue: balanceOf(counts)!.pValue,
    lagPValue: balanceOf(pairs)!.pValue,
  };
}

/** Chance that two samples of equal size differ as much where their endpoints have equal chances: χ² of homogeneity. */
function sameShares(one: readonly number[], other: readonly number[]): number {
  if (one.length === 1) return 1;
  const statistic = one.reduce((sum, a, i) => sum + (a - other[i]!) ** 2 / (a + other[i]!), 0);
  return chiSquareTail(statistic, one.length - 1);
}

/** Recorded connections by endpoint. */
function recordedCounts(rows: readonly Row[], backEnd: string, endpoints: number): number[] {
  return rows
    .filter((row) => row['mode'] === backEnd && number(row, 'endpoints') === endpoints)
    .map((row) => number(row, 'connections'));
}

function spreadChecks(data: KernelData): { check: Check; body: string } {
  const summary = data.rows('e1_summary', ['mode', 'endpoints', 'p_uniform', 'p_lag1']);
  const counts = data.rows('e1_counts', ['mode', 'endpoints', 'connections']);
  const spreads = new Map<string, Spread>();
  let agreeing = 0;
  const rows = summary.map((row) => {
    const backEnd = row['mode']!;
    const endpoints = number(row, 'endpoints');
    const mode = modeOf(backEnd);
    const key = `${mode} ${endpoints}`;
    if (!spreads.has(key)) spreads.set(key, spreadOf(mode, endpoints));
    const { pValue, lagPValue, counts: simulated } = spreads.get(key)!;
    const recorded = recordedCounts(counts, backEnd, endpoints);
    const same = recorded.length === 0 ? NaN : sameShares(recorded, simulated);
    const tests = [pValue, lagPValue, ...(Number.isNaN(same) ? [] : [same])];
    const agrees = tests.every((p) => p >= ALPHA);
    if (agrees) agreeing++;
    return [
      backEnd,
      String(endpoints),
      number(row, 'p_uniform').toFixed(3),
      number(row, 'p_lag1').toFixed(3),
      pValue.toFixed(3),
      lagPValue.toFixed(3),
      Number.isNaN(same) ? '' : same.toFixed(3),
      agrees ? '✓' : '✗',
    ];
  });
  return {
    check: counted(
      {
        what: 'connections by endpoint, random modes',
        recorded: `χ² of ${grouped(CONNECTIONS)} connections`,
        simulated: 'uniform, independent, same shares',
      },
      agreeing,
      rows.length,
    ),
    body: table(
      [
        'back end',
        'endpoints',
        'recorded: uniform p',
        'independent p',
        'simulated: uniform p',
        'independent p',
        'same shares p',
        '',
      ],
      rows,
      'lrrrrrrl',
    ),
  };
}

interface Trials {
  readonly maxOverMean: number;
  readonly idle: number;
}

/** Clients that each open `connections` and keep them. */
function keepConnections(mode: string, pods: number, connections: number, trials: number): Trials {
  const { connections: opened } = record(
    {
      spec: {
        duration: `${trials * connections + 1}us`,
        proxy: { mode, conntrack: 'none' },
        nodes: [{ name: 'client' }],
        // Longer than the run: no connection is idle when the next request comes.
        workloads: [{ target: 'deployment/echo', serviceTime: '1m', concurrency: 1_000_000 }],
        clients: [
          {
            name: 'load',
            replicas: trials,
            target: 'http://echo',
            arrival: { constant: { rate: '1000000/s' } },
            connection: { mode: 'KeepAlive', pool: connections },
          },
        ],
      },
      manifests: service({ replicas: pods }),
    },
    seedOf(mode, pods),
  );
  const byClient = new Map<string, Map<string, number>>();
  for (const { clientIp, pod } of opened) {
    const counts = byClient.get(clientIp) ?? new Map<string, number>();
    byClient.set(clientIp, counts.set(pod, (counts.get(pod) ?? 0) + 1));
  }
  let sum = 0;
  let idle = 0;
  for (const counts of byClient.values()) {
    sum += Math.max(...counts.values()) / (connections / pods);
    if (counts.size < pods) idle++;
  }
  return { maxOverMean: sum / byClient.size, idle: idle / byClient.size };
}

function placementChecks(data: KernelData): { check: Check; body: string } {
  const rows = data.rows('e5i_placement', [
    'mode',
    'endpoints',
    'connections',
    'trials',
    'mean_of_max_over_mean',
    'share_of_trials_with_an_idle_endpoint',
  ]);
  let agreeing = 0;
  let compared = 0;
  const simulations = new Map<string, Trials>();
  const lines = rows.map((row) => {
    const [endpoints, connections, trials] = ['endpoints', 'connections', 'trials'].map((column) =>
      number(row, column),
    ) as [number, number, number];
    const mode = modeOf(row['mode']!);
    const key = `${mode} ${endpoints} ${connections} ${trials}`;
    if (!simulations.has(key)) {
      simulations.set(key, keepConnections(mode, endpoints, connections, trials));
    }
    const simulated = simulations.get(key)!;
    const theory = unevenness(endpoints, connections);
    const recorded = {
      maxOverMean: number(row, 'mean_of_max_over_mean'),
      idle: number(row, 'share_of_trials_with_an_idle_endpoint'),
    };
    const agree = [recorded, simulated].map(
      ({ maxOverMean, idle }) =>
        isChance(maxOverMean - theory.maxOverMean, theory.deviation, trials) &&
        isChance(idle - theory.idle, Math.sqrt(theory.idle * (1 - theory.idle)), trials),
    );
    compared += 2;
    agreeing += agree.filter(Boolean).length;
    return [
      row['mode']!,
      String(endpoints),
      String(connections),
      theory.maxOverMean.toFixed(3),
      recorded.maxOverMean.toFixed(3),
      simulated.maxOverMean.toFixed(3),
      share(theory.idle),
      share(recorded.idle),
      share(simulated.idle),
      agree.every(Boolean) ? '✓' : '✗',
    ];
  });
  return {
    check: counted(
      {
        what: 'kept connections: largest share, idle endpoints',
        recorded: '8 and 100 connections of one client',
        simulated: 'both inside what chance allows around theory',
      },
      agreeing,
      compared,
    ),
    body: table(
      [
        'back end',
        'endpoints',
        'connections',
        'max/mean: theory',
        'recorded',
        'simulated',
        'idle: theory',
        'recorded',
        'simulated',
        '',
      ],
      lines,
      'lrrrrrrrrl',
    ),
  };
}

/** Whether a mean of `trials` is this far off by chance. A share of next to none or all may miss by one trial. */
const isChance = (off: number, deviation: number, trials: number): boolean =>
  Math.abs(off) <= (Z_ALPHA * deviation) / Math.sqrt(trials) + 1 / trials;

const share = (value: number): string => `${(value * 100).toFixed(1)} %`;

/** The section; null where the folder has no such recordings. */
export function balanceSection(data: KernelData): Section | null {
  if (!['e1_summary', 'e1_counts', 'e5i_placement'].every((name) => data.has(name))) return null;
  const spread = spreadChecks(data);
  const placement = placementChecks(data);
  return {
    title: 'Balance',
    checks: [spread.check, placement.check],
    body: `
Recorded and simulated, ${grouped(CONNECTIONS)} connections to a Service, one after the other. *Uniform*: χ² against equal
shares; *independent*: χ² of pairs of successive picks; *same shares*: χ² of the recorded against the
simulated counts. Each simulated figure would miss p ≥ ${ALPHA} once in ${1 / ALPHA} seeds by chance.

${spread.body}

A client opens a few connections and keeps them: the most loaded endpoint's connections over the mean
(mean over the trials), and the share of trials in which an endpoint got none. Theory is the exact multinomial
distribution; a figure agrees where chance alone goes as far from it in one of ${1 / ALPHA} cases.

${placement.body}`,
  };
}
