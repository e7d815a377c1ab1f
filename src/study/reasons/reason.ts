/**
 * Why one pod of a Service takes more than its fair share: what is known, as data. Words are made from it in
 * report/text/why.ts. Shares are of 0 to 1; loads are requests over the fair share; all figures are means
 * over replications but where it says otherwise.
 */

/** Requests share connections, each of which picked its pod once. */
export interface PinnedConnections {
  readonly rule: 'pinnedConnections';
  /** That carried more than one request, and requests over each of them. */
  readonly connections: number;
  readonly requestsEach: number;
  /** As many, equally busy, would be as uneven: fewer, where some carry more than others. */
  readonly alike: number;
  /** The load of the hottest of the pods where so many pick by chance; null: the mode does not pick by chance. */
  readonly byChance: number | null;
  /** The hottest pod's connections over its fair share of them. */
  readonly connectionLoad: number;
  /** By the same chance, with the mend; null where there is none. */
  readonly mended: number | null;
}

/** All requests of a client address go to one pod. */
export interface ClientAddresses {
  readonly rule: 'clientAddresses';
  /** What makes it so: sessionAffinity ClientIP, or a scheduler of IPVS that hashes the source. */
  readonly by: 'sessionAffinity' | 'sh' | 'mh';
  readonly addresses: number;
  readonly byChance: number;
}

/** A scheduler of IPVS that does not spread what goes to one address. */
export interface OneDestination {
  readonly rule: 'oneDestination';
  readonly scheduler: 'dh' | 'lblc' | 'lblcr' | 'fo' | 'ovf';
  /** The hottest pod's share of all requests. */
  readonly share: number;
}

/** Requests stay in the zone, or on the node, that they come from. */
export interface Locality {
  readonly rule: 'locality';
  readonly by:
    'trafficDistribution' | 'topologyMode' | 'internalTrafficPolicy' | 'externalTrafficPolicy';
  readonly scope: 'zone' | 'node';
  /** Where the hottest pod of the first replication is, how many pods there are, and their shares. */
  readonly place: string;
  readonly pods: number;
  readonly share: number;
  readonly fair: number;
}

/** Others get less, because they are slow and connections to them are busy for longer. */
export interface SlowPods {
  readonly rule: 'slowPods';
  /** How: the scheduler counts connections, or clients take the next idle one. */
  readonly by: 'leastConnections' | 'pool';
  /** In the first replication. */
  readonly pods: readonly string[];
  /** Their service time over that of the others. */
  readonly times: number;
  readonly share: number;
  readonly fair: number;
}

/** Others were out of rotation for a while, and got less than their time in rotation is worth. */
export interface Rotation {
  readonly rule: 'rotation';
  /**
   * What brings them back late: `names`, clients that balance over addresses and have not asked anew; `affinity`, clients
   * that stay where they were; `connections`, which requests share and which stay where they went; `rules` of nodes.
   */
  readonly by: 'names' | 'affinity' | 'connections' | 'rules';
  /** Pods that were away for a while, and all pods. */
  readonly away: number;
  readonly pods: number;
  readonly awayLoad: number;
  readonly stayedLoad: number;
}

/** Every request picked for itself, and chance alone does as much. */
export interface Chance {
  readonly rule: 'chance';
  readonly requests: number;
  readonly pods: number;
  /** The load of the hottest pod to be expected. */
  readonly byChance: number;
}

export type Reason =
  PinnedConnections | ClientAddresses | OneDestination | Locality | SlowPods | Rotation | Chance;

/** What a rule finds: the reason, and arguments of `--set` that mend it; none where nothing is known to. */
export interface Finding {
  readonly reason: Reason;
  readonly mend: readonly string[];
}
