/**
 * Bursts: Poisson arrivals at one rate while a source is on, and none while it is off. With exponential durations it is
 * the interrupted Poisson process (A. Kuczura, The interrupted Poisson process as an overflow process, Bell System
 * Technical Journal 52, 1973).
 *
 * The source starts on with the share of time for which it is on, and with a whole duration of that phase. For exponential
 * durations that is its steady state; with others it comes to it after some phases, for which there is the warm-up.
 * Arrivals are laid out on the time that the source has been on, so that its phases do not change how they are drawn.
 */
import { assert } from '../../../base/assert.ts';
import { createSampler, createUnitExponential } from '../../../engine/distributions/sampler.ts';
import type { Sampler } from '../../../engine/distributions/sampler.ts';
import type { ArrivalOf, ArrivalStreams, ArrivalTimes } from './arrival-times.ts';

export class OnOffTimes implements ArrivalTimes {
  private readonly exponential: { next(): number };
  private readonly on: Sampler;
  private readonly off: Sampler;
  /** Mean time between arrivals while it is on, ns. */
  private readonly gap: number;
  private at: number;
  /** Until when it is on, ns. */
  private onUntil: number;

  /** After `from` (ns). */
  constructor(arrival: ArrivalOf<'onOff'>, streams: ArrivalStreams, from: number) {
    const { phases } = streams;
    const startsWith = phases.next();
    this.on = createSampler(arrival.on, phases);
    this.off = createSampler(arrival.off, phases);
    this.exponential = createUnitExponential(streams.arrivals);
    this.gap = 1e9 / arrival.rate;
    const { mean } = this.on;
    assert(mean > 0, 'bursts that last no time');
    const share = mean === Infinity ? 1 : mean / (mean + this.off.mean);
    this.at = from;
    this.onUntil = from;
    if (startsWith < share) this.onUntil += this.on.next();
  }

  next(): number {
    let target = this.exponential.next() * this.gap;
    while (this.at + target >= this.onUntil) {
      target -= this.onUntil - this.at;
      this.at = this.onUntil + this.off.next();
      this.onUntil = this.at + this.on.next();
    }
    this.at += target;
    return Math.round(this.at);
  }
}
