/** What a kernel's IPVS picked, as recorded in test/data/kernel/ipvs/ (its README explains the columns). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export interface Step {
  readonly step: number;
  readonly op: string;
  readonly conn: string;
  readonly server: string;
  readonly weight: number;
  /** Server picked; `REFUSED`; empty where the step picks none. */
  readonly result: string;
  /** Empty where it was not read. */
  readonly destsBefore: string;
}

export interface Recording {
  readonly run: string;
  /** Entries of a deleted server are flushed. */
  readonly expireNodest: boolean;
  readonly steps: readonly Step[];
}

/** The recorded runs of a scheduler. */
export function recordings(scheduler: string): Recording[] {
  const file = new URL(`../data/kernel/ipvs/${scheduler}.csv.gz`, import.meta.url);
  const [header, ...lines] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  const columns = header!.split(',');
  const runs = new Map<string, { expireNodest: boolean; steps: Step[] }>();
  for (const line of lines) {
    const cells = line.split(',');
    const cell = (name: string): string => cells[columns.indexOf(name)]!;
    const run = runs.get(cell('run')) ?? { expireNodest: false, steps: [] };
    runs.set(cell('run'), run);
    if (cell('op') === 'svc') run.expireNodest = cell('expire_nodest') === '1';
    run.steps.push({
      step: Number(cell('step')),
      op: cell('op'),
      conn: cell('conn'),
      server: cell('server'),
      weight: Number(cell('weight')),
      result: cell('result'),
      destsBefore: cell('dests_before'),
    });
  }
  return [...runs].map(([run, rest]) => ({ run, ...rest }));
}
