/**
 * Samples of durations, drawn in blocks. One class for all distributions, so that the code that asks
 * for a sample always meets the same shape and the call inlines to a read from an array.
 */
import { assert } from '../../base/assert.ts';
import { TIME_MAX } from '../../base/time.ts';
import type { Distribution } from '../../contract/plan.ts';
import { exponential } from './exponential.ts';
import { createVariate } from './registry.ts';
import type { Variate } from './variate.ts';
import type { RandomStream } from '../random.ts';

// Blocks double up to the largest, so that thousands of samplers that are hardly used stay small.
const FIRST_BLOCK = 8;
const LARGEST_BLOCK = 256;
// As many as that are copied faster one by one than as a piece of the block.
const FEW = 16;
const NOTHING = new Float64Array(0);

const sizeAfter = (size: number): number =>
  Math.min(Math.max(size * 2, FIRST_BLOCK), LARGEST_BLOCK);

/** Samples of one distribution from one stream, which should be the sampler's own. */
export class Sampler {
  /** The value, rounded, where the distribution has only one; else null. */
  readonly constant: number | null;
  /** Expected value in ns, before rounding; Infinity where there is none. */
  readonly mean: number;
  private readonly variate: Variate;
  private readonly stream: RandomStream;
  private readonly precision: 'whole' | 'as drawn';
  private block: Float64Array = NOTHING;
  private at = 0;

  constructor(variate: Variate, stream: RandomStream, precision: 'whole' | 'as drawn' = 'whole') {
    assert(variate.mean >= 0, `a distribution of durations has the mean ${variate.mean}`);
    this.variate = variate;
    this.stream = stream;
    this.precision = precision;
    this.mean = variate.mean;
    this.constant = variate.constant === null ? null : toDuration(variate.constant);
  }

  /** The next sample; where it is whole, ns from 0 to TIME_MAX, at which a heavier tail is cut off. */
  next(): number {
    if (this.at === this.block.length) this.refill();
    return this.block[this.at++]!;
  }

  /** Writes the next `count` samples to the start of `out`. */
  fill(out: Float64Array, count: number): void {
    if (count <= FEW) {
      for (let i = 0; i < count; i++) out[i] = this.next();
      return;
    }
    for (let done = 0; done < count;) {
      if (this.at === this.block.length) this.refill();
      const { at, block } = this;
      this.at = Math.min(at + count - done, block.length);
      out.set(block.subarray(at, this.at), done);
      done += this.at - at;
    }
  }

  private refill(): void {
    const size = sizeAfter(this.block.length);
    if (size !== this.block.length) this.block = new Float64Array(size);
    const { block } = this;
    if (this.constant === null) {
      this.variate.fill(block, size, this.stream);
      if (this.precision === 'whole') roundAll(block);
    } else {
      block.fill(this.constant);
    }
    this.at = 0;
  }
}

// floor(x + 1/2) takes half the time of Math.round, which treats -0 and halves with more care.
const toDuration = (value: number): number => Math.min(Math.floor(value + 0.5), TIME_MAX);

/** As toDuration: Math.min, too, asks more than there is to know of numbers that are not negative. */
function roundAll(block: Float64Array): void {
  for (let i = 0; i < block.length; i++) {
    const whole = Math.floor(block[i]! + 0.5);
    block[i] = whole > TIME_MAX ? TIME_MAX : whole;
  }
}

/** Samples of one distribution, one at a time, each from a stream that the caller gives: for draws that are keyed. */
export class SingleSampler {
  private readonly variate: Variate;
  private readonly block: Float64Array = new Float64Array(1);

  constructor(distribution: Distribution) {
    this.variate = createVariate(distribution);
  }

  /** Writes a sample, whole ns, to a place of `out`. */
  draw(stream: RandomStream, out: Float64Array, at: number): void {
    const { block } = this;
    this.variate.fill(block, 1, stream);
    out[at] = toDuration(block[0]!);
  }
}

/** Samples of a plan's `distribution` from `stream`. */
export function createSampler(distribution: Distribution, stream: RandomStream): Sampler {
  return new Sampler(createVariate(distribution), stream);
}

/**
 * Exponential variates of mean 1 from `stream`, not rounded and never 0: the steps, in expected events, of
 * a Poisson process whose rate changes.
 */
export function createUnitExponential(stream: RandomStream): Sampler {
  return new Sampler(exponential({ mean: 1 }), stream, 'as drawn');
}
