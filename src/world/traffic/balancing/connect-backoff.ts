/** How long to wait before connecting again (gRPC connection-backoff.md). */
import type { ConnectBackoff } from '../../../contract/plan.ts';
import type { RandomStream } from '../../../engine/random.ts';

/** The wait, ns, after `failures` in a row: base × factor^(failures - 1), bounded by `max`, give or take the jitter. */
export function backoffAfter(
  { base, factor, jitter, max }: ConnectBackoff,
  failures: number,
  stream: RandomStream,
): number {
  const full = Math.min(base * factor ** (failures - 1), max);
  return jitter === 0
    ? Math.round(full)
    : Math.round(full * (1 + jitter * (2 * stream.next() - 1)));
}
