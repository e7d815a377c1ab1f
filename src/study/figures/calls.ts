/** What a request of a client of the scenario leads to: attempts that pods make for it. */
import type { RunResult } from '../../contract/result.ts';
import type { ClientScope } from './client-figures.ts';

/**
 * Attempts of one call, or of all of them, over the requests of the clients of the scenario that were due in the window.
 * A call counts where the request does that it is made for. Null: nobody requested anything, or no call is asked for.
 */
export function callsPerRequest(
  { clients }: Pick<RunResult, 'clients'>,
  { window, client }: ClientScope,
): number | null {
  const inWindow = clients.filter((one) => one.window === window);
  const calls = inWindow.filter(
    (one) => one.calledBy !== undefined && (client === null || one.client === client),
  );
  const requests = inWindow.reduce(
    (sum, one) => sum + (one.calledBy === undefined ? one.requests : 0),
    0,
  );
  if (calls.length === 0 || requests === 0) return null;
  return calls.reduce((sum, { attempts }) => sum + attempts, 0) / requests;
}
