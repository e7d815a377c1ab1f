/** What there is to say of some steps of a try. */
import type { TraceStep } from '../../contract/trace.ts';
import type { Attempt } from '../traffic/attempts/attempt.ts';
import type { Host } from '../traffic/balancing/host.ts';
import type { Client } from '../traffic/client.ts';
import type { Pod } from '../cluster/pod.ts';
import type { Connection } from '../traffic/connections/connection.ts';
import { viewOf } from './verdict.ts';

/** Whoever balances deals it to an endpoint, and counts it there already. */
export function pickedStep({ service, world }: Client, host: Host): TraceStep {
  const { endpoint, inFlight, owner } = host;
  const { endpoints, policy, view } = owner;
  const pod = world.pods[endpoint.pod].name;
  const known = viewOf(world, view, service);
  return { what: 'picked', policy, pod, endpoints, inFlight: inFlight - 1, ...known };
}

/** It stands in the line for a connection. */
export function waitStep({ plan: { connection } }: Client, attempt: Attempt): TraceStep {
  let ahead = 0;
  for (let other = attempt.ahead; other !== null; other = other.ahead) ahead++;
  const pool = connection.mode === 'PerRequest' ? 0 : connection.pool;
  return { what: 'waits', ahead, pool };
}

/** It goes over a connection, which was opened for it or not. */
export function connectionStep(connection: Connection, isOwn: boolean, now: number): TraceStep {
  const { number, openedAt, requests } = connection;
  const pod = connection.pod?.name ?? '';
  return isOwn
    ? { what: 'connected', connection: number, pod }
    : { what: 'reuses', connection: number, pod, requests, ageNs: now - openedAt };
}

/** It is at the pod. */
export function arrivalStep({ world }: Client, pod: Pod): TraceStep {
  const busy = world.loads.busy(pod.index);
  const waiting = pod.inFlight - busy;
  return { what: 'arrived', waiting, busy, workers: pod.plan.concurrency };
}
