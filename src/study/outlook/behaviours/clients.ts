/** Rows of "Clients". */
import type { Plan } from '../../../contract/plan.ts';
import { always, anyClient, anyWorkload, never, reuses, usesTcp } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

const replaysTrace = ({ clients, timeline }: Plan): boolean =>
  clients.some(({ arrival }) => arrival.kind === 'trace') ||
  timeline.some((action) => action.kind === 'setArrival' && action.arrival.kind === 'trace');

export const CLIENTS: readonly Behaviour[] = [
  {
    name: 'open-loop arrivals',
    status: 'modelled',
    row: 'Open loop: a request is due whether or not earlier ones are answered',
    applies: anyClient(({ arrival }) => arrival.kind !== 'closed'),
  },
  {
    name: 'arrivals at random, in curves, in bursts',
    status: 'modelled',
    row: 'Arrivals: Poisson at rates that stay, jump, ramp or repeat daily; evenly spaced; renewals; bursts',
    applies: anyClient(({ arrival }) => arrival.kind !== 'closed'),
  },
  {
    name: 'closed loops',
    status: 'modelled',
    row: 'Closed loop: users who think, ask, and wait for the end before they think again',
    applies: anyClient(({ arrival }) => arrival.kind === 'closed'),
  },
  {
    name: 'arrivals of a trace',
    status: 'modelled',
    row: 'Arrivals: those of a trace, with its service times',
    applies: replaysTrace,
  },
  {
    name: 'scripted connections',
    status: 'modelled',
    row: 'Connections by a script: opened and closed when it says, from its addresses and ports',
    applies: anyClient(({ arrival }) => arrival.kind === 'script'),
  },
  {
    name: 'sessions',
    status: 'simplified',
    row: 'Sessions: users who come and make several requests, one after the other, from one client pod',
    but: 'no connection is kept for a session',
    applies: anyClient(({ session }) => session !== null),
  },
  {
    name: 'TCP handshakes',
    status: 'modelled',
    row: 'TCP handshake: one round trip; its ACK travels with the request',
    applies: usesTcp,
  },
  {
    name: 'request and response packets',
    status: 'simplified',
    row: 'Request and response: one packet each way',
    but: 'no size, no congestion',
    applies: always,
  },
  {
    name: 'TLS',
    status: 'left out',
    row: 'TLS',
    applies: usesTcp,
  },
  {
    name: 'connection pools',
    status: 'modelled',
    row: 'HTTP/1.1 keep-alive pools, HTTP/2 multiplexing without a limit of streams',
    applies: reuses,
  },
  {
    name: 'retries with backoff and budget',
    status: 'modelled',
    row: 'Retries with backoff, jitter and budget',
    applies: anyClient(({ retry }) => retry !== null),
  },
  {
    name: 'hedged requests',
    status: 'modelled',
    row: 'Hedged requests: another try while the first is under way, the first good answer wins, fatal and non-fatal failures, a budget',
    but: 'pushback of servers',
    applies: anyClient(({ hedge }) => hedge !== null),
  },
  {
    name: 'circuit breakers',
    status: 'modelled',
    row: 'Circuit breakers: windows of tries or seconds, shares of failures and slow calls, closed, open and half open',
    but: 'a longest time of being half open, transitions without a try',
    applies: anyClient(({ circuitBreaker }) => circuitBreaker !== null),
  },
  {
    name: 'concurrency limits',
    status: 'modelled',
    row: 'Concurrency limits of clients: fixed, with or without a queue; AIMD and Gradient2',
    but: 'Vegas',
    applies: anyClient(({ concurrencyLimit }) => concurrencyLimit !== null),
  },
  {
    name: 'calls of pods to other Services',
    status: 'modelled',
    row: 'Calls of pods to other Services: in sequence, in parallel, by chance; workers that wait or serve others meanwhile',
    but: 'what a pod does while it waits',
    applies: anyWorkload(({ calls }) => calls !== null),
  },
  {
    name: 'deadlines',
    status: 'modelled',
    row: 'Deadlines of requests: over all attempts, handed on to calls, heeded by pods (gRPC)',
    but: 'handlers that are interrupted',
    applies: anyClient(({ deadline }) => deadline !== null),
  },
  {
    name: 'reasons of failures',
    status: 'modelled',
    row: 'Why requests fail, as the cluster knows it, and why they are not tried again',
    applies: never,
  },
];
