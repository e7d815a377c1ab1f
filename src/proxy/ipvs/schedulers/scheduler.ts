/**
 * What an IPVS scheduler is: it picks a real server of one virtual server's list
 * (include/net/ip_vs.h, struct ip_vs_scheduler). Its state belongs to one virtual server on one node.
 *
 * Left out: the threshold flags of real servers (OVERLOAD), which kube-proxy does not use.
 */

/** A real server (endpoint) as the schedulers see it. */
export interface RealServer {
  /** Address (IPv4 as an unsigned number) and port. */
  readonly ip: number;
  readonly port: number;
  /** 0: takes no new connections. kube-proxy gives 1 to all others. */
  weight: number;
  /** The last weight that was not 0; 0: it never had one. */
  lastWeight: number;
  /** Connections that are open. */
  active: number;
  /** Entries of closed connections that have not expired, and all entries of UDP. */
  inactive: number;
  /** Where it stands in the list; -1: it was deleted. */
  index: number;
  /** Entries, templates and caches that point to it: while there are any, it can come back with its counts. */
  references: number;
}

/** Where a connection comes from. */
export interface Source {
  /** IPv4 as an unsigned number. */
  readonly sourceIp: number;
  readonly sourcePort: number;
}

/** For picks that do not depend on it. */
export const ANYWHERE: Source = { sourceIp: 0, sourcePort: 0 };

export interface Scheduler {
  /** Whether picks depend on where a connection comes from. */
  readonly goesBySource: boolean;
  /** Index into the list of the server for a new connection; -1: no server for it. */
  pick(source: Source): number;
  /** A server was inserted at `index`; the list already shows it. */
  inserted(index: number): void;
  /** The server at `index` was taken out; the list no longer shows it. */
  removed(index: number): void;
  /** The weight of the server at `index` was set, to another or the same. */
  weighed(index: number): void;
  /** The connection counts of the server at `index` changed: it has these now. */
  counted(index: number, weight: number, active: number, inactive: number): void;
}

/** Flags of `ipvsadm --sched-flags`, for sh and mh. */
export interface SchedulerFlags {
  /** The source port is hashed with the address: sh-port, mh-port. */
  readonly port: boolean;
  /** A client whose server is at weight 0 goes to another: sh-fallback, mh-fallback. */
  readonly fallback: boolean;
}

/** What a scheduler works on. */
export interface SchedulerContext {
  /** The kernel's list: read, never changed. */
  readonly list: readonly RealServer[];
  /** The virtual address (IPv4 as an unsigned number). */
  readonly vip: number;
  readonly flags: SchedulerFlags;
  /** The kernel's clock: ticks, as a 32-bit number that wraps around. */
  readonly clock: { readonly tick: number };
  /** sysctl lblcr_expiration, in ticks. */
  readonly lblcrExpiration: number;
}

export type SchedulerFactory = (context: SchedulerContext) => Scheduler;
