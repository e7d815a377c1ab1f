/**
 * Latency under a known open-loop load: what the simulator predicts from the recorded service times and
 * the rate of arrivals, beside what was measured. Runs are named as test/data/kernel/netfilter/README.md
 * says; any further ones in the folder are predicted by the same method.
 */
import { deriveSeed } from '../src/base/seed.ts';
import { Histogram } from '../src/stats/histogram.ts';
import { planOf, recordPlan, service } from './experiment.ts';
import type { Experiment, Recorded } from './experiment.ts';
import { number } from './kernel-data.ts';
import type { KernelData } from './kernel-data.ts';
import { counted, grouped, percent, table } from './page.ts';
import type { Section } from './page.ts';
import { BrokenRecording } from './csv.ts';
import { ascending, bootstrapQuantiles, quantileOf } from './sample.ts';

const QUANTILES = [0.5, 0.9, 0.99] as const;
/** Accepted: this far from the measured value, or inside the measurement's own interval. */
const TOLERANCE = 0.1;
/** Of a request outside its pod where no `direct` run says it, µs. */
const PATH_US = 250;
/** Requests behind a prediction, about, and runs over which they are spread. */
const REQUESTS = 1_000_000;
const RUNS = 10;
/** Seeds tried for those under which the connections land as they were recorded. */
const SEEDS_TRIED = 2000;
/** What is left out at the start of a simulated run, seconds. */
const WARM_UP_S = 20;

const MODES: Readonly<Record<string, string>> = {
  ipt: 'iptables',
  iptnft: 'iptables',
  nft: 'nftables',
  // One pod and nothing in between; a mode must be named all the same.
  direct: 'iptables',
};

/** A recorded run: its set-up by its name, and what each request met, in order of arrival. */
interface RecordedRun {
  readonly name: string;
  readonly backEnd: string;
  readonly pods: number;
  /** Kept connections and which idle one is used next; null: a connection for every request. */
  readonly pool: { readonly size: number; readonly reuse: string } | null;
  readonly serviceUs: readonly number[];
  readonly latencyUs: readonly number[];
  /** Requests per second. */
  readonly rate: number;
  /** Kept connections of each pod, from many to few. */
  readonly placement: readonly number[];
}

interface Prediction {
  readonly run: RecordedRun;
  /** The same quantiles where kept connections may land anywhere; null: none are kept. */
  readonly anywhere: readonly number[] | null;
  readonly cells: readonly {
    readonly q: number;
    readonly measured: number;
    readonly low: number;
    readonly high: number;
    readonly predicted: number;
    readonly agrees: boolean;
  }[];
}

function readRun(data: KernelData, file: string): RecordedRun {
  const name = file.replace(/^e6_raw_/, '');
  const words = name.split('_');
  const backEnd = words[0]!;
  if (!Object.hasOwn(MODES, backEnd)) {
    throw new BrokenRecording(`${file}: "${backEnd}" is none of ${Object.keys(MODES).join(', ')}`);
  }
  const rows = data
    .rows(file, ['arrival_us', 'service_us', 'done_us', 'pod', 'connection'])
    .filter((row) => row['errno'] === undefined || row['errno'] === '0');
  if (rows.length < 2) throw new BrokenRecording(`${file} has no requests that were answered`);
  const arrivals = rows.map((row) => number(row, 'arrival_us'));
  const pods = words.map((word) => /^p(\d+)$/.exec(word)?.[1]).find((word) => word !== undefined);
  const poolAt = words.findIndex((word) => /^pool\d+$/.test(word));
  const podOf = new Map(rows.map((row) => [row['connection']!, row['pod']!]));
  const perPod = new Map<string, number>();
  for (const pod of podOf.values()) perPod.set(pod, (perPod.get(pod) ?? 0) + 1);
  return {
    name,
    backEnd,
    pods: pods === undefined ? 3 : Number(pods),
    pool:
      poolAt < 0
        ? null
        : { size: Number(words[poolAt]!.slice(4)), reuse: reuseOf(words[poolAt + 1] ?? '') },
    serviceUs: rows.map((row) => number(row, 'service_us')),
    latencyUs: rows.map((row, i) => number(row, 'done_us') - arrivals[i]!),
    rate: (rows.length - 1) / ((Math.max(...arrivals.slice(-100)) - arrivals[0]!) / 1e6),
    placement: [...perPod.values()].sort((a, b) => b - a),
  };
}

const reuseOf = (word: string): string =>
  ({ lifo: 'Lifo', fifo: 'Fifo' })[word.toLowerCase()] ?? 'Random';

/**
 * The run as a scenario of `durationS`. Kept connections are opened at the start, all at once, by a burst of
 * requests, as the recorded client did.
 */
function scenarioOf(run: RecordedRun, hopUs: number, durationS: number): Experiment {
  const rate = `${run.rate}/s`;
  const { pool } = run;
  return {
    spec: {
      duration: `${durationS}s`,
      network: `${hopUs}us`,
      nodes: [{ name: 'client' }],
      proxy: { mode: MODES[run.backEnd] },
      workloads: [
        {
          target: 'deployment/echo',
          serviceTime: { empirical: { file: 'service.csv', column: 'us', unit: 'us' } },
        },
      ],
      clients: [
        {
          name: 'load',
          target: 'http://echo',
          arrival:
            pool === null
              ? { poisson: { rate } }
              : {
                  steps: [
                    { at: '0s', rate: `${pool.size * 20}000000/s` },
                    { at: '1us', rate },
                  ],
                },
          ...(pool === null
            ? {}
            : { connection: { mode: 'KeepAlive', pool: pool.size, reuse: pool.reuse } }),
        },
      ],
    },
    manifests: service({ replicas: run.pods }),
    files: { 'service.csv': ['us', ...run.serviceUs].join('\n') },
  };
}

/**
 * Seeds for `count` runs. Where connections are kept, those under which the pods get as many of them as they
 * were recorded to have, or nearly so where no seed gives exactly that.
 */
function seedsOf(run: RecordedRun, hopUs: number, count: number): number[] {
  if (run.pool === null) return anySeeds(count);
  const opening = planOf(scenarioOf(run, hopUs, 0.1));
  const found: { readonly seed: number; readonly misplaced: number }[] = [];
  for (let i = 0, exact = 0; i < SEEDS_TRIED && exact < count; i++) {
    const seed = deriveSeed(1, i);
    const misplaced = distance(placementOf(recordPlan(opening, seed)), run.placement);
    if (misplaced < 1e-9) exact++;
    found.push({ seed, misplaced });
  }
  found.sort((a, b) => a.misplaced - b.misplaced);
  return found.slice(0, count).map(({ seed }) => seed);
}

const anySeeds = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => deriveSeed(1, i));

/** How many connections each pod has, from many to few. */
function placementOf({ connections }: Recorded): number[] {
  const perPod = new Map<string, number>();
  for (const { pod } of connections) perPod.set(pod, (perPod.get(pod) ?? 0) + 1);
  return [...perPod.values()].sort((a, b) => b - a);
}

/** How far apart two placements are, as shares: a connection that was never used shows in no recording. */
function distance(one: readonly number[], other: readonly number[]): number {
  const shares = (counts: readonly number[]): number[] => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => count / total);
  };
  const [mine, theirs] = [shares(one), shares(other)];
  const length = Math.max(mine.length, theirs.length);
  const differences = Array.from({ length }, (_, i) => Math.abs((mine[i] ?? 0) - (theirs[i] ?? 0)));
  return differences.reduce((sum, difference) => sum + difference, 0);
}

/** Latencies in ns, those of requests due at the start of a run left out. */
function predict(run: RecordedRun, hopUs: number, seeds: readonly number[]): Histogram {
  const measuredS = Math.round(REQUESTS / RUNS / run.rate);
  const plan = planOf(scenarioOf(run, hopUs, WARM_UP_S + measuredS));
  const latencies = new Histogram();
  for (const seed of seeds) {
    for (const { issuedNs, latencyNs } of recordPlan(plan, seed).requests) {
      if (issuedNs >= WARM_UP_S * 1e9) latencies.record(latencyNs);
    }
  }
  return latencies;
}

function compare(run: RecordedRun, hopUs: number): Prediction {
  const predicted = predict(run, hopUs, seedsOf(run, hopUs, RUNS));
  const intervals = bootstrapQuantiles(run.latencyUs, QUANTILES);
  const measured = ascending(run.latencyUs);
  const blind = run.pool === null ? null : predict(run, hopUs, anySeeds(RUNS));
  return {
    run,
    anywhere: blind === null ? null : QUANTILES.map((q) => blind.quantile(q) / 1e6),
    cells: QUANTILES.map((q, i) => {
      const value = quantileOf(measured, q) / 1e3;
      const low = intervals[i]!.low / 1e3;
      const high = intervals[i]!.high / 1e3;
      const prediction = predicted.quantile(q) / 1e6;
      const agrees =
        Math.abs(prediction / value - 1) <= TOLERANCE || (prediction >= low && prediction <= high);
      return { q, measured: value, low, high, predicted: prediction, agrees };
    }),
  };
}

/**
 * One crossing of the network, µs: a quarter of what a request over a connection of its own spends outside
 * its pod where no Service is in between (median of the `direct` run).
 */
function hopOf(data: KernelData): number {
  const [name] = data.names('e6_raw_direct');
  if (name === undefined) return PATH_US / 4;
  const rows = data.rows(name, ['arrival_us', 'pod_arrive_us', 'end_us', 'done_us']);
  const path = rows.map(
    (row) =>
      number(row, 'done_us') -
      number(row, 'arrival_us') -
      (number(row, 'end_us') - number(row, 'pod_arrive_us')),
  );
  return quantileOf(ascending(path), 0.5) / 4;
}

/** The section; null where the folder has no such runs. */
export function latencySection(data: KernelData): Section | null {
  const files = data.names('e6_raw_');
  if (files.length === 0) return null;
  const hopUs = hopOf(data);
  const predictions = files.map((file) => compare(readRun(data, file), hopUs));
  const cells = predictions.flatMap((one) => one.cells);
  const worst = Math.max(...cells.map((c) => Math.abs(c.predicted / c.measured - 1)));
  return {
    title: 'Latency under load',
    checks: [
      counted(
        {
          what: `p50, p90, p99 of ${files.length} open-loop runs`,
          recorded: 'response minus intended arrival',
          simulated: 'from service times and arrival rate alone',
        },
        cells.filter(({ agrees }) => agrees).length,
        cells.length,
      ),
    ],
    body: [
      INTRODUCTION(hopUs),
      table(
        ['run', 'quantile', 'measured ms', '95 % interval', 'predicted ms', 'deviation', ''],
        predictions.flatMap(({ run, cells: of }) =>
          of.map((c) => [
            run.name,
            `p${c.q * 100}`,
            c.measured.toFixed(1),
            `${c.low.toFixed(1)} – ${c.high.toFixed(1)}`,
            c.predicted.toFixed(1),
            percent(c.predicted / c.measured - 1),
            c.agrees ? '✓' : '✗',
          ]),
        ),
        'llrrrrl',
      ),
      `The largest deviation of a quantile is ${(worst * 100).toFixed(1)} %.`,
      ...predictions.flatMap(({ run, anywhere }) =>
        anywhere === null
          ? []
          : [
              `Had the connections of ${run.name} landed anywhere: ${anywhere.map((ms) => ms.toFixed(1)).join(', ')} ms.`,
            ],
      ),
    ].join('\n\n'),
  };
}

const INTRODUCTION = (hopUs: number): string => `
Each run offered requests by a Poisson process to pods that serve one at a time, over a real node with
real rules. The prediction knows the recorded service times (resampled with replacement), the rate of
arrivals, the number of pods and how the client uses connections, and nothing else of the run: ${grouped(REQUESTS)}
simulated requests, one crossing of the network ${hopUs.toFixed(0)} µs. Where a client keeps
connections, how many of them each pod got is the outcome of a handful of the kernel's random picks and
decides everything after; seeds are taken under which the simulated picks land alike. The interval is
the measurement's own: a bootstrap of blocks of 500 requests. Accepted is a deviation of at most ${TOLERANCE * 100} %,
or a prediction inside that interval.`;
