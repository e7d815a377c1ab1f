/**
 * Load shedding at a pod: which requests it refuses for how long the line is in time, where `queueLimit` goes by its
 * length. Refused at arrival, or as their turn comes; a request that has been given a worker is never taken away.
 *
 * Left out: requests that are refused while nobody's turn comes.
 */
import type { PlannedShedding } from '../../../contract/plan.ts';
import type { AttemptLine } from '../attempts/attempt-line.ts';
import type { Attempt } from '../attempts/attempt.ts';

/** Refuses a request that has been taken out of the line; others may join it within the call. */
export type Shed = (attempt: Attempt) => void;

export interface Shedding {
  /** Whether a request that comes at `now` (ns), and finds no worker free, is refused. */
  refuses(line: AttemptLine, now: number): boolean;
  /** A request has joined the line. */
  joined(line: AttemptLine, now: number): void;
  /** Takes out whose turn it is, after those that are refused; null: nobody is left. */
  next(line: AttemptLine, now: number, shed: Shed): Attempt | null;
}

export function sheddingOf(plan: PlannedShedding): Shedding {
  if (plan.kind === 'queueTime') {
    return plan.at === 'Arrival' ? new ByFirstInLine(plan.limit) : new ByOwnWait(plan.limit);
  }
  return plan.law === 'RFC8289' ? new ControlledDelay(plan) : new FailAtScale(plan);
}

/** Whoever comes while the first in line has waited longer than the limit. */
class ByFirstInLine implements Shedding {
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  refuses({ first }: AttemptLine, now: number): boolean {
    return first !== null && now - first.arrivedAt > this.limit;
  }

  joined(_line: AttemptLine, _now: number): void {
    // The first in line knows for itself.
  }

  next(line: AttemptLine, _now: number, _shed: Shed): Attempt | null {
    return line.first === null ? null : line.shift();
  }
}

/** Whoever has waited longer than the limit when the turn is theirs: M/M/1+D with one worker. */
class ByOwnWait implements Shedding {
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  refuses(_line: AttemptLine, _now: number): boolean {
    return false;
  }

  joined(_line: AttemptLine, _now: number): void {
    // What counts is when its turn comes.
  }

  next(line: AttemptLine, now: number, shed: Shed): Attempt | null {
    shedOlder(line, { now, limit: this.limit, shed });
    return line.first === null ? null : line.shift();
  }
}

type Codel = Extract<PlannedShedding, { readonly kind: 'codel' }>;

/**
 * CoDel for requests as Facebook has it ("Fail at Scale", ACM Queue 13/8, 2015), with adaptive LIFO: in a line that has
 * been empty within the last `interval`, requests may wait for as long as that; otherwise for `target`, and the last to
 * come is served first. There the limit is set as a request comes, here as a worker looks for one.
 */
export class FailAtScale implements Shedding {
  private readonly plan: Codel;
  /** Since when somebody waits all the time, ns. */
  private standingSince = -0;

  constructor(plan: Codel) {
    this.plan = plan;
  }

  refuses(_line: AttemptLine, _now: number): boolean {
    return false;
  }

  joined(line: AttemptLine, now: number): void {
    if (line.length === 1) this.standingSince = now;
  }

  next(line: AttemptLine, now: number, shed: Shed): Attempt | null {
    const { interval, lifo, target } = this.plan;
    const isStanding = now - this.standingSince > interval;
    shedOlder(line, { now, limit: isStanding ? target : interval, shed });
    if (line.first === null) return null;
    return lifo && isStanding ? line.pop() : line.shift();
  }
}

/** From the last drops within so many intervals, a new time of dropping goes on where that one was. */
const REMEMBERED_INTERVALS = 16;

/**
 * CoDel to the letter (RFC 8289, section 5): while the waits of those whose turn comes have been above `target` for an
 * `interval`, one is dropped, the next after interval ÷ √2, then after interval ÷ √3 … The last in line is never dropped.
 */
export class ControlledDelay implements Shedding {
  private readonly plan: Codel;
  /** When waits will have been above the target for an interval, ns; 0: they are not. */
  private firstAboveTime = -0;
  private dropNext = -0;
  private dropping = false;
  private count = 0;
  private lastCount = 0;
  /** Whether the one taken out last may be dropped. */
  private okToDrop = false;

  constructor(plan: Codel) {
    this.plan = plan;
  }

  refuses(_line: AttemptLine, _now: number): boolean {
    return false;
  }

  joined(_line: AttemptLine, _now: number): void {
    // What counts is when its turn comes.
  }

  next(line: AttemptLine, now: number, shed: Shed): Attempt | null {
    const { interval } = this.plan;
    let head = this.take(line, now);
    if (this.dropping) {
      if (!this.okToDrop) this.dropping = false;
      while (this.dropping && now >= this.dropNext) {
        shed(head!);
        this.count++;
        head = this.take(line, now);
        if (this.okToDrop) this.dropNext = this.controlLaw(this.dropNext);
        else this.dropping = false;
      }
    } else if (this.okToDrop) {
      shed(head!);
      head = this.take(line, now);
      this.dropping = true;
      const since = this.count - this.lastCount;
      const isRecent = now - this.dropNext < REMEMBERED_INTERVALS * interval;
      this.count = since > 1 && isRecent ? since : 1;
      this.dropNext = this.controlLaw(now);
      this.lastCount = this.count;
    }
    return head;
  }

  private take(line: AttemptLine, now: number): Attempt | null {
    const { interval, target } = this.plan;
    this.okToDrop = false;
    if (line.first === null) {
      this.firstAboveTime = 0;
      return null;
    }
    const head = line.shift();
    if (now - head.arrivedAt < target || line.length === 0) {
      this.firstAboveTime = 0;
    } else if (this.firstAboveTime === 0) {
      this.firstAboveTime = now + interval;
    } else {
      this.okToDrop = now >= this.firstAboveTime;
    }
    return head;
  }

  private controlLaw(from: number): number {
    return from + this.plan.interval / Math.sqrt(this.count);
  }
}

/** Refuses those at the head of the line that have waited for longer than `limit` (ns). */
function shedOlder(
  line: AttemptLine,
  { now, limit, shed }: { readonly now: number; readonly limit: number; readonly shed: Shed },
): void {
  // Those who join while one is refused come last, and have not waited.
  while (line.first !== null && now - line.first.arrivedAt > limit) shed(line.shift());
}
