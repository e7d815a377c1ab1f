/**
 * How often a node tells a client by ICMP that it cannot have what it asked for: a token bucket for each
 * address (net/ipv4/icmp.c icmpv4_xrlim_allow, net/ipv4/inetpeer.c inet_peer_xrlim_allow), which earns one
 * message every net.ipv4.icmp_ratelimit and holds six at most. The client that is not told hears
 * nothing, and sends its SYN again.
 *
 * A node without a route to the destination is tighter still: before it asks that bucket for a message it
 * pays one from the same bucket, cut to five, for looking into it (net/ipv4/route.c ip_error,
 * net.ipv4.route.error_cost and error_burst).
 *
 * A RST is no ICMP message, and never limited.
 *
 * Left out: the limit over all addresses (net.ipv4.icmp_msgs_per_sec, 1,000 a second), the exemption of
 * processes in the host network, ticks of the clock.
 */

/** Messages in a full bucket as ip_error sees it: net.ipv4.route.error_burst over error_cost. */
const ROUTE_ERROR_BURST = 5;

export interface IcmpRate {
  /** Time in which a client earns one message, ns. */
  readonly interval: number;
  /** Messages that it may save up. */
  readonly burst: number;
}

/** What one client has to spend, in ns. */
interface Bucket {
  tokens: number;
  last: number;
}

export class IcmpLimit {
  private readonly rate: IcmpRate;
  private readonly buckets = new Map<number, Bucket>();

  constructor(rate: IcmpRate) {
    this.rate = rate;
  }

  /** Whether the client with this address is told at `now` (ns). */
  allows(address: number, now: number): boolean {
    const { interval, burst } = this.rate;
    const bucket = this.refilled(address, now, burst);
    return spend(bucket, interval);
  }

  /** The same for a packet that the node has no route for. */
  allowsWithoutRoute(address: number, now: number): boolean {
    const { interval, burst } = this.rate;
    const bucket = this.refilled(address, now, Math.min(burst, ROUTE_ERROR_BURST));
    return spend(bucket, interval) && spend(bucket, interval);
  }

  private refilled(address: number, now: number, burst: number): Bucket {
    const full = burst * this.rate.interval;
    let bucket = this.buckets.get(address);
    if (bucket === undefined) {
      bucket = { tokens: full, last: now };
      this.buckets.set(address, bucket);
    } else {
      bucket.tokens = Math.min(full, bucket.tokens + now - bucket.last);
      bucket.last = now;
    }
    return bucket;
  }
}

/** Takes one message's worth; false: there is not as much. */
function spend(bucket: Bucket, interval: number): boolean {
  if (bucket.tokens < interval) return false;
  bucket.tokens -= interval;
  return true;
}
