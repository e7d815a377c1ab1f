/** Replays all recordings of a folder. */
import { recordingsIn } from './recordings.ts';
import type { Row } from '../csv.ts';
import { replayPersistence } from './persistence.ts';
import { replayScript } from './script.ts';
import { Tally } from './tally.ts';

/** A file replayed, or the reason why not. */
export interface FileReplay {
  readonly file: string;
  readonly tally: Tally;
  readonly skipped: string | null;
}

export function replayFolder(folder: string): FileReplay[] {
  const recordings = recordingsIn(folder);
  const tallies = new Map(recordings.map(({ file }) => [file, new Tally()]));
  const samples = new Map<string, { readonly file: string; readonly rows: readonly Row[] }>();
  const skipped = new Map<string, string>();
  const sampled = new Set<string>();
  for (const recording of recordings) {
    if (recording.kind === 'other') skipped.set(recording.file, recording.why);
    if (recording.kind !== 'templates') continue;
    for (const { name, rows } of recording.runs) samples.set(name, { file: recording.file, rows });
  }
  for (const recording of recordings) {
    const tally = tallies.get(recording.file)!;
    if (recording.kind === 'script') {
      for (const run of recording.runs) tally.add(replayScript(run));
    } else if (recording.kind === 'persistence') {
      for (const run of recording.runs) {
        const watched = samples.get(run.name);
        const result = replayPersistence(run, recording.clock, watched?.rows ?? []);
        tally.add(result.own);
        if (watched === undefined) continue;
        sampled.add(watched.file);
        tallies.get(watched.file)!.add(result.sampled);
      }
    }
  }
  for (const { file, kind } of recordings) {
    if (kind === 'templates' && !sampled.has(file)) {
      skipped.set(file, 'samples of templates without the runs that they belong to');
    }
  }
  return recordings.map(({ file }) => ({
    file,
    tally: tallies.get(file)!,
    skipped: skipped.get(file) ?? null,
  }));
}
