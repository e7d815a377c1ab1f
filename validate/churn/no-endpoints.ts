/** Services without endpoints, unknown ports and unknown addresses (c). */
import { service } from '../experiment.ts';
import { AT_ONCE, SECOND, atOnce, endOf, errorsOf, observe, outcomesOf } from './trial.ts';
import type { Finding, Mode, Trials } from './trial.ts';

const CONNECT_TIMEOUT_S = 3;
const HOST = 'Clients in the host’s own network namespace';

/** Three connections to a target that does not answer. */
function call(mode: Mode, target: string, replicas: number): { outcome: string; seconds: number } {
  const { requests } = observe(mode, {
    spec: {
      duration: AT_ONCE,
      clients: [atOnce(3, { target, connectTimeout: `${CONNECT_TIMEOUT_S}s` })],
    },
    manifests: service({ replicas }),
  });
  return {
    outcome: outcomesOf(requests),
    seconds: Math.max(...requests.map(({ latencyNs }) => latencyNs)) / SECOND,
  };
}

/** A recorded outcome by the name that results give it. */
const NAMES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused',
  timeout: 'connectTimeout',
  EHOSTUNREACH: 'unreachable',
};

function sameOutcome(value: string, mode: Mode, target: string, replicas: number): Finding {
  const { outcome, seconds } = call(mode, target, replicas);
  const expectedS = value === 'timeout' ? CONNECT_TIMEOUT_S : 0;
  return {
    simulated: `${outcome} after ${seconds.toFixed(3)} s`,
    same: outcome === NAMES[value] && Math.abs(seconds - expectedS) < 0.05,
  };
}

export const NO_ENDPOINTS_TRIALS: Trials = {
  c1: ({ value }, mode) => sameOutcome(value!, mode, 'http://echo', 0),
  c2: (_recorded, mode) => {
    const { requests, connections } = observe(mode, {
      spec: {
        duration: '20s',
        timeline: [{ at: '10s', setReady: { target: 'deployment/echo', ready: false } }],
        clients: [
          {
            name: 'kept',
            target: 'http://echo',
            arrival: { constant: { rate: '10/s' } },
            connection: { mode: 'KeepAlive', pool: 1 },
          },
        ],
      },
      manifests: service({ replicas: 2 }),
    });
    const late = requests.filter((request) => endOf(request) > 11);
    return {
      simulated: `pod ${late[0]?.pod ?? 'none'}`,
      same: late.length > 0 && errorsOf(late).length === 0 && connections.length === 1,
    };
  },
  c3: { leftOut: HOST },
  c4: ({ value }, mode) => sameOutcome(value!, mode, 'http://echo:81', 1),
  c5: ({ value }, mode) => sameOutcome(value!, mode, 'http://10.111.0.9:80', 1),
};
