/** Arrivals with independent times between them, of any distribution; the first after such a time. */
import { assert } from '../../../base/assert.ts';
import type { Distribution } from '../../../contract/plan.ts';
import { createSampler } from '../../../engine/distributions/sampler.ts';
import type { Sampler } from '../../../engine/distributions/sampler.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { ArrivalTimes } from './arrival-times.ts';

export class RenewalTimes implements ArrivalTimes {
  private readonly gaps: Sampler;
  private at: number;

  /** After `from` (ns). */
  constructor(interarrival: Distribution, stream: RandomStream, from: number) {
    this.gaps = createSampler(interarrival, stream);
    assert(this.gaps.mean > 0, 'arrivals without end at one instant');
    this.at = from;
  }

  next(): number {
    this.at += this.gaps.next();
    return this.at;
  }
}
