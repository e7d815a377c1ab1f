/**
 * A budget of tries after the first, as a token bucket: every request adds its share, every such try takes one, and what
 * is not used is kept for a burst of ten. As Finagle's RetryBudget (percentCanRetry) and gRPC's retryThrottling, which
 * count by time and by failures.
 *
 * Left out: tokens that run out with time.
 */
/** Tries that it lets through in a burst, after requests enough have paid for them. */
const BURST = 10;

export class RetryBudget {
  /** Tokens a request; null: no limit. */
  private readonly share: number | null;
  private balance = 0;

  constructor(share: number | null) {
    this.share = share;
  }

  /** Whether nothing is left for another try. */
  get isSpent(): boolean {
    return this.share !== null && this.balance < 1;
  }

  /** A new request was issued. */
  requested(): void {
    if (this.share !== null) this.balance = Math.min(this.balance + this.share, BURST);
  }

  /** Another try is made. */
  spend(): void {
    if (this.share !== null) this.balance--;
  }
}
