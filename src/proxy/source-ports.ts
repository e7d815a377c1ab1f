/**
 * The source ports of one client pod towards one destination. They are dealt in turn; the side that
 * closes first, here the client, keeps its port in TIME_WAIT for a while (60 s in Linux), and when all
 * are taken connect() fails with EADDRNOTAVAIL.
 */
import { ExpiryRing } from './expiry-ring.ts';

export class SourcePorts {
  private readonly last: number;
  private readonly timeWait: number;
  /** The next port that was never used; beyond `last`: none is left. */
  private fresh: number;
  /** Closed ports, in the order in which they come free. */
  private readonly resting: ExpiryRing = new ExpiryRing();
  /** Ports whose connection left nothing behind: never established, or closed by the other side. */
  private readonly free: ExpiryRing = new ExpiryRing();

  /** Ports `first` to `last`; one rests for `timeWait` ns after its connection. */
  constructor(first: number, last: number, timeWait: number) {
    this.fresh = first;
    this.last = last;
    this.timeWait = timeWait;
  }

  /** Takes a port at `now` (ns); -1: none is free. */
  acquire(now: number): number {
    if (this.fresh <= this.last) return this.fresh++;
    if (this.free.hasExpired(now)) return this.free.take();
    return this.resting.hasExpired(now) ? this.resting.take() : -1;
  }

  /** The client closed the connection on `port` at `now` (ns): the port rests. */
  rest(port: number, now: number): void {
    this.resting.add(port, now, this.timeWait);
  }

  /** The connection on `port` was refused, reset or closed by the other side at `now` (ns): the port is free again. */
  release(port: number, now: number): void {
    this.free.add(port, now, 0);
  }
}
