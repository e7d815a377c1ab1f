/**
 * A family of random sequences, one for each pair of whole numbers: what is drawn for one pair is the same in whatever
 * order the pairs come up, and however many come up between. Two runs that differ in order alone then give the
 * same thing the same numbers (common random numbers).
 *
 * Counter-based, as J. K. Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011: the pair is mixed with
 * words of the family's own (by MurmurHash3's finaliser) into the state that a generator starts from. Taking up a
 * sequence costs five mixings, and nothing is allocated.
 */
import { scramble } from '../base/scramble.ts';
import { RandomStream } from './random.ts';

export class KeyedStream {
  private readonly stream: RandomStream;
  private readonly first: number;
  private readonly second: number;
  private readonly third: number;

  /** The family `name` of the run with this seed. */
  constructor(seed: number, name: string) {
    this.stream = RandomStream.open(seed, name);
    this.first = this.stream.bits();
    this.second = this.stream.bits();
    this.third = this.stream.bits();
  }

  /** A word of its own. */
  get word(): number {
    return this.first;
  }

  /** The sequence of a pair, from its start: good until the next one is taken up. Numbers count by their low 32 bits. */
  at(one: number, other: number): RandomStream {
    const a = scramble(scramble((this.first + one) | 0) ^ other);
    const b = scramble((scramble(this.second ^ other) + one) | 0);
    const c = scramble((a + Math.imul(b, 0x9e3779b1) + this.third) | 0);
    this.stream.restart(a, b, c);
    return this.stream;
  }
}
