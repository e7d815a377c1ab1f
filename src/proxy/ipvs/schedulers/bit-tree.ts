/**
 * A set of whole numbers below a bound, with the least of them at hand: a tree of words of 32 bits. In the leaves
 * a bit is a number; above, a bit says that the word below it is not 0. The children of word n are the words from 32 n + 1 on.
 *
 * Bits are numbered from the highest on, as the processor finds the highest with one instruction: bit n is 1 << ~n, of whose
 * distance five bits count.
 */
export class BitTree {
  private readonly words: Int32Array;
  /** The first leaf. */
  private readonly leaves: number;

  /** Of numbers from 0 to `bound` - 1; empty. */
  constructor(bound: number) {
    const needed = Math.ceil(bound / 32);
    let leaves = 0;
    for (let room = 1; room < needed; room *= 32) leaves += room;
    this.leaves = leaves;
    this.words = new Int32Array(leaves + needed);
  }

  clear(): void {
    this.words.fill(0);
  }

  add(number: number): void {
    const { words } = this;
    let word = this.leaves + (number >>> 5);
    words[word] |= 1 << ~number;
    while (word > 0) {
      const bit = 1 << ~--word;
      word >>>= 5;
      if ((words[word] & bit) !== 0) return;
      words[word] |= bit;
    }
  }

  /** Takes the least number out; -1: there is none. */
  takeLeast(): number {
    const { words, leaves } = this;
    if (words[0] === 0) return -1;
    let word = 0;
    while (word < leaves) word = ((word << 5) + 1 + Math.clz32(words[word])) | 0;
    const number = ((word - leaves) << 5) | Math.clz32(words[word]);
    words[word] &= ~(1 << ~number);
    while (words[word] === 0 && word > 0) {
      const bit = 1 << ~--word;
      word >>>= 5;
      words[word] &= ~bit;
    }
    return number;
  }
}
