/**
 * What a process costs from its start to its end: CPU time of user and system together, wall time
 * and peak resident memory. Node cannot ask for the resource usage of a child, so bash's `time`
 * reports the times, to the millisecond, and GNU time, where it is installed, the memory.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Cost {
  readonly cpuS: number;
  readonly wallS: number;
  /** null where GNU time is not installed. */
  readonly peakMiB: number | null;
  readonly stdout: string;
}

const GNU_TIME = '/usr/bin/time';

const SCRIPT = `
  times=$1; shift
  TIMEFORMAT='%3U %3S %3R'
  exec 3>&2
  { time "$@" 2>&3; } 2>"$times"
`;

/** Runs a command to its end. Throws, with what it printed, when it fails. */
export function measure(command: readonly string[]): Cost {
  const folder = mkdtempSync(join(tmpdir(), 'svcsim-measure-'));
  try {
    const times = join(folder, 'times');
    const memory = join(folder, 'memory');
    const hasGnuTime = existsSync(GNU_TIME);
    const wrapped = hasGnuTime ? [GNU_TIME, '-f', '%M', '-o', memory, ...command] : command;
    const child = spawnSync('bash', ['-c', SCRIPT, 'measure', times, ...wrapped], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
      maxBuffer: 1 << 26,
    });
    if (child.status !== 0) {
      const said = `${child.stdout}${child.stderr}${child.error?.message ?? ''}`;
      throw new Error(`${command.join(' ')} ended with status ${child.status}:\n${said}`);
    }
    const [user, system, wall] = readFileSync(times, 'utf8').trim().split(' ').map(Number) as [
      number,
      number,
      number,
    ];
    return {
      cpuS: user + system,
      wallS: wall,
      peakMiB: hasGnuTime ? Number(readFileSync(memory, 'utf8').trim()) / 1024 : null,
      stdout: child.stdout,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The middle value, or the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? NaN;
  return (lower + upper) / 2;
}
