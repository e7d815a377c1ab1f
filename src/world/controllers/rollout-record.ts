/** What became of a rollout. */
export interface Rollout {
  /** Index of the workload. */
  readonly workload: number;
  /** The window that its action opened; null: none. */
  readonly window: number | null;
  /** When the new template was written, ns. */
  readonly startedAt: number;
  /** When all replicas were of the new revision and available, and the last old pod was gone; null: never. */
  completedAt: number | null;
  /** It made no progress for as long as the workload's progressDeadlineSeconds. */
  deadlineExceeded: boolean;
}
