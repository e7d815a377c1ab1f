/**
 * A run that broke: our bug, never the user's mistake. It carries what reproduces it; the message
 * of the cause carries the simulated time.
 */
export class RunFailure extends Error {
  override readonly name = 'RunFailure';
  readonly variant: string;
  readonly replication: number;
  /** The seed with which this run alone is repeated. */
  readonly seed: number;

  constructor(
    run: { readonly variant: string; readonly replication: number; readonly seed: number },
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`variant ${run.variant}, replication ${run.replication}, seed ${run.seed}: ${reason}`, {
      cause,
    });
    this.variant = run.variant;
    this.replication = run.replication;
    this.seed = run.seed;
    // The stack of the run, not that of the study that was waiting for it.
    if (cause instanceof Error && cause.stack !== undefined) this.stack = cause.stack;
  }
}
