/** How many refusals a client is told of (r), and hosts that cannot be reached (d8). */
import { service } from '../experiment.ts';
import type { Recorded } from '../experiment.ts';
import type { Row } from '../kernel-data.ts';
import {
  AT_ONCE,
  BLIND,
  SECOND,
  atOnce,
  errorsOf,
  moments,
  observe,
  outcomesOf,
  sameMoments,
  secondsIn,
} from './trial.ts';
import type { Finding, Mode, Trials } from './trial.ts';

const HOST = 'Clients in the host’s own network namespace';

interface Burst {
  readonly count: number;
  /** Pods behind the Service. */
  readonly replicas: number;
  readonly network?: object;
  /** Before the first connect, the only pod's address goes, and nobody has told the node. */
  readonly gone?: boolean;
  /** What the connects give up after, seconds. */
  readonly patienceS: number;
}

/** Connections of one client, all at once. */
const burst = (mode: Mode, options: Burst): Recorded => {
  const { count, replicas, network = {}, patienceS, gone = false } = options;
  return observe(mode, {
    spec: {
      duration: AT_ONCE,
      ...(gone
        ? {
            controlPlane: BLIND,
            timeline: [{ at: '0s', deletePod: { target: 'deployment/echo' } }],
          }
        : {}),
      network: { sameNode: '50us', ...network },
      clients: [atOnce(count, { connectTimeout: `${patienceS}s` })],
    },
    manifests: service({ replicas, pod: { terminationGracePeriodSeconds: 0 } }),
  });
};

/** When connects of a burst ended, beside when they did in the kernel; those that were pending ended with patience. */
function endsOf(recorded: Row, { requests }: Recorded): Finding {
  const kernel = secondsIn(recorded['value']!);
  const ends = requests.map(({ latencyNs }) => latencyNs / SECOND).sort((a, b) => a - b);
  return { simulated: moments(ends), same: sameMoments(ends, kernel) };
}

const PENDING_S = 25;

const refusedBurst = (recorded: Row, mode: Mode): Finding =>
  endsOf(recorded, burst(mode, { count: 30, replicas: 0, patienceS: PENDING_S }));

/** Without a limit all are told at once. */
function unlimited(mode: Mode, count: number): Finding {
  const { requests } = burst(mode, {
    count,
    replicas: 0,
    network: { icmpRateLimit: 'none' },
    patienceS: PENDING_S,
  });
  const slowest = Math.max(...requests.map(({ latencyNs }) => latencyNs));
  const refused = requests.filter(({ outcome }) => outcome === 'refused').length;
  return {
    simulated: `${outcomesOf(requests)}, ${refused}/${requests.length} in ${(slowest / 1e3).toFixed(0)} µs`,
    same: refused === count && errorsOf(requests).length === count && slowest < 0.001 * SECOND,
  };
}

export const REFUSAL_TRIALS: Trials = {
  r1: (_recorded, mode) => unlimited(mode, 20),
  r2: (_recorded, mode) => unlimited(mode, 40),
  r3: refusedBurst,
  r4: refusedBurst,
  r6: { leftOut: HOST },
  d8: (recorded, mode) =>
    endsOf(
      recorded,
      burst(mode, {
        count: 30,
        replicas: 1,
        gone: true,
        network: { podGone: { answer: 'unreachable', after: '0s' } },
        patienceS: Math.max(...secondsIn(recorded['value']!)),
      }),
    ),
};
