/** Poisson arrivals: exponential times between them. */
import type { Duration } from '../../../base/time.ts';
import { createSampler } from '../../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { ArrivalTimes } from './arrival-times.ts';

export class PoissonTimes implements ArrivalTimes {
  private readonly gaps: { next(): number };
  private at: number;

  /** `rate` a second, after `from` (ns). */
  constructor(rate: number, stream: RandomStream, from: number) {
    this.at = from;
    const mean = rate > 0 ? 1e9 / rate : Infinity;
    this.gaps =
      mean < Infinity
        ? createSampler({ kind: 'exponential', mean: mean as Duration }, stream)
        : { next: () => Infinity };
  }

  next(): number {
    this.at += this.gaps.next();
    return this.at;
  }
}
