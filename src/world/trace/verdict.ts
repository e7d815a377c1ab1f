/** What a node makes of a first packet, with what it knows: for whoever wants to see why. */
import type { TracedVerdict, TracedView } from '../../contract/trace.ts';
import type { Verdict as VerdictName } from '../../contract/result.ts';
import { FORWARDED, type Choice, type Flow, type Verdict } from '../../proxy/data-plane.ts';
import type { NodeProxy } from '../control/node-proxy.ts';
import { EndpointGate } from '../traffic/balancing/endpoint-gate.ts';
import type { EndpointView } from '../traffic/balancing/endpoint-view.ts';
import { ZtunnelWay } from '../traffic/mesh/ztunnel-way.ts';
import type { Rulebook } from '../traffic/ways/gate.ts';
import type { World } from '../world.ts';

/** By number, as in proxy/data-plane.ts. */
export const VERDICT_NAMES: readonly VerdictName[] = [
  'forwarded',
  'rejected',
  'dropped',
  'unrouted',
];

/** A packet that is about to ask a node. */
export interface Question {
  readonly world: World;
  readonly proxy: NodeProxy;
  /** Service that it calls: index into the plan's, or -1. */
  readonly service: number;
  /** What the rules have to choose from; null: there are none for it. */
  readonly choice: Choice | null;
  /** Who decides, unless the node remembers the flow. */
  readonly by: TracedVerdict['by'];
  /** What whoever decides knows of the Service; null: nobody asks. */
  readonly view: Pick<EndpointView, 'since' | 'version'> | null;
}

/** To be asked before the node is; null: no rules are met. */
export function questionOf(
  world: World,
  rulebook: Rulebook,
  flow: Flow,
  service: number,
): Question | null {
  const { proxy } = rulebook;
  if (proxy === null) return null;
  const rules = rulebook.rules();
  const choice = rules?.choice(flow, world.queue.now) ?? null;
  const asked = { world, proxy, service, choice };
  // Whoever has picked the endpoint has said what it knows.
  if (rules instanceof EndpointGate) return { ...asked, by: 'balancer', view: null };
  if (rules instanceof ZtunnelWay) return { ...asked, by: 'ztunnel', view: rules.view };
  const view = service < 0 ? null : proxy.viewOf(service);
  if (service >= 0 && world.plan.services[service].clusterIP === null) {
    return { ...asked, by: 'address', view };
  }
  return { ...asked, by: choice?.isSticky === true ? 'affinity' : 'rules', view };
}

/** What came of it. */
export function answerTo(
  question: Question,
  flow: Flow,
  found: { readonly verdict: Verdict; readonly isRemembered: boolean },
): TracedVerdict {
  const { by, choice, proxy, service, view, world } = question;
  const { mode, ipvs } = world.plan.proxies[world.plan.nodes[proxy.node].proxy];
  const { verdict, isRemembered } = found;
  const endpoint = verdict === FORWARDED ? flow.endpoint : null;
  const pod = endpoint === null ? null : world.pods[endpoint.pod];
  const endpoints = choice?.endpoints ?? [];
  const servers = choice?.servers ?? [];
  return {
    what: 'verdict',
    mode,
    verdict: VERDICT_NAMES[verdict],
    pod: pod?.name ?? null,
    podTakes: pod?.isListening ?? false,
    endpoints: endpoints.length,
    position: endpoints.findIndex(({ address }) => address === endpoint?.address),
    by: isRemembered ? 'remembered' : by,
    scheduler: mode === 'ipvs' ? ipvs.scheduler : null,
    servers: servers.map(({ endpoint: server, weight, active, inactive }) => ({
      pod: server === null ? '' : world.pods[server.pod].name,
      weight,
      active,
      inactive,
    })),
    costNs: isRemembered ? 0 : flow.proxyCost,
    ...viewOf(world, view, service),
  };
}

/** How old a view of a Service is, and how far it is behind what has been written. */
export function viewOf(
  world: World,
  view: Pick<EndpointView, 'since' | 'version'> | null,
  service: number,
): TracedView {
  if (view === null) return { viewNs: null, changesBehind: 0, behindNs: 0 };
  const { now } = world.queue;
  const { since, version } = view;
  const viewNs = since === null ? null : now - since;
  if (version === null) return { viewNs, changesBehind: 0, behindNs: 0 };
  const written = world.controlPlane.announcementsOf(service);
  const missing = written[version];
  return {
    viewNs,
    changesBehind: Math.max(0, written.length - version),
    behindNs: missing === undefined ? 0 : now - missing.causedAt,
  };
}
