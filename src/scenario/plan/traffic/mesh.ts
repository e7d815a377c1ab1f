/**
 * Whether requests go by a mesh, and how: `spec.mesh` is for all pods that call a Service over TCP by its name, be it of
 * their own accord or for those whom they serve; each client and each call may differ from it, or stay outside.
 */
import type { ConnectionPolicy, Distribution, PlannedBalancer } from '../../../contract/plan.ts';
import type { Duration } from '../../../base/time.ts';
import type { PlannedMesh } from '../../../contract/traffic/mesh.ts';
import {
  PROXY_CONNECT_TIMEOUT,
  PROXY_IDLE_TIMEOUT,
  PROXY_POOL,
  HTTP_PROXY_TIME,
  ZTUNNEL_TIME,
} from '../../mesh-defaults.ts';
import type { MeshInput } from '../../schema/traffic/mesh.ts';
import type { Path } from '../../text/tree.ts';
import { durationOf, planDistribution } from '../distributions.ts';
import type { ScenarioDocument } from '../scenario-document.ts';
import { BALANCER_WARMS_NONE, planConnection, refuseWarmUp } from './connection.ts';
import { planProxyBalancer } from './proxy-balancer.ts';
import { planPropagation, planRouting, type PathTo } from './routing.ts';
import type { RequestsInput, RequestsPlace } from './requests.ts';
import type { FoundTarget } from './targets.ts';

/** What of requests a mesh decides. */
export interface MeshedRequests {
  readonly mesh: PlannedMesh;
  /** The connections that cross the network, whoever opens them. */
  readonly connection: ConnectionPolicy;
  readonly connectTimeout: Duration | null;
  readonly balancer: PlannedBalancer | null;
}

/** Settings of the mesh, and where each of them is written. */
interface Written {
  readonly input: MeshInput;
  readonly pathTo: PathTo<keyof MeshInput>;
}

/** Null: they go by none. `own`: how whoever makes them would connect. */
export function planMesh(
  input: RequestsInput,
  own: { readonly connection: ConnectionPolicy; readonly connectTimeout: Duration | null },
  at: RequestsPlace,
  document: ScenarioDocument,
): MeshedRequests | null {
  const written = writtenFor(input, at, document);
  if (written === null) return null;
  const { input: settings, pathTo } = written;
  const { waypoint } = settings;
  if (settings.mode !== 'Ambient') {
    if (waypoint !== undefined) {
      const message = 'a waypoint is of the mode Ambient';
      document.error(pathTo('waypoint'), 'Invalid', message, 'write mode: Ambient');
    }
    const routing = planRouting(settings, pathTo, document);
    const proxyTime = planTimes(written, HTTP_PROXY_TIME, document);
    checkUnused(settings.proxyTime?.waypoint, [...pathTo('proxyTime'), 'waypoint'], document);
    return {
      mesh: { mode: 'Sidecar', proxyTime, routing },
      ...proxied(written, input, at.path, document),
    };
  }
  const proxyTime = planTimes(written, ZTUNNEL_TIME, document);
  if (waypoint === undefined) return planZtunnel(written, proxyTime, own, document);
  const workload = findWaypoint(waypoint, pathTo('waypoint'), at, document);
  const time = settings.proxyTime?.waypoint;
  const timePath = [...pathTo('proxyTime'), 'waypoint'];
  const mesh: PlannedMesh = {
    mode: 'Waypoint',
    workload,
    proxyTime: {
      ...proxyTime,
      waypoint: time === undefined ? HTTP_PROXY_TIME : planDistribution(time, timePath, document),
    },
    routing: planRouting(settings, pathTo, document),
  };
  return { mesh, ...proxied(written, input, at.path, document) };
}

/** The settings that are for a client or a call: its own, and for what it does not say those of all. */
function writtenFor(
  input: RequestsInput,
  { found, path }: { readonly found: FoundTarget; readonly path: Path },
  document: ScenarioDocument,
): Written | null {
  const own = input.mesh;
  const common = document.spec.mesh === 'none' ? undefined : document.spec.mesh;
  if (own === 'none' || (own === undefined && common === undefined)) return null;
  const obstacle = whyOutside(input, found);
  if (obstacle !== null) {
    if (own !== undefined) document.error([...path, 'mesh'], 'Invalid', ...obstacle);
    return null;
  }
  return {
    input: { ...common, ...own },
    pathTo: (field) =>
      own?.[field] === undefined && common?.[field] !== undefined
        ? ['spec', 'mesh', field]
        : [...path, 'mesh', field],
  };
}

/** Why requests cannot go by the mesh, and what to do about it; null: they can. */
function whyOutside(
  input: RequestsInput,
  { node, protocol, target }: FoundTarget,
): readonly [message: string, hint?: string] | null {
  if (input.external === true) {
    const hint =
      'a proxy that balances at the edge: via: { ingress: deployment/name, balancer: … }';
    return ['a client outside the cluster has no proxy of the mesh', hint];
  }
  if (input.via !== undefined) return ['a proxy of the mesh goes straight to pods: leave via out'];
  if (node !== null) return ['a mesh knows Services, and the target is a port of a node'];
  if (protocol === 'UDP') return ['a mesh carries TCP, and the target is UDP'];
  if (target.kind === 'headless') {
    const hint = 'call a Service that has a ClusterIP, or balance in the client: balancer';
    return ['proxies of a mesh leave the addresses of a headless Service as they are', hint];
  }
  if (target.kind !== 'servicePort') return ['a mesh knows Services, and the target is none'];
  return null;
}

/** A ztunnel passes on the connections of the application, one for one. */
function planZtunnel(
  { input, pathTo }: Written,
  proxyTime: { readonly client: Distribution; readonly server: Distribution },
  own: { readonly connection: ConnectionPolicy; readonly connectTimeout: Duration | null },
  document: ScenarioDocument,
): MeshedRequests {
  checkUnused(input.proxyTime?.waypoint, [...pathTo('proxyTime'), 'waypoint'], document);
  const perRequest = [
    'balancer',
    'connection',
    'connectTimeout',
    'timeout',
    'retry',
    'circuitBreakers',
  ] as const;
  for (const field of perRequest) {
    if (input[field] === undefined) continue;
    const message = 'a ztunnel passes on connections and knows nothing of requests';
    const hint = 'a waypoint does: waypoint: deployment/name';
    document.error(pathTo(field), 'Invalid', message, hint);
  }
  const propagation = planPropagation(input.propagation, pathTo('propagation'), document);
  return { mesh: { mode: 'Ztunnel', proxyTime, propagation }, balancer: null, ...own };
}

/** The index of the workload whose pods are waypoints; -1: there is none. */
function findWaypoint(
  waypoint: string,
  path: Path,
  { around, found, origin }: RequestsPlace,
  document: ScenarioDocument,
): number {
  const draft = around.finder.find(waypoint, path);
  if (draft === undefined) return -1;
  const workload = around.drafts.indexOf(draft);
  const { target } = found;
  const serves = around.workloads[workload]?.memberships.some(
    ({ service }) => target.kind === 'servicePort' && target.service === service,
  );
  const hint = 'give the waypoint a workload of its own, or write mesh: none for the requests';
  if (serves === true) {
    const message = `${waypoint} serves these requests, and cannot be their waypoint`;
    document.error(path, 'Invalid', message, hint);
  } else if (workload === origin) {
    const message = `${waypoint} makes these requests, and cannot be their waypoint`;
    document.error(path, 'Invalid', message, hint);
  }
  return workload;
}

/** The connections of an L7 proxy: of the protocol that the application speaks, unless they are said to be others. */
function proxied(
  { input, pathTo }: Written,
  client: RequestsInput,
  path: Path,
  document: ScenarioDocument,
): Omit<MeshedRequests, 'mesh'> {
  const { connectTimeout } = input;
  warnOfOwnPool(client, path, document);
  const spoken = client.connection?.mode === 'Multiplexed' ? 'Multiplexed' : 'KeepAlive';
  const { mode = spoken, ...others } = input.connection ?? {};
  const connection =
    mode === 'PerRequest'
      ? planConnection(input.connection, pathTo('connection'), document)
      : planConnection(
          { mode, pool: PROXY_POOL[mode], idleTimeout: PROXY_IDLE_TIMEOUT, ...others },
          pathTo('connection'),
          document,
        );
  refuseWarmUp(connection, pathTo('connection'), BALANCER_WARMS_NONE, document);
  const limit = connectTimeout === undefined ? PROXY_CONNECT_TIMEOUT : durationOf(connectTimeout);
  if (limit === 0) document.error(pathTo('connectTimeout'), 'Invalid', 'must be above 0s');
  const balancer = planProxyBalancer(input.balancer, pathTo('balancer'), document);
  return { connection, connectTimeout: limit, balancer };
}

/** What an application limits towards the proxy beside it limits nothing towards pods. */
function warnOfOwnPool(
  { connection, connectTimeout }: RequestsInput,
  path: Path,
  document: ScenarioDocument,
): void {
  const { mode: _mode, warmUp: _warmUp, ...limits } = connection ?? {};
  const given = Object.keys(limits).filter(
    (key) => limits[key as keyof typeof limits] !== undefined,
  );
  if (given.length > 0) {
    const message = `${given.join(', ')}: without effect, as the proxy of the mesh opens the connections`;
    document.warn([...path, 'connection'], 'NoEffect', message, 'write it in mesh.connection');
  }
  if (connectTimeout !== undefined) {
    const message = 'without effect, as the proxy of the mesh opens the connections';
    const hint = 'write it in mesh.connectTimeout';
    document.warn([...path, 'connectTimeout'], 'NoEffect', message, hint);
  }
}

function planTimes(
  { input, pathTo }: Written,
  otherwise: Distribution,
  document: ScenarioDocument,
): { readonly client: Distribution; readonly server: Distribution } {
  const time = (side: 'client' | 'server'): Distribution => {
    const written = input.proxyTime?.[side];
    if (written === undefined) return otherwise;
    return planDistribution(written, [...pathTo('proxyTime'), side], document);
  };
  return { client: time('client'), server: time('server') };
}

function checkUnused(written: unknown, path: Path, document: ScenarioDocument): void {
  if (written === undefined) return;
  const hint = 'a waypoint takes time in mode: Ambient, with waypoint: deployment/name';
  document.error(path, 'Invalid', 'there is no waypoint', hint);
}
