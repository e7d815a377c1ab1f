/** What TCP connections to an endpoint live through that leaves the rules (a). */
import { service } from '../experiment.ts';
import type { Recorded } from '../experiment.ts';
import { SECOND, allOrNone, errorsOf, observe } from './trial.ts';
import type { Mode, Trials } from './trial.ts';

const REMOVED = 'echo-0';
const REMOVAL_S = 10;
const REMOVAL = {
  at: `${REMOVAL_S}s`,
  setReady: { target: 'deployment/echo', pod: REMOVED, ready: false },
};
const HAND = 'Conntrack entries deleted by hand';
const NODE = 'A pod or node that vanishes without a FIN';

/** Kept connections that are busy all the time, and one pod that leaves the rules. */
const busy = (mode: Mode): Recorded =>
  observe(mode, {
    spec: {
      duration: '20s',
      workloads: [{ target: 'deployment/echo', serviceTime: '1ms', concurrency: 100 }],
      timeline: [REMOVAL],
      clients: [
        {
          name: 'kept',
          target: 'http://echo',
          arrival: { poisson: { rate: '1000/s' } },
          connection: { mode: 'KeepAlive', pool: 20, reuse: 'Fifo' },
        },
        { name: 'new', target: 'http://echo', arrival: { poisson: { rate: '50/s' } } },
      ],
    },
    manifests: service({ replicas: 3 }),
  });

/** Kept connections on which nothing is sent from before the removal until long after it. */
const idle = (mode: Mode): Recorded =>
  observe(mode, {
    spec: {
      duration: '60s',
      workloads: [{ target: 'deployment/echo', serviceTime: '10ms', concurrency: 100 }],
      timeline: [REMOVAL],
      clients: [
        {
          name: 'kept',
          target: 'http://echo',
          arrival: {
            steps: [
              { at: '0s', rate: '15000/s' },
              { at: '2ms', rate: '0/s' },
              { at: '50s', rate: '15000/s' },
              { at: '50002ms', rate: '0/s' },
            ],
          },
          connection: { mode: 'KeepAlive', pool: 20, reuse: 'Fifo' },
        },
      ],
    },
    manifests: service({ replicas: 3 }),
  });

const afterRemoval = (ns: number): boolean => ns > (REMOVAL_S + 0.5) * SECOND;

export const REMOVED_TCP_TRIALS: Trials = {
  a1: (_recorded, mode) => {
    const { requests } = busy(mode);
    const late = requests.filter(
      ({ client, pod, issuedNs }) => client === 'kept' && pod === REMOVED && afterRemoval(issuedNs),
    );
    const errors = errorsOf(late).length;
    return {
      simulated: `${late.length} ok, ${errors} errors`,
      same: late.length > 0 && errors === 0,
    };
  },
  a2: (recorded, mode) => {
    const { requests, connections } = idle(mode);
    const kept = connections.filter(({ pod }) => pod === REMOVED);
    const late = requests.filter(({ pod, issuedNs }) => pod === REMOVED && afterRemoval(issuedNs));
    // More requests than connections: some are used twice, and none may have been opened anew.
    const served = kept.every(
      ({ closedNs, openedNs }) => closedNs === null && !afterRemoval(openedNs),
    );
    const alive = served && errorsOf(late).length === 0 ? kept.length : 0;
    return allOrNone(recorded, alive, kept.length);
  },
  a3: (recorded, mode) => {
    const fresh = busy(mode).connections.filter(
      ({ client, openedNs }) => client === 'new' && afterRemoval(openedNs),
    );
    return allOrNone(recorded, fresh.filter(({ pod }) => pod === REMOVED).length, fresh.length);
  },
  a4: (recorded, mode) => {
    const others = busy(mode).connections.filter(
      ({ client, pod }) => client === 'kept' && pod !== REMOVED,
    );
    const undisturbed = others.filter(({ closedNs }) => closedNs === null);
    return allOrNone(recorded, undisturbed.length, others.length);
  },
  a5: { leftOut: HAND },
  a6: (_recorded, mode) => {
    const { connections, requests } = observe(mode, {
      spec: {
        duration: '20s',
        workloads: [{ target: 'deployment/echo', serviceTime: '1ms' }],
        // From the kubelet's hearing of it: what is recorded begins with the end of the process.
        controlPlane: { kubelet: '1ms', endpointSlice: '1ms', watch: '0s' },
        timeline: [{ at: `${REMOVAL_S}s`, deletePod: { target: 'deployment/echo', pod: REMOVED } }],
        clients: [
          {
            name: 'kept',
            target: 'http://echo',
            arrival: { constant: { rate: '10/s' } },
            connection: { mode: 'KeepAlive', pool: 1 },
          },
        ],
      },
      manifests: service({ replicas: 1 }),
    });
    const [first] = connections;
    const closedS = (first?.closedNs ?? Infinity) / SECOND - REMOVAL_S;
    const before = requests.filter(({ issuedNs }) => issuedNs < REMOVAL_S * SECOND);
    return {
      simulated: `closed by the pod, ${(closedS * 1e3).toFixed(2)} ms`,
      same: closedS >= 0 && closedS < 0.001 && errorsOf(before).length === 0,
    };
  },
  a7: { leftOut: NODE },
  a8: { leftOut: NODE },
};
