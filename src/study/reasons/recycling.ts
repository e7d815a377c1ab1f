/** The mend for connections that last: shorter ones, so that pods are picked anew more often. */
import { areShared, mean, sharingIn } from './hot-service.ts';
import type { HotService } from './hot-service.ts';

/** What is tried: connections for a tenth of the requests, within these limits. */
const SHORTER = 10;
const REQUESTS_MOST = 100;
const REQUESTS_LEAST = 10;

export interface Recycling {
  /** Requests of a connection at most. */
  readonly requests: number;
  /** Arguments of `--set`. */
  readonly mend: readonly string[];
}

/** Null where requests share no connections, or connections are short already. */
export function recyclingOf(hot: HotService): Recycling | null {
  if (!areShared(hot)) return null;
  const each = mean(hot.runs.map((run) => sharingIn(run).requests / sharingIn(run).connections));
  const requests = Math.min(REQUESTS_MOST, roundDown(each / SHORTER));
  if (requests < REQUESTS_LEAST) return null;
  const mend = hot.clients.flatMap(({ name, connection, origin }) =>
    origin !== null ||
    connection.mode === 'PerRequest' ||
    (connection.maxRequests ?? Infinity) <= requests
      ? []
      : [`clients[${name}].connection.maxRequests=${requests}`],
  );
  return mend.length === 0 ? null : { requests, mend };
}

/** To 1, 2 or 5 times a power of ten. */
function roundDown(value: number): number {
  if (value < 1) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = [5, 2, 1].find((step) => step * power <= value)!;
  return digit * power;
}
