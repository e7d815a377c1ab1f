/**
 * A client's limit on its requests: so many a second, and a burst after a quiet time (golang.org/x/time/rate, as
 * client-go's flowcontrol uses it). Requests go in the order in which they ask.
 */
export class TokenBucket {
  /** Between two requests, ns. */
  private readonly interval: number;
  private readonly burst: number;
  /** When the bucket will be full again and one token more has come, ns. */
  private fullAt = 0;

  constructor({ qps, burst }: { readonly qps: number; readonly burst: number }) {
    this.interval = 1e9 / qps;
    this.burst = burst;
  }

  /** Takes a token for a request that could be sent at `now` (ns). Returns when it may be: now or later. */
  take(now: number): number {
    const { burst, interval } = this;
    this.fullAt = Math.max(this.fullAt, now) + interval;
    return Math.max(now, Math.round(this.fullAt - burst * interval));
  }
}
