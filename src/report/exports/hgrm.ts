/**
 * Latencies as HdrHistogram's percentile distributions (.hgrm): what its plotters read, and what a scenario reads as the
 * distribution `hgrm`. A file each for all clients of a variant and, where there are several, for each of
 * them; requests of the whole measurement, over all replications, in milliseconds.
 */
import type { Plan } from '../../contract/plan.ts';
import { pooled } from '../../stats/histogram.ts';
import { clientFigures } from '../../study/figures/client-figures.ts';
import type { VariantRuns } from '../../study/study.ts';
import { hdrHistogram } from '../files/histogram-encoding.ts';

/** Rows for each halving of what is left to 100 %: 5 is what HdrHistogram's own tools write; more is kept here. */
const TICKS = 20;
const NS_PER_MS = 1e6;

/** Whose latencies a file holds. */
export interface LatencyFile {
  /** What its name has beside that of the others: empty, `-ipvs`, `-web` or `-ipvs-web`. */
  readonly suffix: string;
  /** Index of the variant. */
  readonly variant: number;
  /** Null: all of them. */
  readonly client: string | null;
}

const inFileName = (name: string): string => name.replace(/[^\w.=-]+/g, '-');

/** `name`, or with a number where it is taken; it is taken then. Some file systems do not tell a from A. */
function unlike(taken: Set<string>, name: string): string {
  let free = name;
  for (let count = 2; taken.has(free.toLowerCase()); count += 1) free = `${name}-${count}`;
  taken.add(free.toLowerCase());
  return free;
}

/** The files of a study; names that would be the same are numbered. */
export function latencyFiles(plans: readonly Plan[]): readonly LatencyFile[] {
  const taken = new Set<string>();
  return plans.flatMap((plan, variant) => {
    const clients = plan.clients.map(({ name }) => name);
    return [null, ...(clients.length > 1 ? clients : [])].map((client) => {
      const parts = [plans.length > 1 ? plan.variant : null, client].filter(
        (part) => part !== null,
      );
      const suffix = parts.map((part) => `-${inFileName(part)}`).join('');
      return { suffix: unlike(taken, suffix), variant, client };
    });
  });
}

/** The text of one file; of no requests at all, one without rows. */
export function percentileDistribution({ runs }: VariantRuns, client: string | null): string {
  const latencies = runs
    .map((run) => clientFigures(run, { window: 'all', client }).latency)
    .filter(({ count }) => count > 0);
  return hdrHistogram(pooled(latencies)).outputPercentileDistribution(TICKS, NS_PER_MS);
}
