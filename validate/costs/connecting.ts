/** First packets through the rules of many nodes, as scenarios: what they cost. */
import { PROXY } from '../../src/contract/result.ts';
import { record, service } from '../experiment.ts';
import type { Recorded } from '../experiment.ts';
import { ascending } from '../sample.ts';

/** Nodes, each with rules in an order of its own, and first packets on each. */
export const NODES = 2000;
export const PACKETS = 10;

export interface Rules {
  /** Fields of `proxy`. */
  readonly proxy: object;
  /** Services on a node, the one that is called included. */
  readonly services: number;
  readonly endpoints?: number;
  readonly nodes?: number;
  readonly packets?: number;
  /** Fields of the Service's spec. */
  readonly service?: object;
}

/** One connection after the other from every node in turn. */
export function firstPackets(rules: Rules): Recorded {
  const { proxy, services, endpoints = 1, nodes = NODES, packets = PACKETS } = rules;
  return record({
    spec: {
      duration: `${nodes * packets + 1}us`,
      network: '0s',
      nodes: [{ namePrefix: 'node', count: nodes }],
      proxy: { conntrack: 'none', otherServices: services - 1, ...proxy },
      clients: [
        {
          name: 'load',
          replicas: nodes,
          target: 'http://echo',
          arrival: { constant: { rate: '1000000/s' } },
        },
      ],
    },
    manifests: service({ replicas: endpoints, service: rules.service ?? {} }),
  });
}

/** Costs of all first packets in ns, ascending. */
export const costsOf = ({ requests }: Recorded): Float64Array =>
  ascending(requests.map(({ partsNs }) => partsNs[PROXY]!));

export const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

/** The recorded back ends, and what writes such rules in a scenario: fields of `proxy`. */
export const BACK_ENDS: Readonly<
  Record<string, { readonly mode: string; readonly iptables?: object }>
> = {
  'iptables-legacy': { mode: 'iptables', iptables: { backend: 'legacy' } },
  'iptables-nft': { mode: 'iptables', iptables: { backend: 'nft' } },
  nftables: { mode: 'nftables' },
};
