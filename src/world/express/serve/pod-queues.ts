/**
 * The pods of the express lane: each serves its requests first come, first served. When a request arrives, all that is to
 * come of it is known.
 */
export interface PodQueues {
  /** An order cannot be told on which a result depends. */
  readonly isInDoubt: boolean;
  /** Requests arrive: those of `rows` from `from` to `to`, in their order, while the same windows are open. */
  serve(rows: Int32Array, from: number, to: number): void;
  /** Tells the loads of all pods as they are just before `now` (ns), at which a window opens or closes. */
  tellLoads(now: number): void;
}
