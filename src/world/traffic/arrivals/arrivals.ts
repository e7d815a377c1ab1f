/**
 * Open-loop arrivals: when the next request of a client is due, whatever became of the ones before.
 *
 * Piecewise rates are non-homogeneous Poisson processes, made by the time change: the k-th arrival falls
 * where the integral of the rate reaches the sum of k standard exponential variates.
 */
import { assert } from '../../../base/assert.ts';
import type { Duration } from '../../../base/time.ts';
import type { Arrival } from '../../../contract/plan.ts';
import { createSampler, createUnitExponential } from '../../../engine/distributions/sampler.ts';
import { SimEvent, type EventQueue } from '../../../engine/event-queue.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { Client } from '../client.ts';

/** The instants of arrivals, one after the other, in ns; Infinity: no more. */
export interface ArrivalTimes {
  next(): number;
}

/** The event of a client's next arrival. */
export class Arrivals extends SimEvent {
  private readonly queue: EventQueue;
  private readonly client: Client;
  times: ArrivalTimes;
  private readonly until: number;
  private readonly stream: RandomStream;
  /** What the arrivals of the plan have been replaced with, the last first. */
  private replacements: readonly Arrival[] = [];

  /** Arrivals from the start of the run up to `until` (ns), exclusive. */
  constructor(queue: EventQueue, client: Client, stream: RandomStream, until: number) {
    super(queue, 3);
    this.queue = queue;
    this.client = client;
    this.stream = stream;
    this.times = arrivalTimes(client.plan.arrival, stream, 0);
    this.until = until;
  }

  /** From now on requests arrive so. Returns what undoes it: others that have replaced it since stay. */
  replace(arrival: Arrival): () => void {
    // An object of its own, so that the same arrivals twice are two replacements.
    const replacement = { ...arrival };
    this.replaceBy([replacement, ...this.replacements]);
    return () => this.replaceBy(this.replacements.filter((other) => other !== replacement));
  }

  private replaceBy(replacements: readonly Arrival[]): void {
    const isAnother = replacements[0] !== this.replacements[0];
    this.replacements = replacements;
    if (!isAnother) return;
    const { client, queue, stream } = this;
    queue.cancel(this);
    this.times = arrivalTimes(replacements[0] ?? client.plan.arrival, stream, queue.now);
    this.proceed();
  }

  /** Schedules the next arrival. */
  proceed(): void {
    const at = this.times.next();
    if (at < this.until) this.queue.scheduleEntry(this.entry, at);
  }

  override fire(): void {
    this.proceed();
    this.client.issue();
  }
}

/** Arrivals after `from` (ns). */
function arrivalTimes(arrival: Arrival, stream: RandomStream, from: number): ArrivalTimes {
  switch (arrival.kind) {
    case 'poisson':
      return new PoissonTimes(arrival.rate, stream, from);
    case 'constant':
      return new ConstantTimes(arrival.rate, from);
    case 'steps':
      return new PiecewiseTimes(arrival.points, false, stream, from);
    case 'ramp':
      return new PiecewiseTimes(arrival.points, true, stream, from);
  }
}

class PoissonTimes implements ArrivalTimes {
  private readonly gaps: { next(): number };
  private at: number;

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

class ConstantTimes implements ArrivalTimes {
  private readonly rate: number;
  private readonly from: number;
  private count = 0;

  constructor(rate: number, from: number) {
    this.rate = rate;
    this.from = from;
  }

  /** Rounded from the exact instant each, so that roundings do not add up. */
  next(): number {
    return this.from + Math.round((++this.count * 1e9) / this.rate);
  }
}

/** A piece of a rate function: from `from` ns on, the rate (1/ns) starts at `rate` and grows by `slope` (1/ns²). */
interface Piece {
  readonly from: number;
  readonly rate: number;
  readonly slope: number;
}

class PiecewiseTimes implements ArrivalTimes {
  private readonly pieces: readonly Piece[];
  private readonly exponential: { next(): number };
  private piece = 0;
  private at: number;

  constructor(
    points: readonly { readonly at: number; readonly rate: number }[],
    linear: boolean,
    stream: RandomStream,
    from: number,
  ) {
    this.at = from;
    this.pieces = piecesOf(points, linear);
    while ((this.pieces[this.piece + 1]?.from ?? Infinity) <= from) this.piece++;
    this.exponential = createUnitExponential(stream);
  }

  next(): number {
    let target = this.exponential.next();
    for (;;) {
      const { from, rate, slope } = this.pieces[this.piece];
      const end = this.pieces[this.piece + 1]?.from ?? Infinity;
      const rateNow = Math.max(rate + slope * (this.at - from), 0);
      const reached = this.at + timeToReach(target, rateNow, slope);
      if (reached < end) {
        this.at = reached;
        return Math.round(reached);
      }
      if (end === Infinity) return Infinity;
      const span = end - this.at;
      target -= rateNow * span + (slope * span * span) / 2;
      this.at = end;
      this.piece++;
    }
  }
}

/** The time after which the integral of rate + slope·t reaches `target`; Infinity: never. */
function timeToReach(target: number, rate: number, slope: number): number {
  if (target <= 0) return 0;
  if (slope === 0) return rate > 0 ? target / rate : Infinity;
  const discriminant = rate * rate + 2 * slope * target;
  if (discriminant < 0) return Infinity;
  // The stable form of the root: no difference of near equals.
  return (2 * target) / (rate + Math.sqrt(discriminant));
}

/** Constant before the first point and after the last. */
function piecesOf(
  points: readonly { readonly at: number; readonly rate: number }[],
  linear: boolean,
): Piece[] {
  assert(points.length > 0, 'a piecewise arrival process has no points');
  const pieces: Piece[] = [{ from: 0, rate: points[0].rate / 1e9, slope: 0 }];
  points.forEach((point, i) => {
    const next = points[i + 1];
    // Two points at one instant are a jump.
    const rises = linear && next !== undefined && next.at > point.at;
    const slope = rises ? (next.rate - point.rate) / 1e9 / (next.at - point.at) : 0;
    pieces.push({ from: point.at, rate: point.rate / 1e9, slope });
  });
  return pieces;
}
