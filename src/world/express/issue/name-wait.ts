/** A journey that waits for the address of its target. */
import type { NameWaiter } from '../../dns/name-waiter.ts';

/** What goes on with journeys that have waited for a name. */
export interface Resolved {
  resolved(wait: NameWait): void;
  unresolved(): void;
}

export class NameWait implements NameWaiter {
  row: number = -1;
  private readonly lane: Resolved;

  constructor(lane: Resolved) {
    this.lane = lane;
  }

  resolved(): void {
    this.lane.resolved(this);
  }

  unresolved(): void {
    this.lane.unresolved();
  }
}
