/**
 * How many are at an M/M/c, and the same together with others elsewhere: folding a station with chances by number takes a
 * step per number and server, as beyond `servers` the chances fall by the same factor each.
 */

/** Chances of a Poisson variable up to `most`, but for a common factor. */
export function poissonChances(mean: number, most: number): Float64Array {
  const chances = new Float64Array(most + 1);
  const mode = Math.min(Math.floor(mean), most);
  chances[mode] = 1;
  for (let n = mode; n > 0; n--) chances[n - 1] = (chances[n]! * n) / mean;
  for (let n = mode + 1; n <= most; n++) chances[n] = (chances[n - 1]! * mean) / n;
  return chances;
}

export class QueueLengths {
  /** Mean number of users; chance that all servers are busy. */
  readonly mean: number;
  readonly busy: number;
  private readonly servers: number;
  /** Of each number from `servers` on to that of one fewer. */
  private readonly ratio: number;
  /** Chance of so many, up to `servers`; and what of it is more than `ratio` times the chance of one fewer. */
  private readonly chances: Float64Array;
  private readonly steps: Float64Array;

  /** `load`: servers that are busy on average; below `servers`. */
  constructor(servers: number, load: number) {
    this.servers = servers;
    this.ratio = load / servers;
    const chances = poissonChances(load, servers);
    const beyond = chances[servers]! / (1 - this.ratio);
    let sum = beyond;
    for (let n = 0; n < servers; n++) sum += chances[n]!;
    for (let n = 0; n <= servers; n++) chances[n]! /= sum;
    this.chances = chances;
    this.busy = beyond / sum;
    this.mean = load + (this.busy * this.ratio) / (1 - this.ratio);
    this.steps = new Float64Array(servers);
    this.steps[0] = chances[0]!;
    for (let n = 1; n < servers; n++) {
      this.steps[n] = chances[n - 1]! * load * (1 / n - 1 / servers);
    }
  }

  /** Chances of so many users here and elsewhere together, by those of elsewhere. */
  fold(elsewhere: Float64Array): Float64Array {
    return this.sum(elsewhere, this.steps, 0);
  }

  /** The same, of those with whom all servers here are busy. */
  foldBusy(elsewhere: Float64Array): Float64Array {
    return this.sum(elsewhere, this.chances.subarray(this.servers), this.servers);
  }

  /** The same, times the number of users here. */
  foldLengths(elsewhere: Float64Array): Float64Array {
    const { ratio, servers, chances } = this;
    const made = new Float64Array(elsewhere.length);
    const busy = this.foldBusy(elsewhere);
    let waiting = 0;
    for (let n = 0; n < made.length; n++) {
      if (n > 0) waiting = ratio * (waiting + busy[n - 1]!);
      let sum = servers * busy[n]! + waiting;
      for (let j = Math.min(n, servers - 1); j > 0; j--) sum += j * chances[j]! * elsewhere[n - j]!;
      made[n] = sum;
    }
    return made;
  }

  /** What `steps`, from the number `first` on, and then `ratio` make of chances. */
  private sum(elsewhere: Float64Array, steps: Float64Array, first: number): Float64Array {
    const { ratio } = this;
    const made = new Float64Array(elsewhere.length);
    const count = first === 0 ? steps.length : 1;
    let last = 0;
    for (let n = first; n < made.length; n++) {
      last *= ratio;
      for (let j = Math.min(n - first, count - 1); j >= 0; j--) {
        last += steps[j]! * elsewhere[n - first - j]!;
      }
      made[n] = last;
    }
    return made;
  }
}
