/**
 * What an IPVS scheduler is: it picks a real server of one virtual server's list. Its state belongs
 * to one virtual server on one node.
 */

/** A real server (endpoint) as the schedulers see it. */
export interface RealServer {
  /** 0: takes no new connections. kube-proxy gives 1 to all others. */
  weight: number;
  /** Connections that are open. */
  active: number;
  /** Entries of closed connections that have not expired. */
  inactive: number;
}

export interface Scheduler {
  /** Index into the list of the server for a new connection; -1: no server is usable. */
  pick(): number;
  /** A server was inserted at `index`; the list already shows it. */
  inserted(index: number): void;
  /** The server at `index` was taken out; the list no longer shows it. */
  removed(index: number): void;
  /** Weight or connection counts of the server at `index` changed. */
  changed(index: number): void;
}

/** Makes a scheduler for a list that it may read but not change. */
export type SchedulerFactory = (list: readonly RealServer[]) => Scheduler;
