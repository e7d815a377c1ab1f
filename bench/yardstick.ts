/**
 * The yardstick: a hand-written C++ simulation of the bare queues, without connections, proxies or
 * breakdown. It is the 1.00 of every ratio. It lives beside the checkout, not in it; without it, or
 * without a compiler, the benchmark prints svcsim's own rates.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Yardstick {
  /** The command that simulates so many requests of a workload. */
  command(workload: string, requests: number, seed: number): string[];
}

/** Compiles the yardstick into `into`; a sentence where there is none. */
export function compileYardstick(folder: string, into: string): Yardstick | string {
  const source = join(folder, 'des.cpp');
  if (!existsSync(source)) return `no yardstick: ${source} does not exist (--yardstick DIR)`;
  const binary = join(into, 'des');
  const flags = ['-std=c++20', '-O3', '-march=native'];
  const compiler = spawnSync('g++', [...flags, '-o', binary, source], { encoding: 'utf8' });
  if (compiler.error !== undefined) return `no yardstick: g++: ${compiler.error.message}`;
  if (compiler.status !== 0) return `no yardstick: g++ failed\n${compiler.stderr}`;
  return {
    command: (workload, requests, seed) => [
      binary,
      'heap4',
      'zig',
      workload,
      String(requests),
      String(seed),
    ],
  };
}
