/** How requests are sent, and what is done where they fail: what clients and the calls of pods have in common. */
import type { PlannedClient } from '../../../contract/plan.ts';
import { UDP_TIMEOUT } from '../../traffic-defaults.ts';
import type { AttemptsInput } from '../../schema/traffic/attempts.ts';
import type { Path } from '../../text/tree.ts';
import { optionalDuration } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { planCircuitBreaker } from './circuit-breaker.ts';
import { planConcurrencyLimit } from './concurrency-limit.ts';
import { planConnection } from './connection.ts';
import { planHedge } from './hedge.ts';
import { planPorts } from './ports.ts';
import { planRetry } from './retry.ts';

/** All of it but what depends on the target: how names are looked up, and who picks a pod. */
export type PlannedAttempts = Pick<
  PlannedClient,
  Exclude<keyof AttemptsInput, 'dns' | 'mesh' | 'balancer'>
>;

export function planAttempts(
  input: AttemptsInput,
  path: Path,
  document: ScenarioDocument,
): PlannedAttempts {
  const planned = {
    connection: planConnection(input.connection, [...path, 'connection'], document),
    connectTimeout: optionalDuration(input.connectTimeout),
    timeout: optionalDuration(input.timeout),
    deadline: optionalDuration(input.deadline),
    retry: planRetry(input.retry, [...path, 'retry'], document),
    hedge: planHedge(input, [...path, 'hedge'], document),
    circuitBreaker: planCircuitBreaker(input.circuitBreaker, [...path, 'circuitBreaker'], document),
    concurrencyLimit: planConcurrencyLimit(
      input.concurrencyLimit,
      [...path, 'concurrencyLimit'],
      document,
    ),
    ports: planPorts(input.ports, [...path, 'ports'], document),
  };
  for (const field of ['connectTimeout', 'timeout', 'deadline'] as const) {
    if (planned[field] === 0) document.error([...path, field], 'Invalid', 'must be above 0s');
  }
  const { deadline, timeout } = planned;
  if (deadline !== null && timeout !== null && timeout >= deadline) {
    const message = 'without effect: the deadline, which is for all attempts, is over before';
    document.warn([...path, 'timeout'], 'NoEffect', message, 'a timeout is of one attempt');
  }
  return planned;
}

/** Without a timeout a client would wait for a lost datagram for ever, and there is no handshake to limit. */
export function planUdp<T extends Pick<PlannedClient, 'connectTimeout' | 'timeout' | 'via'>>(
  client: T,
  path: Path,
  document: ScenarioDocument,
): T {
  if (client.connectTimeout !== null) {
    const message = 'without effect on UDP, which has no handshake';
    document.warn([...path, 'connectTimeout'], 'NoEffect', message, 'timeout limits an attempt');
  }
  if (client.via?.kind === 'Ingress') {
    document.error([...path, 'via'], 'Invalid', 'an Ingress speaks HTTP, and the target is UDP');
  }
  return { ...client, connectTimeout: null, timeout: client.timeout ?? UDP_TIMEOUT };
}
