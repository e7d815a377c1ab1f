/**
 * `npm run bench`: how fast svcsim is beside a hand-written C++ simulation of the bare queues, how
 * much memory it takes, how it scales over jobs, how soon it starts. It reports and never asserts:
 * the figures depend on the machine, the ratios less so. See docs/performance.md.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CHURN_CASES, measureChurn } from './churn.ts';
import { LARGE, LARGEST, largeCluster, nameOf } from './large-cluster.ts';
import { measure, median } from './measure.ts';
import { CLI, runSvcsim } from './svcsim.ts';
import { printTable } from './table.ts';
import { WORKLOADS } from './workloads.ts';
import type { Workload } from './workloads.ts';
import { compileYardstick } from './yardstick.ts';
import type { Yardstick } from './yardstick.ts';

const PARTS = ['speed', 'jobs', 'start', 'churn', 'largest'] as const;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '3' },
    yardstick: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

const USAGE = `npm run bench -- [options]
  --quick           one million requests only, instead of one and ten
  --rounds N        interleaved rounds (3)
  --yardstick DIR   folder of the C++ reference (../shared/bench/yardstick)
  --only PART       ${PARTS.join(', ')}`;

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));

const rounds = Number(flags.rounds);
const isPart = (PARTS as readonly string[]).includes(flags.only ?? 'speed');
if (flags.help || !Number.isInteger(rounds) || rounds < 1 || !isPart) {
  console.log(USAGE);
  process.exit(flags.help ? 0 : 2);
}

const folder = mkdtempSync(join(tmpdir(), 'svcsim-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const sizes = flags.quick ? [1e6] : [1e6, 1e7];
const wants = (part: (typeof PARTS)[number]): boolean =>
  flags.only === undefined || flags.only === part;

console.log(
  `Node ${process.version}, ${availableParallelism()} of ${cpus()[0]?.model ?? 'an unknown CPU'}`,
);
if (wants('speed')) reportSpeed(compileYardstick(yardstickFolder(), folder));
if (wants('jobs')) reportJobs();
if (wants('start')) reportStart();
if (wants('churn')) reportChurn();
if (wants('largest')) reportLargest();

function yardstickFolder(): string {
  return flags.yardstick ?? join('..', 'shared', 'bench', 'yardstick');
}

interface Sample {
  readonly requestsPerCpuS: number;
  /** To the yardstick of the same round. */
  readonly ratio: number;
  readonly peakMiB: number;
  readonly latencyS: Workload['theory'];
}

function reportSpeed(yardstick: Yardstick | string): void {
  if (typeof yardstick === 'string') console.log(yardstick);
  const samples = new Map<string, Sample[]>();
  const key = (workload: Workload, size: number): string => `${workload.name} ${size}`;
  // Interleaved, so that a slow minute of a shared machine meets both sides of a ratio.
  for (let round = 1; round <= rounds; round += 1) {
    for (const workload of WORKLOADS) {
      for (const size of sizes) {
        const sample = speedSample(workload, size, round, yardstick);
        samples.set(key(workload, size), [...(samples.get(key(workload, size)) ?? []), sample]);
      }
    }
  }

  const rows = WORKLOADS.flatMap((workload) =>
    sizes.map((size) => ({ workload, size, runs: samples.get(key(workload, size))! })),
  );
  console.log(`\nSpeed and memory: whole process, -j 1, medians of ${rounds} rounds`);
  printTable(
    ['', 'requests', 'per CPU second', 'of C++', '(lowest, highest)', 'peak memory'],
    rows.map(({ workload, size, runs }) => {
      const ratios = runs.map(({ ratio }) => ratio);
      const range = [Math.min(...ratios), Math.max(...ratios)].map((r) => r.toFixed(2)).join(', ');
      const compared = typeof yardstick !== 'string';
      return [
        workload.name,
        millions(size),
        millions(median(runs.map((run) => run.requestsPerCpuS))),
        compared ? median(ratios).toFixed(3) : '',
        compared ? `(${range})` : '',
        mebibytes(Math.max(...runs.map(({ peakMiB }) => peakMiB))),
      ];
    }),
  );

  console.log('\nLatency in seconds against theory, mean over the rounds (W2: a handshake more)');
  printTable(
    ['', 'requests', 'mean', 'theory', 'p50', 'theory', 'p99', 'theory'],
    rows.map(({ workload, size, runs }) => [
      workload.name,
      millions(size),
      ...(['mean', 'p50', 'p99'] as const).flatMap((figure) => {
        const found = runs.reduce((sum, run) => sum + run.latencyS[figure], 0) / runs.length;
        const expected = workload.theory[figure];
        const off = ((found / expected - 1) * 100).toFixed(2);
        return [
          found.toFixed(4),
          `${expected.toFixed(4)} ${off.startsWith('-') ? '' : '+'}${off}%`,
        ];
      }),
    ]),
  );
}

function speedSample(
  workload: Workload,
  size: number,
  round: number,
  yardstick: Yardstick | string,
): Sample {
  const reference =
    typeof yardstick === 'string'
      ? NaN
      : size / measure(yardstick.command(workload.name, size, round)).cpuS;
  const { cost, requests, latencyS } = runSvcsim({
    scenario: workload.scenario,
    out: join(folder, 'results'),
    seed: round,
    durationS: size / workload.requestsPerSecond,
  });
  const requestsPerCpuS = requests / cost.cpuS;
  return {
    requestsPerCpuS,
    ratio: requestsPerCpuS / reference,
    peakMiB: cost.peakMiB ?? NaN,
    latencyS,
  };
}

function reportJobs(): void {
  const workload = WORKLOADS[0]!;
  const replications = 4;
  const seconds = (size: number, jobs: number): number =>
    runSvcsim({
      scenario: workload.scenario,
      out: join(folder, 'results'),
      durationS: size / workload.requestsPerSecond,
      replications,
      jobs,
    }).cost.wallS;
  const rows = (flags.quick ? [5e5] : [2.5e6, 1e7]).map((size) => {
    const pairs = Array.from(
      { length: rounds },
      () => [seconds(size, 1), seconds(size, 2)] as const,
    );
    const ratios = pairs.map(([one, two]) => one / two);
    return [
      millions(size),
      `${median(pairs.map(([one]) => one)).toFixed(2)} s`,
      `${median(pairs.map(([, two]) => two)).toFixed(2)} s`,
      median(ratios).toFixed(2),
      `(${Math.min(...ratios).toFixed(2)}, ${Math.max(...ratios).toFixed(2)})`,
    ];
  });
  console.log(
    `\nJobs: ${replications} replications of ${workload.name}, wall time, medians of ${rounds} rounds`,
  );
  printTable(['requests each', '-j 1', '-j 2', 'speed-up', '(lowest, highest)'], rows);
}

function reportStart(): void {
  const milliseconds = (args: readonly string[]): number =>
    measure([process.execPath, ...args]).wallS * 1000;
  const pairs = Array.from({ length: 10 }, () => ({
    node: milliseconds(['-e', '0']),
    help: milliseconds([CLI, '--help']),
  }));
  const file = join(folder, 'large-cluster.yaml');
  writeFileSync(file, largeCluster(LARGE));
  const starts = Array.from(
    { length: rounds },
    () => runSvcsim({ scenario: file, out: join(folder, 'results') }).cost,
  );
  const bare = median(pairs.map(({ node }) => node));
  console.log('\nStart: wall time, medians');
  printTable(
    ['', 'wall time', 'CPU time', 'peak memory'],
    [
      ['node -e 0', `${bare.toFixed(0)} ms`, '', ''],
      [
        'svcsim --help',
        `${median(pairs.map(({ help }) => help)).toFixed(0)} ms`,
        `${median(pairs.map(({ node, help }) => help / node)).toFixed(2)} × node`,
        '',
      ],
      [
        nameOf(LARGE),
        `${median(starts.map(({ wallS }) => wallS)).toFixed(2)} s`,
        `${median(starts.map(({ cpuS }) => cpuS)).toFixed(2)} s`,
        mebibytes(Math.max(...starts.map(({ peakMiB }) => peakMiB ?? NaN))),
      ],
    ],
  );
}

/** In this process: what is measured is the change alone. */
function reportChurn(): void {
  const cases = flags.quick ? CHURN_CASES.slice(0, 2) : CHURN_CASES;
  console.log('\nChurn: a change of one pod, and a sync for it on every node with clients');
  printTable(
    ['nodes', 'with clients', 'Services', 'events', 'syncs', 'per change', 'per sync'],
    cases.map((made) => {
      const { events, syncs, microseconds } = measureChurn(made);
      return [
        String(made.nodes),
        String(made.callingNodes),
        String(made.services),
        events.toFixed(1),
        syncs.toFixed(0),
        `${(microseconds / 1000).toFixed(2)} ms`,
        `${(microseconds / syncs).toFixed(2)} µs`,
      ];
    }),
  );
}

/** Once: it takes about a minute. */
function reportLargest(): void {
  const file = join(folder, 'largest-cluster.yaml');
  writeFileSync(file, largeCluster(LARGEST));
  const { cost, requests } = runSvcsim({ scenario: file, out: join(folder, 'results') });
  const { calledServices, callingNodes, durationS } = LARGEST;
  console.log(`\nLargest: ${nameOf(LARGEST)},`);
  console.log(
    `${calledServices} Services called from ${callingNodes} nodes each, ${durationS} s, one Deployment rolled out`,
  );
  printTable(
    ['requests', 'wall time', 'CPU time', 'peak memory'],
    [
      [
        millions(requests),
        `${cost.wallS.toFixed(1)} s`,
        `${cost.cpuS.toFixed(1)} s`,
        mebibytes(cost.peakMiB ?? NaN),
      ],
    ],
  );
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(count % 1e6 === 0 ? 0 : 2)} M`;
}

function mebibytes(value: number): string {
  return Number.isNaN(value) ? 'needs GNU time' : `${value.toFixed(0)} MiB`;
}
