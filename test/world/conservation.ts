/** What must hold in every run, whatever its plan. */
import { isDeepStrictEqual } from 'node:util';
import type { Plan } from '../../src/contract/plan.ts';
import { LATENCY_BANDS, PERCENTILE_BANDS } from '../../src/contract/result.ts';
import type { ClientResult, RunResult } from '../../src/contract/result.ts';
import { routingOf } from '../../src/contract/traffic/client.ts';

const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** How many failed of each cause, by the books of reasons. */
const byCause = (client: ClientResult): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { cause, count } of client.failures) counts[cause] = (counts[cause] ?? 0) + count;
  return counts;
};

const failures = (client: ClientResult): number => sum(Object.values(client.errors));

/** Everything that is wrong with a result, in words; it should have been run with both kinds of records. */
export function inconsistencies(plan: Plan, result: RunResult): string[] {
  const wrong: string[] = [];
  const hold = (condition: boolean, what: string): void => {
    if (!condition) wrong.push(what);
  };
  const { totals, clients, pods } = result;
  const requests = result.requests ?? [];
  const connections = result.connections ?? [];
  hold(
    totals.issued === totals.succeeded + totals.failed + totals.unfinished,
    'requests end once, or not yet',
  );
  hold(
    totals.connectionsOpened === totals.connectionsClosed + totals.connectionsOpen,
    'connections are closed or open',
  );
  hold(connections.length === totals.connectionsOpened, 'each connection has a record');
  hold(
    connections.filter(({ closedNs }) => closedNs === null).length === totals.connectionsOpen,
    'open connections have no end',
  );

  for (const client of clients) {
    const { client: name, window } = client;
    const ended = client.succeeded + failures(client);
    hold(isDeepStrictEqual(byCause(client), client.errors), `${name}/${window}: reasons add up`);
    const { hedge, retry } = plan.clients.find((other) => other.name === name)!;
    hold(
      client.failures.every(
        (failure) => (failure.retry === 'noPolicy') === (retry === null && hedge === null),
      ),
      `${name}/${window}: who has a policy knows why it was no use`,
    );
    hold(client.requests === ended + client.unfinished, `${name}/${window}: requests`);
    hold(client.latency.count === ended, `${name}/${window}: latencies are of those that ended`);
    hold(sum(client.latency.counts) === ended, `${name}/${window}: buckets`);
    const planned = plan.clients.find((other) => other.name === name)!;
    const byProxy = 1 + (routingOf(planned)?.retry?.attempts ?? 0);
    const most = (planned.hedge?.maxAttempts ?? 1 + (planned.retry?.attempts ?? 0)) * byProxy;
    hold(
      client.attempts >= ended && client.attempts <= ended * most,
      `${name}/${window}: attempts are between one and the policy's`,
    );
    if (window !== 'all') continue;
    const own = requests.filter((request) => request.client === name);
    hold(own.length === ended, `${name}: each request that ended has a record`);
    hold(sum(own.map((r) => r.latencyNs)) === client.latency.sum, `${name}: sum of latencies`);
    hold(sum(own.map((r) => r.attempts)) === client.attempts, `${name}: sum of attempts`);
    const bands = result.breakdown.filter((band) => band.client === name);
    hold(sum(bands.map((band) => band.count)) === ended, `${name}: bands hold every request`);
    hold(ended === 0 || bands.length <= LATENCY_BANDS.length, `${name}: bands`);
  }
  for (const request of requests) {
    const parts = sum(request.partsNs);
    hold(parts === request.latencyNs, `request ${request.request}: parts ${parts}`);
    hold(
      request.partsNs.every((part) => part >= 0 && Number.isInteger(part)),
      `request ${request.request}: parts are whole and not negative`,
    );
  }

  const inAll = pods.filter(({ window }) => window === 'all');
  const reached = sum(inAll.map((pod) => pod.requests));
  const attempts = sum(clients.filter((c) => c.window === 'all').map((c) => c.attempts));
  const unfinished = sum(clients.filter((c) => c.window === 'all').map((c) => c.unfinished));
  // A request that has not ended has not told how often it was tried.
  if (unfinished === 0) hold(reached <= attempts, 'pods get no more than what was tried');
  for (const pod of pods) {
    const { openNs } = result.windows.find(({ window }) => window === pod.window)!;
    const place = `${pod.pod}/${pod.window}`;
    hold(pod.latency.count <= pod.requests, `${place}: served at most what came`);
    hold(pod.utilisation >= 0 && pod.utilisation <= 1 + 1e-12, `${place}: utilisation`);
    hold(pod.readyNs >= 0 && pod.readyNs <= openNs, `${place}: ready within the window`);
    hold(pod.inFlightMean <= pod.inFlightMax, `${place}: mean at most the maximum`);
  }

  // What pods call for others is no part of what is over all clients.
  const callers = clients.filter((c) => c.window === 'all' && c.calledBy === undefined);
  const own = requests.filter(({ client }) => callers.some((c) => c.client === client));
  const ended = sum(callers.map((c) => c.latency.count));
  for (const [i, { name, from, to }] of PERCENTILE_BANDS.entries()) {
    const { percentile, count } = result.percentiles[i]!;
    const planned = Math.round(to * ended) - Math.round(from * ended);
    hold(percentile === name && count === planned, `${name}: the band holds its requests`);
  }
  if (plan.warmUp === 0) {
    const shared = connections.filter((c) => c.requests > 1 && c.pod !== '');
    const { sharedConnections } = result;
    hold(
      sum(sharedConnections.map((row) => row.connections)) === shared.length &&
        sum(sharedConnections.map((row) => row.squares)) ===
          sum(shared.map((c) => c.requests ** 2)),
      'shared connections are those that carried several requests',
    );
    hold(
      sharedConnections.every(
        (row) =>
          row.requests ===
          sum(
            shared
              .filter((c) => c.pod === row.pod && c.service === row.service)
              .map((c) => c.requests),
          ),
      ),
      'and so of each pod',
    );
  }

  const shown = sum(result.timeline.map((interval) => interval.requests));
  const ownUnfinished = sum(callers.map((c) => c.unfinished));
  hold(shown === own.length + ownUnfinished, 'the timeline shows every request that was due');
  hold(
    sum(result.timeline.map((interval) => interval.errors)) ===
      own.filter(({ outcome }) => outcome !== 'ok').length + ownUnfinished,
    'the timeline shows every error, and what never ends',
  );
  return wrong;
}
