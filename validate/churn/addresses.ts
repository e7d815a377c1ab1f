/**
 * Whose address a pod sees (j). The simulator shows it by what it costs: a packet whose source is rewritten
 * pays for the masquerade, which is dear here, and nothing else is.
 */
import { PROXY } from '../../src/contract/result.ts';
import { service } from '../experiment.ts';
import { AT_ONCE, atOnce, observe } from './trial.ts';
import type { Mode, Trials } from './trial.ts';

const MASQUERADE_NS = 1e6;

/** Whether sources are rewritten on the way to a Service of one pod. */
function rewrites(mode: Mode, client: object): { masqueraded: boolean; clientIp: string } {
  const { requests, connections } = observe(mode, {
    proxy: {
      costs: {
        iptables: { base: '0s', perServiceRule: '0ns', masquerade: `${MASQUERADE_NS}ns` },
        nftables: { base: '0s', masquerade: `${MASQUERADE_NS}ns` },
      },
    },
    spec: { duration: AT_ONCE, clients: [atOnce(3, client)] },
    manifests: service(),
  });
  return {
    masqueraded: requests.every(({ partsNs }) => partsNs[PROXY] === MASQUERADE_NS),
    clientIp: connections[0]!.clientIp,
  };
}

export const ADDRESS_TRIALS: Trials = {
  j1: ({ value, comment }, mode) => {
    const { masqueraded, clientIp } = rewrites(mode, {});
    const preserved = comment!.includes('preserved') && comment!.includes(value!);
    return {
      simulated: masqueraded ? 'the node’s' : `${clientIp}: preserved`,
      same: preserved && !masqueraded,
    };
  },
  j2: { leftOut: 'Clients in the host’s own network namespace' },
  j3: { leftOut: 'Clients that end their connections with a RST' },
  j4: ({ comment }, mode) => {
    const { masqueraded } = rewrites(mode, { from: 'deployment/echo' });
    return {
      simulated: masqueraded ? 'the node’s: masqueraded' : 'its own',
      same: masqueraded && comment!.includes('masqueraded'),
    };
  },
};
