/** Probes that wait for their turn at a pod, behind the requests that were there when they came. */
import type { ProbeCheck } from './probe-check.ts';

export class ProbeLine {
  length: number = 0;
  private checks: ProbeCheck[] = [];

  /** Behind so many requests that wait for a worker. */
  join(check: ProbeCheck, requests: number): void {
    check.turnsLeft = requests + 1;
    this.checks.push(check);
    this.length++;
  }

  leave(check: ProbeCheck): void {
    const at = this.checks.indexOf(check);
    if (at < 0) return;
    this.checks.splice(at, 1);
    this.length--;
  }

  /** A worker has become free: for the request that has waited longest, or for a probe before it. */
  turn(): void {
    const { checks } = this;
    for (const check of checks) check.turnsLeft--;
    while (checks.length > 0 && checks[0].turnsLeft === 0) {
      this.length--;
      checks.shift()!.answered(true);
    }
  }

  /** The process dies: whoever waits is reset. */
  fail(): void {
    const { checks } = this;
    this.checks = [];
    this.length = 0;
    for (const check of checks) check.answered(false);
  }
}
