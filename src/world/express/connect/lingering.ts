/**
 * A bound on how many are in a place of limited room at once, such as the source ports of a client pod: each enters, and
 * leaves so long after it has ended. Ends are told as soon as they are known, in any order, and counted by rounds, so that
 * some leave a round later than in truth. While nothing comes near the limit, that is all there is to know of the place.
 */

const ROUNDS = 256;
/** Rounds while one lingers; and the shortest, ns. */
const FINENESS = 16;
const SHORTEST = 1e6;

export class Lingering {
  readonly limit: number;
  readonly rest: number;
  private readonly round: number;
  /** In the place now. */
  private held = 0;
  /** Who leaves in each round: this one and those after it. */
  private readonly leaving: Int32Array = new Int32Array(ROUNDS);
  private current = 0;
  private nextTurn: number;
  /** Who leaves beyond the last round, and when the last of them does, ns. */
  private late = 0;
  private lateUntil = -0;

  /** Room for `limit`; who has ended stays for `rest` ns. */
  constructor(limit: number, rest: number) {
    this.limit = limit;
    this.rest = rest;
    this.round = Math.max(SHORTEST, Math.ceil(rest / FINENESS));
    this.nextTurn = this.round;
  }

  /** One enters at `now` (ns). False: there may be no room for it. */
  enter(now: number): boolean {
    return this.enterAll(1, now);
  }

  /** So many enter from `now` (ns) on. */
  enterAll(count: number, now: number): boolean {
    if (now >= this.nextTurn) this.turn(now);
    this.held += count;
    return this.held <= this.limit;
  }

  /** One of those in the place ends at `end` (ns), which is not before the last one entered. */
  ends(end: number): void {
    const round = Math.floor((end + this.rest) / this.round) + 1;
    if (round - this.current < ROUNDS) {
      this.leaving[round & (ROUNDS - 1)]++;
    } else {
      this.late++;
      this.lateUntil = Math.max(this.lateUntil, round * this.round);
    }
  }

  private turn(now: number): void {
    const target = Math.floor(now / this.round);
    const { leaving } = this;
    for (let left = Math.min(target - this.current, ROUNDS); left > 0; left--) {
      const place = (target - left + 1) & (ROUNDS - 1);
      this.held -= leaving[place];
      leaving[place] = 0;
    }
    this.current = target;
    this.nextTurn = (target + 1) * this.round;
    if (this.late > 0 && now >= this.lateUntil) {
      this.held -= this.late;
      this.late = 0;
    }
  }
}
