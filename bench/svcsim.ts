/** svcsim as a benchmark meets it: a whole process, from the command line to the result files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { measure } from './measure.ts';
import type { Cost } from './measure.ts';

export const CLI = 'dist/cli.js';

export interface SimulationOptions {
  readonly scenario: string;
  /** Where the result files go. */
  readonly out: string;
  readonly seed?: number;
  /** Simulated seconds. */
  readonly durationS?: number;
  readonly replications?: number;
  readonly jobs?: number;
}

export interface Simulation {
  readonly cost: Cost;
  /** Measured requests, over all replications. */
  readonly requests: number;
  /** Of the first replication, in seconds. */
  readonly latencyS: { readonly mean: number; readonly p50: number; readonly p99: number };
}

export function runSvcsim(options: SimulationOptions): Simulation {
  const cost = measure([
    process.execPath,
    CLI,
    'run',
    options.scenario,
    '--no-progress',
    `--jobs=${options.jobs ?? 1}`,
    `--out=${options.out}`,
    `--seed=${options.seed ?? 1}`,
    `--replications=${options.replications ?? 1}`,
    ...(options.durationS === undefined ? [] : [`--set=spec.duration=${options.durationS}s`]),
  ]);
  const rows = readSummary(join(options.out, 'summary.csv')).filter(
    (row) => row.get('window') === 'all',
  );
  const first = rows[0];
  if (first === undefined) throw new Error(`${options.scenario}: summary.csv has no rows`);
  const seconds = (column: string): number => Number(first.get(column)) / 1000;
  return {
    cost,
    requests: rows.reduce((sum, row) => sum + Number(row.get('requests')), 0),
    latencyS: {
      mean: seconds('latency_ms_mean'),
      p50: seconds('latency_ms_p50'),
      p99: seconds('latency_ms_p99'),
    },
  };
}

/** The benchmark's own names need no quotes, so a split is enough. */
function readSummary(path: string): Map<string, string>[] {
  const [header, ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const columns = header!.split(',');
  return rows.map((row) => new Map(row.split(',').map((cell, index) => [columns[index]!, cell])));
}
