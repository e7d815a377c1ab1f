/** Client-side balancing: by which policy, of which addresses, and who is left alone. */
import type {
  BalancingPolicy,
  ConnectBackoff,
  ConnectionPolicy,
  HashKey,
  PlannedBalancer,
  ReResolution,
} from '../../../contract/plan.ts';
import { parseRatio } from '../../../base/units.ts';
import {
  CONNECT_BACKOFF,
  LEAST_REQUEST_CHOICES,
  ENVOY_MAGLEV_TABLE_SIZE,
  MIN_RESOLUTION_INTERVAL,
  RING_SIZES,
} from '../../balancer-defaults.ts';
import type {
  BalancerInput,
  BalancerSettings,
  PolicyInput,
} from '../../schema/traffic/balancer.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { planOutlierDetection } from './outlier-detection.ts';
import type { FoundTarget } from './targets.ts';

export function planBalancer(
  input: BalancerInput | undefined,
  around: {
    readonly found: FoundTarget;
    readonly connection: ConnectionPolicy;
    readonly retries: boolean;
  },
  path: Path,
  document: ScenarioDocument,
): PlannedBalancer | null {
  if (input === undefined) return null;
  const isShort = typeof input === 'string';
  const settings: BalancerSettings = isShort ? { policy: input } : input;
  const policyPath = isShort ? path : [...path, 'policy'];
  const policy = planPolicy(settings.policy, policyPath, document);
  checkTarget(around.found, path, document);
  const isChannel = around.connection.mode === 'Multiplexed';
  if (policy.kind === 'pick_first' && !isChannel) {
    const message = 'pick_first is what a gRPC channel does, over one connection';
    document.error(policyPath, 'Invalid', message, 'write connection: { mode: Multiplexed }');
  }
  const { hostSelectionRetries = 0 } = settings;
  if (hostSelectionRetries > 0 && !around.retries) {
    const message = 'without effect: nothing is tried again';
    document.warn([...path, 'hostSelectionRetries'], 'NoEffect', message, 'write retry');
  }
  return {
    policy,
    hostSelectionRetries,
    key: planHashKey(settings.hashOn, policy, [...path, 'hashOn'], document),
    resolution: planResolution(settings.resolution, [...path, 'resolution'], document),
    connectBackoff: planBackoff(
      settings.connectBackoff,
      isChannel,
      [...path, 'connectBackoff'],
      document,
    ),
    outlierDetection: planOutlierDetection(
      settings.outlierDetection,
      [...path, 'outlierDetection'],
      document,
    ),
  };
}

/** The addresses of pods are what a client can balance over, and only a headless Service's name has them. */
function checkTarget(
  { protocol, service, target }: FoundTarget,
  path: Path,
  document: ScenarioDocument,
): void {
  if (protocol === 'UDP') {
    document.error(path, 'Invalid', 'balancers are for connections, and the target is UDP');
  }
  if (target.kind === 'headless') return;
  const name = service === null ? 'the target' : `Service "${service.planned.name}"`;
  const message = `a client can balance over pods whose addresses it knows, and of ${name} it knows one: kube-proxy picks`;
  const hint =
    'call a Service with clusterIP: None, which may select the same pods; or let a proxy pick: mesh';
  document.error(path, 'Invalid', message, hint);
}

export function planPolicy(
  input: PolicyInput,
  path: Path,
  document: ScenarioDocument,
): BalancingPolicy {
  const given = typeof input === 'string' ? { [input]: {} } : input;
  const { least_request: least, maglev, ring_hash: ring } = given as Exclude<PolicyInput, string>;
  if (least !== undefined) {
    const { choices = LEAST_REQUEST_CHOICES } = least;
    return { kind: 'least_request', choices: choices === 'all' ? Infinity : choices };
  }
  if (ring !== undefined) {
    const { maxRingSize = RING_SIZES.max, minRingSize = RING_SIZES.min } = ring;
    if (minRingSize > maxRingSize) {
      const message = `minRingSize ${minRingSize} is above maxRingSize ${maxRingSize}`;
      document.error([...path, 'ring_hash', 'minRingSize'], 'Invalid', message);
    }
    return { kind: 'ring_hash', minRingSize, maxRingSize };
  }
  if (maglev !== undefined) {
    const { tableSize = ENVOY_MAGLEV_TABLE_SIZE } = maglev;
    if (!isPrime(tableSize)) {
      let next = tableSize;
      while (!isPrime(next)) next++;
      const message = `a Maglev table has a prime size, and ${tableSize} is none`;
      document.error([...path, 'maglev', 'tableSize'], 'Invalid', message, `e.g. ${next}`);
    }
    return { kind: 'maglev', tableSize };
  }
  return { kind: input as 'pick_first' | 'round_robin' | 'random' };
}

export function planHashKey(
  input: BalancerSettings['hashOn'],
  policy: BalancingPolicy,
  path: Path,
  document: ScenarioDocument,
): HashKey | null {
  if (policy.kind !== 'ring_hash' && policy.kind !== 'maglev') {
    if (input !== undefined) {
      const message = `without effect: ${policy.kind} does not hash`;
      document.warn(path, 'NoEffect', message, 'Policies that hash: ring_hash, maglev');
    }
    return null;
  }
  if (input === undefined || input === 'clientIp') return { kind: 'clientIp' };
  return { kind: 'request', keys: input.keys, skew: input.skew ?? 0 };
}

function planResolution(
  input: BalancerSettings['resolution'],
  path: Path,
  document: ScenarioDocument,
): ReResolution {
  const { every = 'none', minInterval, onDisconnect = true } = input ?? {};
  if (every !== 'none' && durationOf(every) === 0) {
    document.error([...path, 'every'], 'Invalid', 'must be above 0s');
  }
  if (minInterval !== undefined && !onDisconnect) {
    const message = 'without effect where a lost connection is no reason to ask again';
    document.warn([...path, 'minInterval'], 'NoEffect', message, 'onDisconnect: true makes it one');
  }
  return {
    onDisconnect,
    minInterval: minInterval === undefined ? MIN_RESOLUTION_INTERVAL : durationOf(minInterval),
    every: every === 'none' ? null : durationOf(every),
  };
}

function planBackoff(
  input: BalancerSettings['connectBackoff'],
  isChannel: boolean,
  path: Path,
  document: ScenarioDocument,
): ConnectBackoff | null {
  if (!isChannel) {
    if (input !== undefined) {
      const message =
        'without effect: gRPC channels back off, and only connections of mode Multiplexed are such';
      document.warn(path, 'NoEffect', message);
    }
    return null;
  }
  const { base, factor, jitter, max } = input ?? {};
  const backoff = {
    base: base === undefined ? CONNECT_BACKOFF.base : durationOf(base),
    factor: factor ?? CONNECT_BACKOFF.factor,
    jitter: jitter === undefined ? CONNECT_BACKOFF.jitter : parseRatio(jitter)!,
    max: max === undefined ? CONNECT_BACKOFF.max : durationOf(max),
  };
  if (backoff.base === 0) document.error([...path, 'base'], 'Invalid', 'must be above 0s');
  if (backoff.max < backoff.base) {
    document.error([...path, 'max'], 'Invalid', 'must be at least the base');
  }
  return backoff;
}

function isPrime(n: number): boolean {
  for (let i = 2; i * i <= n; i++) if (n % i === 0) return false;
  return n > 1;
}
