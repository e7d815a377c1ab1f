/** Endpoints that do not answer, or answer with a RST (d, e). */
import { service } from '../experiment.ts';
import type { Recorded } from '../experiment.ts';
import { BLIND, byChance, SECOND, moments, observe, secondsIn, sameMoments } from './trial.ts';
import type { Mode, Trials } from './trial.ts';
import type { Row } from '../kernel-data.ts';

const HAND = 'Conntrack entries deleted by hand';

/** Connections to a Service of which one pod's address is gone; nobody has told the node. */
function toDead(
  mode: Mode,
  options: {
    pods: number;
    count: number;
    client?: object;
    network?: object;
    controlPlane?: object;
  },
): Recorded {
  const { pods, count, client = {}, network = {} } = options;
  return observe(mode, {
    spec: {
      duration: '3s',
      network: { sameNode: '50us', podGone: { answer: 'none' }, ...network },
      controlPlane: options.controlPlane ?? BLIND,
      timeline: [{ at: '1s', deletePod: { target: 'deployment/echo', pod: 'echo-0' } }],
      clients: [
        {
          name: 'late',
          target: 'http://echo',
          arrival: {
            steps: [
              { at: '0s', rate: '0/s' },
              { at: '2s', rate: `${count * 10}/s` },
              { at: '2100ms', rate: '0/s' },
            ],
          },
          ...client,
        },
      ],
    },
    manifests: service({ replicas: pods, pod: { terminationGracePeriodSeconds: 0 } }),
  });
}

const seconds = ({ value }: Row): number => secondsIn(value!)[0]!;

/**
 * When the SYNs of one connect() leave: a table of conntrack with room for one entry drops them until the
 * connection that has it ends, and the next SYN gets in. One run for each retransmission.
 */
export function synTimes(mode: Mode, network: object, count: number): number[] {
  const times = [0];
  while (times.length < count) {
    const holdS = times.at(-1)! + 0.1;
    const { requests } = observe(mode, {
      proxy: { conntrack: { max: 1, timeWait: '0s' } },
      spec: {
        duration: '3ms',
        network: { sameNode: '1us', ...network },
        workloads: [
          { target: 'deployment/slow', serviceTime: `${holdS}s` },
          { target: 'deployment/echo', serviceTime: '0s' },
        ],
        clients: [
          {
            name: 'first',
            target: 'http://slow',
            arrival: { constant: { rate: '900/s' } },
            connectTimeout: '500us',
          },
          { name: 'late', target: 'http://echo', arrival: { constant: { rate: '400/s' } } },
        ],
      },
      manifests: [...service({ name: 'slow' }), ...service()],
    });
    const late = requests.find(({ client }) => client === 'late')!;
    times.push(late.latencyNs / SECOND);
    if (late.outcome !== 'ok') break;
  }
  return times;
}

export const DEAD_POD_TRIALS: Trials = {
  d1: ({ value }, mode) => {
    const { requests } = toDead(mode, { pods: 3, count: 300, client: { connectTimeout: '3s' } });
    const stuck = requests.filter(({ outcome }) => outcome === 'connectTimeout').length;
    return byChance({ part: stuck, of: requests.length }, { part: Number(value), of: 300 }, 1 / 3);
  },
  d2: (recorded, mode) => {
    const { requests } = toDead(mode, { pods: 1, count: 3 });
    const after = requests[0]!.latencyNs / SECOND;
    return {
      simulated: `${after.toFixed(2)} s, ${requests[0]!.outcome}`,
      same: sameMoments([after], [seconds(recorded)]) && requests[0]!.outcome === 'connectTimeout',
    };
  },
  d3: (recorded, mode) => {
    const kernel = secondsIn(recorded['value']!);
    const simulated = synTimes(mode, {}, kernel.length);
    return { simulated: moments(simulated), same: sameMoments(simulated, kernel) };
  },
  d4: ({ value }, mode) => {
    const { connections } = toDead(mode, { pods: 3, count: 30, client: { connectTimeout: '30s' } });
    // A connection whose SYN moved on would have reached one of the two that answer.
    const stuck = connections.filter(({ pod }) => pod === 'echo-0');
    const moved = stuck.filter(({ requests }) => requests > 0);
    return {
      simulated: moved.length === 0 ? '1' : 'more',
      same: value === '1' && stuck.length > 0 && moved.length === 0,
    };
  },
  d5: (_recorded, mode) => {
    // The endpoint leaves the rules 1.2 s after it died: while SYNs to it are being retransmitted.
    const { requests } = toDead(mode, {
      pods: 3,
      count: 300,
      client: { connectTimeout: '4s' },
      controlPlane: { kubelet: '1ms', endpointSlice: '1200ms', watch: '1ms' },
    });
    const stuck = requests.filter(({ outcome }) => outcome === 'connectTimeout').length;
    // One whose later SYNs went elsewhere would have got through.
    const counts = byChance({ part: stuck, of: requests.length }, { part: 100, of: 300 }, 1 / 3);
    return { simulated: `${counts.simulated} stay with it and time out`, same: counts.same };
  },
  d6: { leftOut: HAND },
  d7: (recorded, mode) => {
    const kernel = secondsIn(recorded['value']!);
    const simulated = synTimes(mode, { tcpSynLinearTimeouts: 0 }, kernel.length);
    return { simulated: moments(simulated), same: sameMoments(simulated, kernel) };
  },
  d9: (recorded, mode) => {
    const { requests } = toDead(mode, {
      pods: 1,
      count: 3,
      network: { podGone: { answer: 'unreachable' } },
    });
    const [first] = requests;
    const after = first!.latencyNs / SECOND;
    const kernel = secondsIn(recorded['comment']!)[0]!;
    return {
      simulated: `${first!.outcome} after ${after.toFixed(2)} s`,
      same: first!.outcome === 'unreachable' && sameMoments([after], [kernel]),
    };
  },
  e1: (recorded, mode) => {
    // Pods of two Deployments behind one Service; the process of one has died and is not back.
    const [echo, deployment] = service({ replicas: 2 });
    const [, broken] = service({ name: 'broken', replicas: 1 });
    (
      broken as { spec: { template: { metadata: object }; selector: object } }
    ).spec.template.metadata = {
      labels: { app: 'echo', part: 'broken' },
    };
    (broken as { spec: { selector: object } }).spec.selector = { matchLabels: { part: 'broken' } };
    const { requests } = observe(mode, {
      spec: {
        duration: '3s',
        controlPlane: BLIND,
        workloads: [
          { target: 'deployment/broken', crash: { every: { constant: '1s' }, restart: '1h' } },
        ],
        clients: [
          {
            name: 'late',
            target: 'http://echo',
            arrival: {
              steps: [
                { at: '0s', rate: '0/s' },
                { at: '2s', rate: '300/s' },
              ],
            },
          },
        ],
      },
      manifests: [echo!, deployment!, broken!],
    });
    const refused = requests.filter(({ outcome }) => outcome === 'refused');
    const slowest = Math.max(...refused.map(({ latencyNs }) => latencyNs)) / 1e3;
    const kernel = Number(/^(\d+)\/300/.exec(recorded['comment']!)![1]);
    const counts = byChance(
      { part: refused.length, of: requests.length },
      { part: kernel, of: 300 },
      1 / 3,
    );
    return {
      simulated: `${counts.simulated}, refused in ${slowest.toFixed(0)} µs`,
      same: counts.same && slowest < 1000,
    };
  },
};
