/** How much of a recording was reproduced, and where it first went another way. */
import type { Row } from '../csv.ts';

export class Tally {
  picks: number = 0;
  samePicks: number = 0;
  snapshots: number = 0;
  sameSnapshots: number = 0;
  firstDifference: string | null = null;

  pick(row: Row, expected: string, actual: string): void {
    this.picks++;
    if (expected === actual) this.samePicks++;
    else this.differ(row, `recorded ${expected}, picked ${actual}`);
  }

  /** What the kernel showed of its state: counters or a template. */
  snapshot(row: Row, expected: string, actual: string): void {
    this.snapshots++;
    if (expected === actual) this.sameSnapshots++;
    else this.differ(row, `recorded ${expected}, found ${actual}`);
  }

  add(other: Tally): void {
    this.picks += other.picks;
    this.samePicks += other.samePicks;
    this.snapshots += other.snapshots;
    this.sameSnapshots += other.sameSnapshots;
    this.firstDifference ??= other.firstDifference;
  }

  get isComplete(): boolean {
    return this.samePicks === this.picks && this.sameSnapshots === this.snapshots;
  }

  private differ(row: Row, what: string): void {
    const step = row.text('step');
    const at = step === '' ? `at ${row.text('t_s')} s` : `step ${step}`;
    this.firstDifference ??= `line ${row.line}, run ${row.text('run')}, ${at}: ${what}`;
  }
}
