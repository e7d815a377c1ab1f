/** Whether a change of the rules disturbs anybody (k). */
import { service } from '../experiment.ts';
import { SECOND, allOrNone, errorsOf, observe } from './trial.ts';
import type { Mode, Trials } from './trial.ts';
import type { Recorded } from '../experiment.ts';

const PODS = 4;
const UPDATES = 70;

/** A pod leaves the rules and comes back, 70 times, while connections are opened. */
function churn(mode: Mode): Recorded {
  return observe(mode, {
    proxy: { otherServices: 300 },
    spec: {
      duration: `${UPDATES + 1}s`,
      timeline: Array.from({ length: UPDATES }, (_, i) => ({
        at: `${i + 1}s`,
        setReady: {
          target: 'deployment/echo',
          pod: `echo-${i % PODS}`,
          ready: false,
          for: '500ms',
        },
      })),
      clients: [{ name: 'load', target: 'http://echo', arrival: { poisson: { rate: '200/s' } } }],
    },
    manifests: service({ replicas: PODS }),
  });
}

export const UPDATES_TRIALS: Trials = {
  k1: (recorded, mode) => {
    const { requests } = churn(mode);
    return allOrNone(recorded, errorsOf(requests).length, requests.length);
  },
  k2: (recorded, mode) => {
    const { connections, totals } = churn(mode);
    let begun = 0;
    let stale = 0;
    for (const { openedNs, pod } of connections) {
      const update = Math.floor(openedNs / SECOND);
      const since = openedNs - update * SECOND;
      const isAbsent = update >= 1 && since > totals.programmingNsMax && since < 0.5 * SECOND;
      if (!isAbsent) continue;
      begun++;
      if (pod === `echo-${(update - 1) % PODS}`) stale++;
    }
    return allOrNone(recorded, stale, begun);
  },
};
