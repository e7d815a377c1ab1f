/** Clients: who calls what, how often, over which connections. */
import { assert } from '../../base/assert.ts';
import { didYouMean } from '../../base/suggest.ts';
import type { Duration, Instant } from '../../base/time.ts';
import { parseRate, parseRatio } from '../../base/units.ts';
import { ERROR_CAUSES } from '../../contract/plan.ts';
import type {
  Arrival,
  ConnectionPolicy,
  ErrorCause,
  PlannedClient,
  PlannedNode,
  PlannedWorkload,
  RetryPolicy,
} from '../../contract/plan.ts';
import {
  POOL,
  PORT_FIRST,
  PORT_LAST,
  PORT_TIME_WAIT,
  RETRY_ATTEMPTS,
  RETRY_BASE,
  RETRY_FACTOR,
  RETRY_JITTER,
  RETRY_ON,
  REUSE,
  UDP_TIMEOUT,
} from '../defaults.ts';
import type { ArrivalInput, ClientInput, ConnectionInput, RatePoint } from '../schema/traffic.ts';
import type { Path } from '../text/tree.ts';
import type { Addresses } from './addresses.ts';
import { durationOf } from './distributions.ts';
import { planResolver } from './dns.ts';
import type { DnsSurroundings } from './dns.ts';
import type { WorkloadFinder } from './find-workload.ts';
import type { Placement } from './placement.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import type { ServiceDraft } from './services.ts';
import type { TargetFinder } from './targets.ts';
import { planWay } from './ways.ts';
import type { Draft } from './workload-drafts.ts';

export interface ClientSurroundings {
  readonly targets: TargetFinder;
  readonly finder: WorkloadFinder;
  readonly drafts: readonly Draft[];
  /** By the same index as `drafts`. */
  readonly workloads: readonly PlannedWorkload[];
  readonly placement: Placement;
  readonly addresses: Addresses;
  readonly warmUp: Duration;
  /** Null: names resolve for free. */
  readonly dns: DnsSurroundings | null;
  readonly nodes: readonly PlannedNode[];
}

export interface PlannedClients {
  readonly clients: readonly PlannedClient[];
  /** The Services that clients call. */
  readonly called: ReadonlySet<ServiceDraft>;
}

export function planClients(
  around: ClientSurroundings,
  document: ScenarioDocument,
): PlannedClients {
  const clients: PlannedClient[] = [];
  const called = new Set<ServiceDraft>();
  const names = new Set<string>();
  document.spec.clients.forEach((input, index) => {
    if (document.isBroken('clients', index)) return;
    const path = ['spec', 'clients', index];
    if (names.has(input.name) && input.name !== '?') {
      const message = `two clients are named "${input.name}"`;
      document.error([...path, 'name'], 'Duplicate', message);
    }
    names.add(input.name);
    const client = planClient(input, path, around, document);
    if (client === undefined) {
      assert(document.findings.errors > 0, `client ${input.name} was left out without a word`);
      return;
    }
    clients.push(client.planned);
    if (client.service !== null) called.add(client.service);
  });
  return { clients, called };
}

function planClient(
  input: ClientInput,
  path: Path,
  around: ClientSurroundings,
  document: ScenarioDocument,
): { planned: PlannedClient; service: ServiceDraft | null } | undefined {
  const found = around.targets.find(input.target, input.namespace ?? 'default', [
    ...path,
    'target',
  ]);
  const rest = {
    replicas: planReplicas(input, path, around, document),
    arrival: planArrival(input.arrival, [...path, 'arrival'], around.warmUp, document),
    connection: planConnection(input.connection, [...path, 'connection'], document),
    connectTimeout: optionalDuration(input.connectTimeout),
    timeout: optionalDuration(input.timeout),
    retry: planRetry(input.retry, [...path, 'retry'], document),
    ports: planPorts(input.ports, [...path, 'ports'], document),
  };
  for (const field of ['connectTimeout', 'timeout'] as const) {
    if (rest[field] === 0) document.error([...path, field], 'Invalid', 'must be above 0s');
  }
  if (found === undefined) return undefined;
  const { target, service, protocol } = found;
  const via = planWay(input, found, { path, nodes: around.nodes.length }, document);
  // Nodes have no names in the cluster's DNS, and an Ingress knows its Services from the API server.
  const lookedUp = via === null ? service : null;
  const resolver = planResolver(input, path, { dns: around.dns, service: lookedUp }, document);
  const planned: PlannedClient = { name: input.name, target, protocol, via, resolver, ...rest };
  return { planned: protocol === 'UDP' ? planUdp(planned, path, document) : planned, service };
}

/** Without a timeout a client would wait for a lost datagram for ever, and there is no handshake to limit. */
function planUdp(client: PlannedClient, path: Path, document: ScenarioDocument): PlannedClient {
  if (client.connectTimeout !== null) {
    const message = 'without effect on UDP, which has no handshake';
    document.warn([...path, 'connectTimeout'], 'NoEffect', message, 'timeout limits an attempt');
  }
  if (client.via?.kind === 'Ingress') {
    document.error([...path, 'via'], 'Invalid', 'an Ingress speaks HTTP, and the target is UDP');
  }
  return { ...client, connectTimeout: null, timeout: client.timeout ?? UDP_TIMEOUT };
}

const optionalDuration = (written: string | undefined): Duration | null =>
  written === undefined ? null : durationOf(written);

function planReplicas(
  input: ClientInput,
  path: Path,
  around: ClientSurroundings,
  document: ScenarioDocument,
): PlannedClient['replicas'] {
  const { placement, addresses } = around;
  const count = input.replicas ?? 1;
  if (input.from !== undefined) return planFrom(input, input.from, path, around, document);
  if (typeof input.via === 'object') {
    if (input.replicas !== undefined) {
      const message = 'the replicas of a client by an Ingress are the pods of its proxy';
      const hint = `leave it out; ${input.via.ingress} says how many there are`;
      document.error([...path, 'replicas'], 'Invalid', message, hint);
    }
    return planPods(input.via.ingress, [...path, 'via', 'ingress'], around, document);
  }
  if (input.external !== true) {
    return Array.from({ length: count }, () => {
      const node = placement.next();
      return { ip: addresses.pod(node), node };
    });
  }
  return Array.from({ length: count }, () => ({ ip: addresses.external(), node: null }));
}

function planFrom(
  input: ClientInput,
  from: string,
  path: Path,
  around: ClientSurroundings,
  document: ScenarioDocument,
): PlannedClient['replicas'] {
  for (const field of ['replicas', 'external'] as const) {
    if (input[field] === undefined) continue;
    document.error([...path, field], 'Invalid', `${field} and from exclude each other`);
  }
  return planPods(from, [...path, 'from'], around, document);
}

/** The pods of a workload as client pods. */
function planPods(
  reference: string,
  path: Path,
  around: ClientSurroundings,
  document: ScenarioDocument,
): PlannedClient['replicas'] {
  const draft = around.finder.find(reference, path);
  if (draft === undefined) return [];
  const workload = around.workloads[around.drafts.indexOf(draft)];
  const pods = workload?.pods ?? [];
  if (pods.length === 0) document.error(path, 'Invalid', `${reference} has no pods`);
  return pods.map(({ ip, node }) => ({ ip, node }));
}

/** Arrival processes of the format that this version does not build. */
const UNSUPPORTED_ARRIVALS = ['renewal', 'onOff', 'trace', 'closed'] as const;

/** Arrivals over all pods of a client; their instants in the file count from the start of the measurement. */
export function planArrival(
  input: ArrivalInput,
  path: Path,
  warmUp: Duration,
  document: ScenarioDocument,
): Arrival {
  for (const kind of UNSUPPORTED_ARRIVALS) {
    if (input[kind] === undefined) continue;
    const hint = 'Supported: poisson, constant, steps, ramp';
    document.refuse([...path, kind], `arrival ${kind}`, hint);
  }
  const steady = (kind: 'poisson' | 'constant', written: string): Arrival => {
    const rate = parseRate(written) ?? 0;
    if (rate === 0) document.error([...path, kind, 'rate'], 'Invalid', 'must be above 0/s');
    return { kind, rate };
  };
  if (input.steps !== undefined) return planPoints('steps', input.steps, path, warmUp, document);
  if (input.ramp !== undefined) return planPoints('ramp', input.ramp, path, warmUp, document);
  if (input.constant !== undefined) return steady('constant', input.constant.rate);
  if (input.poisson !== undefined) return steady('poisson', input.poisson.rate);
  return { kind: 'poisson', rate: 1 };
}

function planPoints(
  kind: 'steps' | 'ramp',
  points: readonly RatePoint[],
  path: Path,
  warmUp: Duration,
  document: ScenarioDocument,
): Arrival {
  const planned = points.map(({ at, rate }) => ({
    at: (durationOf(at) + warmUp) as Instant,
    rate: parseRate(rate) ?? 0,
  }));
  planned.forEach((point, index) => {
    const before = planned[index - 1];
    if (before === undefined || point.at > before.at) return;
    const message = `must be later than the entry before it (${points[index - 1]?.at})`;
    document.error([...path, kind, index, 'at'], 'Invalid', message);
  });
  if (planned.every(({ rate }) => rate === 0)) {
    document.error([...path, kind], 'Invalid', 'no rate is above 0/s');
  }
  return { kind, points: planned };
}

const REUSABLE = ['pool', 'reuse', 'maxRequests', 'maxAge', 'idleTimeout'] as const;

function planConnection(
  input: ConnectionInput | undefined,
  path: Path,
  document: ScenarioDocument,
): ConnectionPolicy {
  const mode = input?.mode ?? 'PerRequest';
  if (input === undefined || mode === 'PerRequest') {
    const given = REUSABLE.filter((field) => input?.[field] !== undefined);
    if (given.length > 0) {
      const message = `${given.join(', ')}: without effect on connections of mode PerRequest`;
      document.warn(path, 'NoEffect', message, 'Modes with it: KeepAlive, Multiplexed');
    }
    return { mode: 'PerRequest' };
  }
  for (const field of ['maxAge', 'idleTimeout'] as const) {
    const written = input[field];
    if (written === undefined || durationOf(written) > 0) continue;
    document.error([...path, field], 'Invalid', 'must be above 0s');
  }
  return {
    mode,
    pool: input.pool ?? POOL,
    reuse: input.reuse ?? REUSE,
    maxRequests: input.maxRequests ?? null,
    maxAge: optionalDuration(input.maxAge),
    idleTimeout: optionalDuration(input.idleTimeout),
  };
}

function planRetry(
  input: ClientInput['retry'],
  path: Path,
  document: ScenarioDocument,
): RetryPolicy | null {
  if (input === undefined) return null;
  const { backoff } = input;
  const max = optionalDuration(backoff?.max);
  const base = backoff?.base === undefined ? RETRY_BASE : durationOf(backoff.base);
  if (max !== null && max < base) {
    document.error([...path, 'backoff', 'max'], 'Invalid', 'must be at least the base');
  }
  const causes = new Set<ErrorCause>(input.on ?? RETRY_ON);
  // Whoever retries timeouts means both kinds.
  if (causes.has('timeout')) causes.add('connectTimeout');
  return {
    attempts: input.attempts ?? RETRY_ATTEMPTS,
    on: ERROR_CAUSES.filter((cause) => causes.has(cause)),
    backoff: {
      base,
      factor: backoff?.factor ?? RETRY_FACTOR,
      max,
      jitter: backoff?.jitter ?? RETRY_JITTER,
    },
    budget: input.budget === undefined ? null : (parseRatio(input.budget) ?? null),
  };
}

function planPorts(
  input: ClientInput['ports'],
  path: Path,
  document: ScenarioDocument,
): PlannedClient['ports'] {
  if (input === 'none') return null;
  const { fixed, range = [] } = input ?? {};
  if (fixed !== undefined && range.length > 0) {
    document.error([...path, 'fixed'], 'Invalid', 'fixed and range exclude each other');
  }
  const [first = PORT_FIRST, last = PORT_LAST] = fixed === undefined ? range : [fixed, fixed];
  if (first > last) {
    document.error(
      [...path, 'range'],
      'Invalid',
      `the first port ${first} is above the last, ${last}`,
    );
  }
  const timeWait = input?.timeWait;
  return { first, last, timeWait: timeWait === undefined ? PORT_TIME_WAIT : durationOf(timeWait) };
}

/** Names of clients as the file has them, the invalid ones too: what refers to them is not to blame. */
function clientNames(document: ScenarioDocument): readonly string[] {
  return document.spec.clients.map((client) => client.name);
}

/** A finding for a name that no client has. */
export function checkClientName(name: string, path: Path, document: ScenarioDocument): void {
  const names = clientNames(document);
  if (names.includes(name) || names.includes('?')) return;
  const advice = didYouMean(name, names);
  document.error(path, 'NotFound', `no client "${name}"${advice}`, `Clients: ${names.join(', ')}`);
}
