/**
 * A digest of what fired when: two runs with equal digests took the same way. Each event adds a number that
 * both halves of its time and its own number are scrambled into. The order of adding does not matter, so that whoever
 * knows beforehand what will happen may say so as it comes.
 */

/** What events that share an object over a run are told apart by: the requests and connections that it stands for. */
export const requestId = (request: number): number => request << 1;
export const connectionId = (connection: number): number => (connection << 1) | 1;

export class Trajectory {
  private first = 0;
  private second = 0;

  /** The event numbered `id` fires at `at` (ns). */
  pass(at: number, id: number): void {
    // Written out twice: a call that is not inlined puts its numbers on the heap.
    let a = Math.imul((at | 0) ^ 0x1234567, 0x9e3779b1);
    a ^= a >>> 15;
    let b = Math.imul(a + id, 0x85ebca6b);
    b ^= b >>> 13;
    a = Math.imul(a + b + ((at / 4294967296) | 0), 0xc2b2ae35);
    a ^= a >>> 16;
    b = Math.imul(b ^ a, 0x27d4eb2f);
    this.first = (this.first + a) | 0;
    this.second = (this.second + (b ^ (b >>> 15))) | 0;
  }

  /** The events numbered `ids` fire at `at` (ns): the first `count` of these. */
  passAll(at: Float64Array, ids: Int32Array, count: number): void {
    let { first, second } = this;
    for (let i = 0; i < count; i++) {
      const instant = at[i]!;
      let a = Math.imul((instant | 0) ^ 0x1234567, 0x9e3779b1);
      a ^= a >>> 15;
      let b = Math.imul(a + ids[i]!, 0x85ebca6b);
      b ^= b >>> 13;
      a = Math.imul(a + b + ((instant / 4294967296) | 0), 0xc2b2ae35);
      a ^= a >>> 16;
      b = Math.imul(b ^ a, 0x27d4eb2f);
      first = (first + a) | 0;
      second = (second + (b ^ (b >>> 15))) | 0;
    }
    this.first = first;
    this.second = second;
  }

  /** As hexadecimal digits. */
  hex(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return hex(this.first) + hex(this.second);
  }
}
