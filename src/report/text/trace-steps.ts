/** The steps of a request in words. */
import type { ErrorCause } from '../../contract/plan.ts';
import type {
  TracePlace,
  TraceStep,
  TracedServer,
  TracedVerdict,
  TracedView,
} from '../../contract/trace.ts';
import { formatRatio, formatTime, plural } from '../numbers.ts';

const DISTANCES: ReadonlyMap<string, string> = new Map([
  ['sameNode', 'on the same node'],
  ['sameZone', 'in the same zone'],
  ['crossZone', 'in another zone'],
  ['external', 'from outside the cluster'],
]);

const ANSWERS = {
  found: 'an address',
  nothing: 'no such record',
  servfail: 'SERVFAIL',
  refused: 'nobody listens',
} as const;

const because = (reason: string | null): string => (reason === null ? '' : ` (${reason})`);
const placeText = ({ kind, name }: TracePlace): string => `${kind}/${name}`;
const clock = (ns: number): string => `t=${(ns / 1e9).toFixed(6)}s`;

/** One step of try number `attempt`. */
export function traceStepText(step: TraceStep, attempt: number): string {
  switch (step.what) {
    case 'due':
      return 'the request is due';
    case 'try':
      return `try ${attempt} begins`;
    case 'held':
      return `waits for its turn: ${step.ahead} ahead of it, ${step.places} under way at a time`;
    case 'notSent':
      return `is not sent (${step.reason})`;
    case 'waits':
      return `waits for a connection: ${step.ahead} ahead of it, all ${step.pool} of the pool in use or being opened`;
    case 'waitsForEndpoint':
      return `waits: connected to none of ${plural(step.endpoints, 'endpoint')} yet`;
    case 'picked':
      return `${step.policy} picks ${step.pod}, with ${plural(step.inFlight, 'request')} under way, among ${plural(step.endpoints, 'endpoint')}${viewText(step)}`;
    case 'lookup':
      return 'needs the address of its target';
    case 'query':
      return `asks ${step.to} for ${step.type} of ${step.name}`;
    case 'answer':
      return `${step.type} of ${step.name}: ${ANSWERS[step.outcome]}`;
    case 'queryTimeout':
      return 'no answer in time: the resolver asks again or gives up';
    case 'resolved':
      return 'has the address';
    case 'opens':
      return `opens ${step.udp ? 'socket' : 'connection'} ${step.connection}${step.port > 0 ? ` from port ${step.port}` : ''}`;
    case 'verdict':
      return verdictText(step);
    case 'synLost':
      return `nobody answers the SYN (${step.reason}): ${step.nextNs === null ? 'gives up' : `sends it again at ${clock(step.nextNs)}`}`;
    case 'connected':
      return `connection ${step.connection} → ${step.pod} is up`;
    case 'connectFailed':
      return `no connection: ${step.cause}${because(step.reason)}`;
    case 'reuses':
      return `connection ${step.connection} → ${step.pod}: ${plural(step.requests, 'request')} so far, open for ${formatTime(step.ageNs)}`;
    case 'sent':
      return `sends the request to ${placeText(step.to)}, ${DISTANCES.get(step.distance) ?? step.distance}`;
    case 'lost':
      return `the ${step.packet} does not get through${because(step.reason)}: ${step.againNs === null ? 'it is not sent again' : `sent again at ${clock(step.againNs)}`}`;
    case 'arrived':
      return arrivalText(step);
    case 'passes':
      return 'has the request';
    case 'calls':
      return `calls ${step.client}: request ${step.request}`;
    case 'called':
      return 'goes on after its calls';
    case 'started':
      return startText(step);
    case 'throttled':
      return 'CPU quota used up: stopped until the next period';
    case 'unthrottled':
      return 'a new CPU quota: goes on';
    case 'cpuSpent':
      return 'has had its CPU time';
    case 'responded':
      return responseText(step.answer, step.reason);
    case 'vanished':
      return `the request is gone${because(step.reason)}: nobody will answer`;
    case 'received':
      return step.answer === null ? 'has the answer' : `has the answer: ${step.answer}`;
    case 'timedOut':
      return `the time for the try is over${because(step.reason)}`;
    case 'clientDied':
      return 'the node of the client goes down';
    case 'failed':
      return `failed with ${step.cause}${because(step.reason)}`;
    case 'cancelled':
      return 'is not needed any more: the client walks away from it';
    case 'retries':
      return `failed with ${step.cause}${because(step.reason)}: tries again after ${formatTime(step.backoffNs)}`;
    case 'ended':
      return step.outcome;
  }
}

function arrivalText(step: Extract<TraceStep, { readonly what: 'arrived' }>): string {
  const { busy, waiting, workers } = step;
  const state = `${busy} of ${plural(workers, 'worker')} busy`;
  return busy < workers ? `arrived, ${state}` : `arrived behind ${waiting} in the queue (${state})`;
}

function startText(step: Extract<TraceStep, { readonly what: 'started' }>): string {
  const { cpuNs, drawnNs, serviceNs } = step;
  const slowed = serviceNs === drawnNs ? '' : ` (drawn ${formatTime(drawnNs)})`;
  const cpu = cpuNs === 0 ? '' : `, of which ${formatTime(cpuNs)} on the CPU`;
  return `started, service time ${formatTime(serviceNs)}${slowed}${cpu}`;
}

function responseText(answer: ErrorCause | null, reason: string | null): string {
  return answer === null ? 'done, answers' : `answers ${answer}${because(reason)}`;
}

/** `iptables picked checkout-5, endpoint 6 of 8 (…)`, what it cost, and how old what the node knew was. */
function verdictText(step: TracedVerdict): string {
  const cost = step.costNs === 0 ? '' : `, ${formatTime(step.costNs)} in rules`;
  return `${pickText(step)}${cost}${deadText(step)}${viewText(step)}`;
}

function pickText(step: TracedVerdict): string {
  const { by, endpoints, mode, pod, position, scheduler, servers, verdict } = step;
  if (by === 'ztunnel' && verdict === 'rejected') return 'the ztunnel knows nobody to pass it to';
  switch (verdict) {
    case 'rejected':
      return `${mode} rejects it: ${endpoints === 0 ? 'no endpoint to use' : 'no Service has this address and port'}`;
    case 'dropped':
      return `${mode} drops it`;
    case 'unrouted':
      return 'no rule matches: it is routed out of the node, and nobody answers';
    case 'forwarded':
      break;
  }
  const of = `${position + 1} of ${endpoints}`;
  if (by === 'remembered') {
    return `${mode === 'ipvs' ? 'ipvs' : 'conntrack'} remembers the flow: ${pod}`;
  }
  if (by === 'address') return `the name has the address of ${pod}, ${of}: no rule is for it`;
  if (by === 'balancer') return `goes to the address of ${pod}: no rule is for it`;
  if (by === 'ztunnel') return `the ztunnel picked ${pod}, endpoint ${of}, at random`;
  if (by === 'affinity') return `${mode} sends it to ${pod} by session affinity, endpoint ${of}`;
  switch (mode) {
    case 'iptables':
      return `iptables picked ${pod}, endpoint ${of} (statistic rule, probability ${formatRatio(1 / (endpoints - position))})`;
    case 'nftables':
      return `nftables picked ${pod}, endpoint ${of} (numgen random mod ${endpoints} = ${position})`;
    case 'ipvs':
      return `ipvs ${scheduler} picked ${pod}, server ${of}${loadText(servers, position)}`;
    case 'ebpf':
      return `ebpf picked ${pod}, backend ${of}`;
  }
}

/** What an IPVS scheduler went by. */
function loadText(servers: readonly TracedServer[], position: number): string {
  const picked = servers[position];
  if (picked === undefined) return '';
  const active = servers.filter((_, i) => i !== position).map((server) => server.active);
  const own = `${picked.active} active and ${picked.inactive} ended connections`;
  if (active.length === 0) return ` (${own})`;
  const [least, most] = [Math.min(...active), Math.max(...active)];
  return ` (${own}; others ${least === most ? least : `${least} to ${most}`} active)`;
}

/** Where the pod that was picked takes no connections, that explains the most. */
const deadText = ({ pod, podTakes }: TracedVerdict): string =>
  pod !== null && !podTakes ? `; ${pod} takes no connections` : '';

function viewText({ behindNs, changesBehind, viewNs }: TracedView): string {
  if (changesBehind > 0) {
    return `; its view is ${formatTime(behindNs)} old, ${plural(changesBehind, 'change')} behind`;
  }
  return viewNs === null ? '' : `; view in force for ${formatTime(viewNs)}`;
}
