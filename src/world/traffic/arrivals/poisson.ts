/** Poisson arrivals: exponential times between them. */
import type { Duration } from '../../../base/time.ts';
import { createSampler, type Sampler } from '../../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { ArrivalTimes } from './arrival-times.ts';

export class PoissonTimes implements ArrivalTimes {
  /** Null: it never comes to one. */
  private readonly gaps: Sampler | null;
  private at: number;

  /** `rate` a second, after `from` (ns). */
  constructor(rate: number, stream: RandomStream, from: number) {
    this.at = from;
    const mean = rate > 0 ? 1e9 / rate : Infinity;
    this.gaps =
      mean < Infinity
        ? createSampler({ kind: 'exponential', mean: mean as Duration }, stream)
        : null;
  }

  next(): number {
    this.at += this.gaps === null ? Infinity : this.gaps.next();
    return this.at;
  }

  fill(out: Float64Array): void {
    if (this.gaps === null) out.fill(Infinity);
    else this.gaps.fill(out, out.length);
    let { at } = this;
    for (let i = 0; i < out.length; i++) {
      at += out[i];
      out[i] = at;
    }
    this.at = at;
  }
}
