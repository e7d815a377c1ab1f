/** Evenly spaced arrivals, the first after the first gap. */
import type { ArrivalTimes } from './arrival-times.ts';

export class ConstantTimes implements ArrivalTimes {
  private readonly rate: number;
  private readonly from: number;
  private count = 0;

  /** `rate` a second, after `from` (ns). */
  constructor(rate: number, from: number) {
    this.rate = rate;
    this.from = from;
  }

  /** Rounded from the exact instant each, so that roundings do not add up. */
  next(): number {
    return this.from + Math.round((++this.count * 1e9) / this.rate);
  }
}
