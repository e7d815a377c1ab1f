/**
 * A digest of what fired when, in which order: two runs with equal digests took the same way. Of
 * each event it takes both halves of the time and the event's number; the running sum makes it one of
 * the order, too.
 */
export class Trajectory {
  private digest = 0x1234567;
  private sum = 0;

  /** The event numbered `id` fires at `at` (ns). */
  pass(at: number, id: number): void {
    const low = Math.imul(this.digest ^ (at | 0), 0x9e3779b1);
    this.digest = Math.imul(low ^ ((at / 4294967296) | 0), 0x85ebca6b) ^ id;
    this.sum = (Math.imul(this.sum, 31) + this.digest) | 0;
  }

  /** As hexadecimal digits. */
  hex(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.digest) + hex(this.sum);
  }
}
