/** Rows of "Recorded, and not repeated" that a scenario may miss. */
import { anyClient, inMode, never, podsEnd, usesTcp } from './behaviour.ts';
import type { Behaviour } from './behaviour.ts';

export const RECORDED: readonly Behaviour[] = [
  {
    name: 'conntrack entries deleted by hand',
    status: 'left out',
    row: 'Conntrack entries deleted by hand',
    applies: never,
  },
  {
    name: 'pods that vanish without a FIN',
    status: 'left out',
    row: 'A pod or node that vanishes without a FIN',
    applies: never,
  },
  {
    name: 'clients in the network of their host',
    status: 'left out',
    row: 'Clients in the host’s own network namespace',
    applies: never,
  },
  {
    name: 'UDP entries that no kube-proxy deletes',
    status: 'left out',
    row: 'UDP entries of removed endpoints where no kube-proxy deletes them',
    applies: never,
  },
  {
    name: 'Services created during the run',
    status: 'left out',
    row: 'A Service that is created during the run',
    applies: never,
  },
  {
    name: 'clients that end connections with a RST',
    status: 'left out',
    row: 'Clients that end their connections with a RST',
    applies: (plan) => usesTcp(plan) && anyClient(({ timeout }) => timeout !== null)(plan),
  },
  {
    name: 'early drop of conntrack entries',
    status: 'left out',
    row: 'Early drop: unreplied conntrack entries evicted for new ones',
    applies: (plan) =>
      podsEnd(plan) && plan.nodes.some(({ proxy }) => plan.proxies[proxy]!.conntrack.max !== null),
  },
  {
    name: 'stale chains of large clusters',
    status: 'left out',
    row: 'Stale chains that a large cluster keeps for a while, with their affinity lists',
    applies: (plan) =>
      inMode('iptables')(plan) && plan.proxies.some(({ otherServices }) => otherServices > 1000),
  },
];
