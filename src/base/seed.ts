/** Seeds of the replications of a study. */
import { scramble } from './scramble.ts';

/**
 * The seed of a replication: `seed` itself for the first (0), so that a study of one replication is
 * the plain run; for the others a whole number in [0, 2^32) that looks unrelated, and that gives the
 * same run when it is passed as the seed of a run of its own. No two replications after the first
 * share a seed.
 */
export function deriveSeed(seed: number, replication: number): number {
  if (replication === 0) return seed;
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  const base = scramble(low + scramble(high + 0x9e3779b9));
  // A bijection of the replication's number, hence the absence of collisions.
  return scramble(base + Math.imul(replication, 0x9e3779b1));
}
