/** Session affinity by client address (f). */
import { service } from '../experiment.ts';
import type { Recorded } from '../experiment.ts';
import { allOrNone, byChance, observe, shareIn } from './trial.ts';
import type { Finding, Mode, Trials } from './trial.ts';

const CLIENTS = 60;
const PODS = 3;

interface Visits {
  readonly clients?: number;
  readonly pods?: number;
  /** `timeoutSeconds` of the affinity. */
  readonly timeoutS?: number;
  /** Between two connections of one client, seconds. */
  readonly everyS: number;
  /** Connections of each client. */
  readonly visits: number;
  readonly timeline?: readonly object[];
  /** Fields of the client. */
  readonly client?: object;
}

/** Clients that connect in turn. */
function visit(mode: Mode, options: Visits): Recorded {
  const { clients = CLIENTS, pods = PODS, timeoutS = 10_800, everyS, visits } = options;
  return observe(mode, {
    spec: {
      duration: `${everyS * visits + everyS / clients / 2}s`,
      timeline: options.timeline ?? [],
      clients: [
        {
          name: 'visitor',
          replicas: clients,
          target: 'http://echo',
          arrival: { constant: { rate: `${clients / everyS}/s` } },
          ...options.client,
        },
      ],
    },
    manifests: service({
      replicas: pods,
      service: {
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: timeoutS } },
      },
    }),
  });
}

/** The pods that each client's connections went to, in order. */
function podsByClient({ connections }: Recorded): string[][] {
  const found = new Map<string, string[]>();
  for (const { clientIp, pod } of connections) {
    const pods = found.get(clientIp) ?? [];
    found.set(clientIp, pods);
    pods.push(pod);
  }
  return [...found.values()];
}

const countOf = <T>(values: readonly T[], holds: (value: T) => boolean): number =>
  values.filter(holds).length;

/** Connections after the first of each client, and those that went where the one before did. */
function repeats(run: Recorded): { readonly same: number; readonly of: number } {
  let same = 0;
  let of = 0;
  for (const pods of podsByClient(run)) {
    for (let i = 1; i < pods.length; i++, of++) if (pods[i] === pods[i - 1]) same++;
  }
  return { same, of };
}

/** The share that a random pick repeats, as recorded and as simulated. */
function repicked(value: string, run: Recorded): Finding {
  const kernel = shareIn(value);
  const { same, of } = repeats(run);
  return byChance({ part: same, of }, { part: kernel.part, of: kernel.of }, 1 / PODS);
}

/** When its pod leaves the rules and when it is back, in visits of a client (one a second). */
const REMOVED_AFTER = 5;
const BACK_AFTER = 10;
const REMOVED = 'echo-0';

/** Clients of a pod that leaves the rules after the fifth visit and is back after the tenth. */
const removal = (mode: Mode): string[][] =>
  podsByClient(
    visit(mode, {
      everyS: 1,
      visits: 15,
      timeline: [
        {
          at: `${REMOVED_AFTER + 0.004}s`,
          setReady: {
            target: 'deployment/echo',
            pod: REMOVED,
            ready: false,
            for: `${BACK_AFTER - REMOVED_AFTER}s`,
          },
        },
      ],
    }),
  ).filter((pods) => pods[0] === REMOVED);

export const AFFINITY_TRIALS: Trials = {
  f1: (recorded, mode) => {
    const { same, of } = repeats(visit(mode, { everyS: 1, visits: 11 }));
    return allOrNone(recorded, same, of);
  },
  f2: (_recorded, mode) => {
    const clients = removal(mode);
    const after = clients.map((pods) => pods.slice(REMOVED_AFTER + 1, BACK_AFTER));
    const moved = countOf(after, ([pod]) => pod !== REMOVED);
    const visits = after.flatMap(([first, ...others]) => others.map((pod) => pod === first));
    const stuck = countOf(visits, Boolean);
    return {
      simulated: `${moved}/${clients.length} moved, ${stuck}/${visits.length} stuck`,
      same: clients.length > 0 && moved === clients.length && stuck === visits.length,
    };
  },
  f3: (recorded, mode) => {
    const clients = removal(mode);
    const returned = countOf(clients, (pods) => pods.slice(BACK_AFTER + 1).includes(REMOVED));
    return allOrNone(recorded, returned, clients.length);
  },
  f4: (recorded, mode) => {
    // A kube-proxy that starts again writes everything anew.
    const run = visit(mode, {
      everyS: 2,
      visits: 6,
      timeline: [{ at: '5s', kubeProxyRestart: { for: '100ms' } }],
    });
    const { same, of } = repeats(run);
    return allOrNone(recorded, same, of);
  },
  f5: (recorded, mode) => {
    const { same, of } = repeats(visit(mode, { everyS: 2, visits: 6, timeoutS: 3 }));
    return allOrNone(recorded, same, of);
  },
  f6: ({ value }, mode) => repicked(value!, visit(mode, { everyS: 4.5, visits: 5, timeoutS: 3 })),
  f7: ({ value }, mode) =>
    // Requests every half second on a kept connection, and a new one every 4.5 s.
    repicked(
      value!,
      visit(mode, {
        everyS: 0.5,
        visits: 40,
        timeoutS: 3,
        client: { connection: { mode: 'KeepAlive', pool: 1, maxAge: '4250ms' } },
      }),
    ),
  f8: (recorded, mode) => {
    const clients = Number(/^(\d+) client/.exec(recorded['what']!)![1]);
    const { same, of } = repeats(visit(mode, { clients, pods: 2, everyS: 10, visits: 2 }));
    const kernel = shareIn(recorded['value']!);
    if (kernel.part === kernel.of) return allOrNone(recorded, same, of);
    // Nobody is remembered: chance alone brings half of them back.
    return byChance({ part: same, of }, { part: kernel.part, of: kernel.of }, 1 / 2);
  },
  f9: { leftOut: 'Stale chains that a large cluster keeps for a while, with their affinity lists' },
};
