/** The slowest requests of a run, in memory for so many: the slowest first, and of equals the earlier number. */

export class SlowestRequests {
  private readonly limit: number;
  private readonly requests: number[] = [];
  private readonly latencies: number[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Their numbers. */
  get numbers(): readonly number[] {
    return this.requests;
  }

  /** A request has ended, after `latencyNs`. */
  offer(request: number, latencyNs: number): void {
    const { latencies, limit, requests } = this;
    const isFull = latencies.length === limit;
    if (isFull && latencyNs < latencies[limit - 1]!) return;
    let at = latencies.length;
    while (at > 0 && this.isBehind(at - 1, request, latencyNs)) at--;
    if (at === limit) return;
    latencies.splice(at, 0, latencyNs);
    requests.splice(at, 0, request);
    if (isFull) {
      latencies.pop();
      requests.pop();
    }
  }

  /** Whether the one at a place comes after a request of this latency. */
  private isBehind(at: number, request: number, latencyNs: number): boolean {
    const other = this.latencies[at]!;
    return other < latencyNs || (other === latencyNs && this.requests[at]! > request);
  }
}
