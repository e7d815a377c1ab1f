/** What runs out: room in accept queues (e), conntrack entries (g) and source ports (h). */
import { CONNECT } from '../../src/contract/result.ts';
import { service } from '../experiment.ts';
import type { Recorded } from '../experiment.ts';
import {
  AT_ONCE,
  SECOND,
  allOrNone,
  atOnce,
  errorsOf,
  moments,
  observe,
  sameMoments,
  secondsIn,
} from './trial.ts';
import type { Mode, Trials } from './trial.ts';

const TABLE = 100;
const HOST = 'Clients in the host’s own network namespace';
const EARLY_DROP = 'Early drop: unreplied conntrack entries evicted for new ones';

/** 100 connections held on a table of 100, and ten more that want in. */
function full(mode: Mode): Recorded {
  return observe(mode, {
    proxy: { conntrack: { max: TABLE, timeWait: '120s' } },
    spec: {
      duration: '20s',
      workloads: [{ target: 'deployment/echo', concurrency: 1000 }],
      clients: [
        {
          name: 'held',
          target: 'http://echo',
          replicas: TABLE,
          arrival: { constant: { rate: '100/s' } },
          connection: { mode: 'KeepAlive', pool: 1 },
        },
        {
          name: 'late',
          target: 'http://echo',
          arrival: {
            steps: [
              { at: '0s', rate: '0/s' },
              { at: '5s', rate: '1/s' },
            ],
          },
          connectTimeout: '3s',
        },
      ],
    },
    manifests: service({ replicas: 3 }),
  });
}

export const EXHAUSTION_TRIALS: Trials = {
  e2: ({ value }, mode) => {
    // The only worker is busy with the first connection, and accepts no other.
    const { requests } = observe(mode, {
      spec: {
        duration: AT_ONCE,
        workloads: [{ target: 'deployment/echo', serviceTime: '10s', backlog: 2 }],
        clients: [atOnce(9, { connectTimeout: '2500ms' })],
      },
      manifests: service(),
    });
    const [, ...others] = requests.toSorted((a, b) => a.issuedNs - b.issuedNs);
    const simulated = others
      .map(({ outcome, latencyNs, partsNs }) =>
        outcome === 'ok'
          ? `ok@${(partsNs[CONNECT]! / SECOND).toFixed(3)}`
          : `${outcome === 'connectTimeout' ? 'timeout' : outcome}@${latencyNs / SECOND}`,
      )
      .join(' ');
    return { simulated, same: simulated === value };
  },
  g1: ({ value }, mode) => {
    const held = full(mode).connections.filter(({ client }) => client === 'held');
    return { simulated: String(held.length), same: held.length === Number(value) };
  },
  g2: ({ value }, mode) => {
    const late = full(mode).requests.filter(({ client }) => client === 'late');
    const failed = late.filter(({ outcome }) => outcome === 'connectTimeout').length;
    return {
      simulated: `timeout, ${failed} of ${late.length}`,
      same: value === 'timeout' && late.length > 0 && failed === late.length,
    };
  },
  g3: (recorded, mode) => {
    const { requests, connections } = full(mode);
    const held = connections.filter(
      ({ client, closedNs }) => client === 'held' && closedNs === null,
    );
    const late = requests.filter(
      ({ client, issuedNs }) => client === 'held' && issuedNs > 5 * SECOND,
    );
    return allOrNone(recorded, errorsOf(late).length === 0 ? held.length : 0, TABLE);
  },
  g5: { leftOut: HOST },
  g6: ({ value }, mode) => {
    // Room appears when the only connection ends, half a second after the other's first SYN.
    const { requests } = observe(mode, {
      proxy: { conntrack: { max: 1, timeWait: '0s' } },
      spec: {
        duration: '3ms',
        workloads: [{ target: 'deployment/slow', serviceTime: '500ms' }],
        clients: [
          {
            name: 'first',
            target: 'http://slow',
            arrival: { constant: { rate: '900/s' } },
            connectTimeout: '1ms',
          },
          { name: 'late', target: 'http://echo', arrival: { constant: { rate: '400/s' } } },
        ],
      },
      manifests: [...service({ name: 'slow' }), ...service()],
    });
    const late = requests.find(({ client }) => client === 'late')!;
    const after = late.latencyNs / SECOND;
    return {
      simulated: `connects at ${moments([after])} s`,
      same: late.outcome === 'ok' && sameMoments([after], secondsIn(value!)),
    };
  },
  g7: ({ value }, mode) => {
    const { requests } = observe(mode, {
      proxy: { conntrack: { max: TABLE, timeWait: '120s' } },
      spec: {
        duration: '20010ms',
        clients: [
          {
            name: 'load',
            target: 'http://echo',
            arrival: { constant: { rate: '10/s' } },
            connectTimeout: '50ms',
          },
        ],
      },
      manifests: service({ replicas: 3 }),
    });
    const failed = errorsOf(requests).length;
    const ok = requests.length - failed;
    const kernel = Number(/^(\d+) ok/.exec(value!)![1]);
    return {
      simulated: `${ok} ok ${failed} failed`,
      // The kernel's own clean-up frees a few entries of failed attempts in between.
      same: Math.abs(ok - kernel) <= 0.1 * TABLE,
    };
  },
  g8: { leftOut: EARLY_DROP },
  g9: { leftOut: EARLY_DROP },
  g10: ({ value }, mode) => {
    const inside = full(mode).connections.filter(({ verdict }) => verdict === 'forwarded');
    return { simulated: String(inside.length), same: inside.length === Number(value) };
  },

  h1: ({ value }, mode) => {
    const { connections, requests } = ports(mode);
    const opened = connections.filter(
      ({ clientPort, service: to }) => clientPort > 0 && to === 'echo',
    );
    const held = opened.filter(({ openedNs }) => openedNs < CLOSE_S * SECOND).length;
    const next = requests.find(({ outcome }) => outcome !== 'ok');
    return {
      simulated: `${held}, then ${next?.outcome ?? 'ok'}`,
      same: held === Number(value) && next?.outcome === 'noPorts',
    };
  },
  h2: (_recorded, mode) => {
    const other = ports(mode).requests.filter(({ client }) => client === 'other');
    return {
      simulated: errorsOf(other).length === 0 ? 'works' : 'fails',
      same: other.length > 0 && errorsOf(other).length === 0,
    };
  },
  h3: (_recorded, mode) => {
    // Closed by the client; the next connect() comes at once.
    const soon = ports(mode).requests.filter(
      ({ client, issuedNs }) =>
        client === 'late' && issuedNs > CLOSE_S * SECOND && issuedNs < (CLOSE_S + 2) * SECOND,
    );
    const outcomes = new Set(soon.map(({ outcome }) => outcome));
    return {
      simulated: [...outcomes].join(', '),
      same: outcomes.size === 1 && outcomes.has('noPorts'),
    };
  },
  h4: (recorded, mode) => {
    const again = ports(mode).requests.find(
      ({ client, issuedNs, outcome }) =>
        client === 'late' && issuedNs > (CLOSE_S + 1) * SECOND && outcome === 'ok',
    );
    const after = (again?.issuedNs ?? Infinity) / SECOND - CLOSE_S;
    return {
      simulated: `${after.toFixed(1)} s`,
      same: sameMoments([after], secondsIn(recorded['value']!)),
    };
  },
  h5: ({ value }, mode) => {
    const { requests } = observe(mode, {
      spec: {
        duration: '301ms',
        clients: [
          {
            name: 'load',
            target: 'http://echo',
            arrival: { constant: { rate: '1000/s' } },
            ports: PORTS,
          },
        ],
      },
      manifests: service(),
    });
    const failed = requests.filter(({ outcome }) => outcome === 'noPorts').length;
    const kernel = Number(/^(\d+) ok/.exec(value!)![1]);
    return {
      simulated: `${requests.length - failed} ok ${failed} failed`,
      same: Math.abs(requests.length - failed - kernel) <= 1,
    };
  },
};

/** A range of 100 ports. */
const PORTS = { range: [40_000, 40_099], timeWait: '60s' };
/** When the held connections are closed. */
const CLOSE_S = 10;

/** 100 ports, all taken by kept connections that the client closes after 10 s; others want one meanwhile and later. */
const ports = (mode: Mode): Recorded =>
  observe(mode, {
    spec: {
      duration: '80s',
      workloads: [{ target: 'deployment/echo', serviceTime: `${CLOSE_S}s`, concurrency: 1000 }],
      clients: [
        {
          name: 'late',
          target: 'http://echo',
          arrival: {
            steps: [
              { at: '0s', rate: '20000/s' },
              { at: '10ms', rate: '0/s' },
              { at: `${CLOSE_S}s`, rate: '5/s' },
            ],
          },
          ports: PORTS,
        },
        {
          name: 'other',
          target: 'http://other',
          arrival: { constant: { rate: '1/s' } },
          ports: PORTS,
        },
      ],
    },
    manifests: [...service(), ...service({ name: 'other' })],
  });
