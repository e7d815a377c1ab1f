/**
 * A watch of EndpointSlices: what has been written arrives, each change after a delay of its own, and all in the order
 * in which they were written. Nothing happens by itself: who watches asks, and learns when each change arrived.
 */
import type { Distribution } from '../../contract/plan.ts';
import { createSampler, type Sampler } from '../../engine/distributions/sampler.ts';
import type { World } from '../world.ts';
import type { ChangeLog, EndpointChange } from './change-log.ts';

export class Watch {
  private readonly log: ChangeLog;
  private readonly delay: Sampler;
  /** Entries of the log that it has read. */
  private read: number;
  /** Changes on their way, and when each arrives, ns: those from `head` on. */
  private changes: EndpointChange[] = [];
  private arrivals: number[] = [];
  private head = 0;
  /** When the last of them arrives. */
  private lastArrival = 0;
  /** Nothing arrives before, ns: see `interrupted`. */
  private notBefore = 0;

  /** It begins now. @param stream name of the random stream of its delays, which are those of the API server or others */
  constructor(
    world: World,
    log: ChangeLog,
    stream: string,
    delay: Distribution = world.plan.controlPlane.watch,
  ) {
    this.log = log;
    this.delay = createSampler(delay, world.stream(stream));
    this.read = log.end;
  }

  /** Whether something has been written that it has not read. */
  get isBehind(): boolean {
    return this.read !== this.log.end;
  }

  /** When the next change arrives, ns; Infinity: none is on its way. */
  get nextAt(): number {
    const { head, arrivals } = this;
    return head < arrivals.length ? Math.max(arrivals[head], this.notBefore) : Infinity;
  }

  /** When that was written, ns. */
  get nextWrittenAt(): number {
    return this.changes[this.head].writtenAt;
  }

  /** Sends what has been written on its way. */
  readOn(): void {
    const { log } = this;
    while (this.read < log.end) {
      const change = log.entry(this.read++);
      const delay = Math.round(this.delay.next() * change.slowdown);
      this.lastArrival = Math.max(this.lastArrival, change.writtenAt + delay);
      this.changes.push(change);
      this.arrivals.push(this.lastArrival);
    }
  }

  /** Takes the next change out. */
  take(): EndpointChange {
    const change = this.changes[this.head++];
    if (this.head === this.changes.length) {
      this.changes = [];
      this.arrivals = [];
      this.head = 0;
    }
    return change;
  }

  /** What is still on its way arrives at `at` (ns) at the earliest: until then nothing could. */
  interrupted(at: number): void {
    this.notBefore = at;
  }
}
