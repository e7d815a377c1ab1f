/** UDP flows (b), and what refusals and full tables mean to them. */
import { service } from '../experiment.ts';
import type { Recorded } from '../experiment.ts';
import {
  AT_ONCE,
  BLIND,
  SECOND,
  allOrNone,
  atOnce,
  errorsOf,
  observe,
  outcomesOf,
} from './trial.ts';
import type { Mode, Setting, Trials } from './trial.ts';

const UNCLEANED = 'UDP entries of removed endpoints where no kube-proxy deletes them';
const CREATED = 'A Service that is created during the run';

const REMOVED = 'echo-0';
const CLIENTS = 40;

const udpService = (replicas: number): object[] =>
  service({
    replicas,
    service: { ports: [{ port: 80, targetPort: 8080, protocol: 'UDP' }] },
    pod: { terminationGracePeriodSeconds: 0 },
  });

interface Flows {
  readonly replicas: number;
  /** Fields of the Scenario's spec. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly proxy?: Setting['proxy'];
  /** Fields of the client. */
  readonly client: object;
}

/** Clients with a socket each that they keep, unless `client` says otherwise. */
const udp = (mode: Mode, { replicas, spec, proxy = {}, client }: Flows): Recorded =>
  observe(mode, {
    proxy,
    spec: {
      workloads: replicas === 0 ? [] : [{ target: 'deployment/echo', concurrency: 1000 }],
      ...spec,
      clients: [
        {
          name: 'sender',
          target: 'udp://echo:80',
          connection: { mode: 'KeepAlive', pool: 1 },
          timeout: '500ms',
          ...client,
        },
      ],
    },
    manifests: udpService(replicas),
  });

/** One request and its retries, at once after each failure: what became of the last of `tries`, and when. */
function oneAfterTheOther(mode: Mode, tries: number): { outcome: string; seconds: number } {
  const { requests } = udp(mode, {
    replicas: 0,
    spec: { duration: AT_ONCE },
    client: {
      ...atOnce(1),
      name: 'sender',
      target: 'udp://echo:80',
      connection: { mode: 'PerRequest' },
      retry: {
        attempts: tries - 1,
        on: ['refused', 'timeout'],
        backoff: { base: '0s', jitter: 'None' },
      },
    },
  });
  const [request] = requests;
  return { outcome: request!.outcome, seconds: request!.latencyNs / SECOND };
}

export const UDP_TRIALS: Trials = {
  b1: { leftOut: UNCLEANED },
  b2: ({ value }, mode) => {
    // The process dies after a second; its address stays, and nobody tells the node.
    const { requests } = udp(mode, {
      replicas: 1,
      spec: {
        duration: '3s',
        controlPlane: BLIND,
        workloads: [
          {
            target: 'deployment/echo',
            concurrency: 1000,
            crash: { every: { constant: '1s' }, restart: '1h' },
          },
        ],
      },
      client: { arrival: { constant: { rate: '1.6/s' } } },
    });
    const late = requests.filter(({ issuedNs }) => issuedNs > SECOND);
    const outcome = outcomesOf(late);
    return { simulated: outcome, same: value!.startsWith('ECONNREFUSED') && outcome === 'refused' };
  },
  b3: (recorded, mode) => {
    // kube-proxy deletes the entries itself, after the sync that took the endpoint out.
    const { requests } = udp(mode, {
      replicas: 3,
      spec: {
        duration: '20s',
        timeline: [
          { at: '10s', setReady: { target: 'deployment/echo', pod: REMOVED, ready: false } },
        ],
      },
      client: { replicas: CLIENTS, arrival: { constant: { rate: `${CLIENTS * 2}/s` } } },
    });
    const late = requests.filter(({ issuedNs }) => issuedNs > 11 * SECOND);
    const flows = new Set(
      requests.filter(({ pod, issuedNs }) => pod === REMOVED && issuedNs < 10 * SECOND),
    );
    const stuck = late.filter(({ pod, outcome }) => pod === REMOVED || outcome !== 'ok');
    return {
      ...allOrNone(recorded, stuck.length, late.length),
      ...(flows.size > 0 ? {} : { same: false }),
    };
  },
  b4: (recorded, mode) => {
    // One exchange each, then silence for longer than the entries last; the endpoint leaves meanwhile.
    const { requests } = udp(mode, {
      replicas: 3,
      proxy: { conntrack: { udpTimeout: '3s', udpStreamTimeout: '6s' } },
      spec: {
        duration: '9s',
        timeline: [
          { at: '5s', setReady: { target: 'deployment/echo', pod: REMOVED, ready: false } },
        ],
      },
      client: { replicas: CLIENTS, arrival: { constant: { rate: `${CLIENTS / 4.2}/s` } } },
    });
    const late = requests.filter(({ issuedNs }) => issuedNs > 6 * SECOND);
    return allOrNone(recorded, late.filter(({ pod }) => pod === REMOVED).length, late.length);
  },
  b5: ({ value }, mode) => {
    const { requests } = udp(mode, {
      replicas: 3,
      spec: { duration: '5005ms' },
      client: { arrival: { constant: { rate: '100/s' } } },
    });
    const pods = new Set(requests.map(({ pod }) => pod));
    return {
      simulated: `${pods.size}, of ${requests.length} datagrams`,
      same: pods.size === Number(value) && errorsOf(requests).length === 0,
    };
  },
  b6: { leftOut: CREATED },
  b7: { leftOut: CREATED },
  b8: { leftOut: UNCLEANED },
  c1u: ({ value }, mode) => {
    const { requests } = udp(mode, {
      replicas: 0,
      spec: { duration: AT_ONCE },
      client: {
        ...atOnce(5),
        name: 'sender',
        target: 'udp://echo:80',
        connection: { mode: 'PerRequest' },
      },
    });
    const outcome = outcomesOf(requests);
    return {
      simulated: `${outcome} ×${requests.length}`,
      same: value!.startsWith('ECONNREFUSED') && outcome === 'refused',
    };
  },
  r5: ({ value }, mode) => {
    const kernel = value!.split(' ');
    // Each try adds half a second where it times out, and next to nothing where it is refused.
    let before = 0;
    const simulated = kernel.map((_, i) => {
      const { seconds } = oneAfterTheOther(mode, i + 1);
      const took = seconds - before;
      before = seconds;
      return took < 0.25 ? 'refused' : 'timeout';
    });
    return { simulated: simulated.join(' '), same: simulated.join() === kernel.join() };
  },
  g4: ({ value }, mode) => {
    const { requests } = observe(mode, {
      proxy: { conntrack: { max: 100 } },
      spec: {
        duration: '10s',
        workloads: [{ target: 'deployment/tcp', concurrency: 1000 }],
        clients: [
          {
            name: 'held',
            target: 'http://tcp',
            replicas: 100,
            arrival: { constant: { rate: '100/s' } },
            connection: { mode: 'KeepAlive', pool: 1 },
          },
          {
            name: 'late',
            target: 'udp://echo:80',
            arrival: {
              steps: [
                { at: '0s', rate: '0/s' },
                { at: '5s', rate: '1/s' },
              ],
            },
            timeout: '1s',
          },
        ],
      },
      manifests: [...service({ name: 'tcp' }), ...udpService(1)],
    });
    const late = requests.filter(({ client }) => client === 'late');
    const outcome = outcomesOf(late);
    return {
      simulated: `${outcome} ×${late.length}`,
      same: value!.startsWith('timeout') && outcome === 'timeout',
    };
  },
};
