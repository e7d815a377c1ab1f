/** From the books of a finished run to its result. */
import { assert } from '../../base/assert.ts';
import { Digest } from '../../base/digest.ts';
import type { ErrorCause, PlannedClient } from '../../contract/plan.ts';
import {
  LATENCY_BANDS,
  PERCENTILE_BANDS,
  type BreakdownResult,
  type CircuitTime,
  type ClientResult,
  type IntervalResult,
  type PercentileName,
  type PercentileResult,
  type PodResult,
  type RunResult,
  type StaleViewResult,
} from '../../contract/result.ts';
import { PartsByLatency } from '../../stats/parts-by-latency.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import type { ClientWindowTally } from './client-tally.ts';

/** Checks conservation, and gathers all figures of the run. */
export function collect(world: World, replication: number): RunResult {
  const { plan, records } = world;
  world.controlPlane.settle();
  if (records.connections !== null) {
    world.connections.forEachOpen((connection) => records.connection(connection, null));
    records.connections.sort((a, b) => a.connection - b.connection);
  }
  records.requests?.sort((a, b) => a.request - b.request);
  const figures = {
    windows: plan.windows.map(({ name }, i) => ({
      window: name,
      openNs: world.measurement.spans.total(i),
    })),
    clients: clientResults(world),
    breakdown: breakdownResults(world),
    percentiles: percentileResults(world),
    pods: podResults(world),
    sharedConnections: world.sharedConnections.results(),
    timeline: timelineResults(world),
    networkProgramming: world.measurement.programming.results(),
    staleView: staleViewResults(world),
    ...sessionResults(world),
    rollouts: world.rollouts.results(),
    totals: totals(world),
  };
  const digest = new Digest();
  digest.mixText(JSON.stringify(figures));
  return {
    scenario: plan.scenario,
    variant: plan.variant,
    replication,
    seed: world.seed,
    fingerprint: { trajectory: world.queue.trajectory(), result: digest.hex() },
    ...figures,
    ...(records.connections !== null && { connections: records.connections }),
    ...(records.requests !== null && { requests: records.requests }),
    ...(records.slowest !== null && { slowest: records.slowest.numbers }),
    ...(world.tracer !== null && { traces: world.tracer.traces() }),
  };
}

function sessionResults(world: World): Pick<RunResult, 'sessions'> {
  const sessions = world.clients.flatMap(({ plan, sessions: book }) => {
    if (book === null) return [];
    const { begun, completed, failed } = book;
    const open = begun - completed - failed;
    assert(open >= 0, 'more sessions have ended than were begun');
    return [{ client: plan.name, begun, completed, failed, open }];
  });
  return sessions.length === 0 ? {} : { sessions };
}

function clientResults(world: World): ClientResult[] {
  const { plan } = world;
  return world.clients.flatMap((client) =>
    plan.windows.map((window, i) =>
      clientResult(client.plan, window.name, {
        world,
        tally: client.tally.windows[i],
        circuit: world.averages.circuits.over(i, client.index),
      }),
    ),
  );
}

function clientResult(
  { name, origin }: PlannedClient,
  window: string,
  {
    world,
    tally,
    circuit,
  }: {
    readonly world: World;
    readonly tally: ClientWindowTally;
    readonly circuit: CircuitTime | null;
  },
): ClientResult {
  const errors: Partial<Record<ErrorCause, number>> = {};
  let failed = 0;
  const failures = tally.failures?.results() ?? [];
  for (const { cause, count } of failures) {
    errors[cause] = (errors[cause] ?? 0) + count;
    failed += count;
  }
  const ended = tally.succeeded + failed;
  assert(tally.latency.count === ended, 'the latency histogram misses requests that have ended');
  assert(ended <= tally.issued, 'more requests have ended than were issued');
  return {
    client: name,
    ...callerOf(world, { origin }),
    window,
    requests: tally.issued,
    succeeded: tally.succeeded,
    completed: tally.completed,
    errors,
    failures,
    unfinished: tally.issued - ended,
    attempts: tally.attempts,
    latency: tally.latency.toData(),
    ...(circuit !== null && { circuit }),
  };
}

/** Whose pods make a client's requests; nothing for clients of their own. */
const callerOf = (
  { plan }: World,
  { origin }: Pick<PlannedClient, 'origin'>,
): { readonly calledBy?: string } =>
  origin === null ? {} : { calledBy: plan.workloads[origin].name };

function breakdownResults(world: World): BreakdownResult[] {
  return world.clients.flatMap((client) =>
    client.tally.parts
      .bands(LATENCY_BANDS)
      .map((band) => ({ client: client.plan.name, ...callerOf(world, client.plan), ...band })),
  );
}

function percentileResults(world: World): PercentileResult[] {
  const parts = new PartsByLatency();
  for (const { isCaller, tally } of world.clients) if (isCaller) parts.merge(tally.parts);
  return parts.bands(PERCENTILE_BANDS).map(({ band, count, meanNs }) => ({
    percentile: band as PercentileName,
    count,
    meanNs,
  }));
}

function podResults(world: World): PodResult[] {
  const { plan } = world;
  return world.averages.services.flatMap((service) =>
    plan.windows.flatMap((_, window) =>
      world.podsBehind(service).map((pod) => podResult(world, service, window, pod)),
    ),
  );
}

function podResult(world: World, service: number, window: number, pod: Pod): PodResult {
  const { plan } = world;
  const { name } = plan.windows[window];
  const figures = world.bookOf(service).figures(window, pod.rowIn(service));
  const areas = world.averages.over(window, service, pod);
  const span = world.measurement.spans.total(window);
  return {
    service: plan.services[service].label,
    pod: pod.name,
    node: plan.nodes[pod.node].name,
    zone: plan.nodes[pod.node].zone ?? '',
    window: name,
    requests: figures.requests,
    connections: figures.connections,
    inFlightMean: span > 0 ? areas.inFlight / span : 0,
    inFlightMax: world.loads.maximum(pod.index, window),
    queueNsMean: figures.served > 0 ? figures.queueNs / figures.served : 0,
    latency: figures.latency,
    utilisation: span > 0 ? areas.busy / span / pod.plan.concurrency : 0,
    readyNs: areas.ready,
    fairNs: areas.fair,
  };
}

function timelineResults(world: World): IntervalResult[] {
  const { interval } = world.plan;
  return world.measurement.intervals.map((tally, i) => ({
    atNs: i * interval,
    requests: tally.requests,
    errors: tally.errors,
    latency: tally.latency.toData(),
    readyPods: tally.readyPods,
  }));
}

function staleViewResults(world: World): StaleViewResult[] {
  const called = world.averages.services.flatMap((service) => world.podsBehind(service));
  return world.staleView.results(world.plan, [...new Set(called.map(({ index }) => index))]);
}

function totals(world: World): RunResult['totals'] {
  const { measurement, plan } = world;
  const connectionsOpen = countOpen(world);
  assert(
    world.connectionsOpened === world.connectionsClosed + connectionsOpen,
    'a connection was opened and is neither closed nor open',
  );
  assert(
    world.inSystem === measurement.inSystem.level + world.callsUnderWay,
    'a request was issued and has neither ended nor is it in flight',
  );
  let count = 0;
  let sum = 0;
  let issued = 0;
  for (const client of world.clients) {
    if (!client.isCaller) continue;
    const { all } = client.tally;
    count += all.latency.count;
    sum += all.latency.sum;
    issued += all.issued;
  }
  const { programming } = measurement;
  return {
    events: world.queue.fired,
    issued: world.issued,
    succeeded: world.succeeded,
    failed: world.failed,
    unfinished: world.inSystem,
    connectionsOpened: world.connectionsOpened,
    connectionsClosed: world.connectionsClosed,
    connectionsOpen,
    littleL: world.averages.inSystemMean,
    littleLambda: (issued / plan.duration) * 1e9,
    littleW: count > 0 ? sum / count : 0,
    dns: dnsTotals(world),
    syncs: measurement.syncs,
    syncFailures: measurement.syncFailures,
    programmingNsMean: programming.count > 0 ? programming.sum / programming.count : 0,
    programmingNsMax: programming.max,
  };
}

function dnsTotals({ dns }: World): RunResult['totals']['dns'] {
  if (dns === null) return { lookups: 0, failures: 0, queries: 0, served: 0 };
  const { lookups, failures, queries, served } = dns;
  return { lookups, failures, queries, served };
}

function countOpen(world: World): number {
  let count = 0;
  world.connections.forEachOpen(() => count++);
  return count;
}
