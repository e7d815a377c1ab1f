/**
 * Endpoints that fail are left alone for a while, as Envoy's outlier detection and gRPC's (A50) do it: at once after
 * failures in a row, and once an interval those whose share of failures stands out. They come back after a time that
 * grows with how often they have been ejected of late.
 *
 * Nothing of this is an event: whoever picks goes on to the present first. Left out: chance in ejections
 * (enforcing percentages), jitter of their length, telling local failures from the endpoint's.
 */
import type { ErrorCause, OutlierDetection } from '../../../contract/plan.ts';

/** Failures that say nothing of the endpoint. */
const NOT_ITS_OWN: readonly ErrorCause[] = [
  'noPorts',
  'dns',
  'nodeDown',
  'circuitOpen',
  'limited',
  'cancelled',
];

/** What is known of how one endpoint fares. */
export class Health {
  consecutiveFailures: number = 0;
  /** In this interval. */
  successes: number = 0;
  failures: number = 0;
  /** When it was ejected, ns; -1: it is not. */
  ejectedAt: number = -1;
  /** How often it has been ejected of late. */
  ejections: number = 0;

  get isEjected(): boolean {
    return this.ejectedAt >= 0;
  }
}

export class OutlierDetector {
  private readonly rules: OutlierDetection;
  private all: readonly Health[] = [];
  private ejected = 0;
  private nextLook: number;

  constructor(rules: OutlierDetection, now: number) {
    this.rules = rules;
    this.nextLook = now + rules.interval;
  }

  /** These are the endpoints from now on. */
  watch(all: readonly Health[]): void {
    this.all = all;
    this.ejected = all.filter(({ isEjected }) => isEjected).length;
  }

  /** Goes on to the present (ns). Whether somebody was ejected or came back. */
  keepUp(now: number): boolean {
    if (now < this.nextLook) return false;
    let hasChanged = false;
    while (this.nextLook <= now) {
      if (this.look(this.nextLook)) hasChanged = true;
      this.nextLook += this.rules.interval;
    }
    return hasChanged;
  }

  /** A request has ended there now (ns). Whether that has ejected the endpoint. */
  observe(health: Health, cause: ErrorCause | null, now: number): boolean {
    if (cause === null) {
      health.consecutiveFailures = 0;
      health.successes++;
      return false;
    }
    if (NOT_ITS_OWN.includes(cause)) return false;
    health.failures++;
    health.consecutiveFailures++;
    const { consecutiveFailures } = this.rules;
    if (consecutiveFailures === null || health.consecutiveFailures < consecutiveFailures) {
      return false;
    }
    health.consecutiveFailures = 0;
    return this.eject(health, now);
  }

  private look(now: number): boolean {
    let hasChanged = false;
    for (const health of this.all) {
      if (!health.isEjected) {
        // Each interval without an ejection takes one back.
        if (health.ejections > 0) health.ejections--;
      } else if (now - health.ejectedAt >= this.ejectionTimeOf(health)) {
        health.ejectedAt = -1;
        this.ejected--;
        hasChanged = true;
      }
    }
    if (this.ejectBySuccessRate(now)) hasChanged = true;
    if (this.ejectByFailures(now)) hasChanged = true;
    for (const health of this.all) {
      health.successes = 0;
      health.failures = 0;
    }
    return hasChanged;
  }

  private ejectionTimeOf({ ejections }: Health): number {
    const { baseEjectionTime, maxEjectionTime } = this.rules;
    return Math.min(baseEjectionTime * ejections, Math.max(baseEjectionTime, maxEjectionTime));
  }

  /** Mean less so many standard deviations, over endpoints with requests enough. */
  private ejectBySuccessRate(now: number): boolean {
    const { successRate } = this.rules;
    if (successRate === null) return false;
    const { minimumHosts, requestVolume, stdevFactor } = successRate;
    const busy = this.all.filter((health) => volumeOf(health) >= requestVolume);
    if (busy.length < minimumHosts || busy.length === 0) return false;
    const rates = busy.map((health) => health.successes / volumeOf(health));
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
    const bound = mean - stdevFactor * Math.sqrt(variance);
    return this.ejectAll(
      busy.filter((_, i) => rates[i] < bound),
      now,
    );
  }

  private ejectByFailures(now: number): boolean {
    const { failurePercentage } = this.rules;
    if (failurePercentage === null) return false;
    const { minimumHosts, requestVolume, threshold } = failurePercentage;
    const busy = this.all.filter((health) => volumeOf(health) >= requestVolume);
    if (busy.length < minimumHosts) return false;
    return this.ejectAll(
      busy.filter((health) => health.failures >= threshold * volumeOf(health)),
      now,
    );
  }

  private ejectAll(bad: readonly Health[], now: number): boolean {
    let hasChanged = false;
    for (const health of bad) if (this.eject(health, now)) hasChanged = true;
    return hasChanged;
  }

  /** Unless so many are that nobody else may be. */
  private eject(health: Health, now: number): boolean {
    if (health.isEjected || this.ejected >= this.rules.maxEjection * this.all.length) return false;
    health.ejectedAt = now;
    health.ejections++;
    this.ejected++;
    return true;
  }
}

const volumeOf = ({ failures, successes }: Health): number => failures + successes;
