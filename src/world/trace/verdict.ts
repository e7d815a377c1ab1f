/** What a node makes of a first packet, with what it knows: for whoever wants to see why. */
import type { TracedVerdict } from '../../contract/trace.ts';
import type { Verdict as VerdictName } from '../../contract/result.ts';
import { FORWARDED, type Choice, type Flow, type Verdict } from '../../proxy/data-plane.ts';
import type { NodeProxy } from '../control/node-proxy.ts';
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
  /** It goes straight to an address that its name has: no rules are for it. */
  readonly isDirect: boolean;
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
  const choice = rulebook.rules()?.choice(flow, world.queue.now) ?? null;
  const isDirect = service >= 0 && world.plan.services[service].clusterIP === null;
  return { world, proxy, service, choice, isDirect };
}

/** What came of it. */
export function answerTo(
  question: Question,
  flow: Flow,
  found: { readonly verdict: Verdict; readonly isRemembered: boolean },
): TracedVerdict {
  const { choice, isDirect, proxy, service, world } = question;
  const { mode, ipvs } = world.plan.proxies[world.plan.nodes[proxy.node].proxy];
  const { verdict, isRemembered } = found;
  const endpoint = verdict === FORWARDED ? flow.endpoint : null;
  const pod = endpoint === null ? null : world.pods[endpoint.pod];
  const endpoints = choice?.endpoints ?? [];
  const servers = choice?.servers ?? [];
  const picks = choice?.isSticky === true ? 'affinity' : 'rules';
  const decides = isDirect ? 'address' : picks;
  return {
    what: 'verdict',
    mode,
    verdict: VERDICT_NAMES[verdict],
    pod: pod?.name ?? null,
    podTakes: pod?.isListening ?? false,
    endpoints: endpoints.length,
    position: endpoints.findIndex(({ address }) => address === endpoint?.address),
    by: isRemembered ? 'remembered' : decides,
    scheduler: mode === 'ipvs' ? ipvs.scheduler : null,
    servers: servers.map(({ endpoint: server, weight, active, inactive }) => ({
      pod: server === null ? '' : world.pods[server.pod].name,
      weight,
      active,
      inactive,
    })),
    costNs: isRemembered ? 0 : flow.proxyCost,
    ...viewOf(world, proxy, service),
  };
}

/** How old a node's view of a Service is, and how far it is behind what has been written. */
function viewOf(
  world: World,
  proxy: NodeProxy,
  service: number,
): Pick<TracedVerdict, 'viewNs' | 'changesBehind' | 'behindNs'> {
  if (service < 0) return { viewNs: null, changesBehind: 0, behindNs: 0 };
  const { now } = world.queue;
  const { version, since } = proxy.viewOf(service);
  const written = world.controlPlane.announcementsOf(service);
  const missing = written[version];
  return {
    viewNs: since === null ? null : now - since,
    changesBehind: Math.max(0, written.length - version),
    behindNs: missing === undefined ? 0 : now - missing.causedAt,
  };
}
