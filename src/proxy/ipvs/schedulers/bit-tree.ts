/**
 * A set of whole numbers below a bound, with the least of them at hand: a tree of words of 32 bits. In the leaves
 * a bit is a number; above, a bit says that the word below it is not 0. The children of word n are the words from 32 n + 1 on.
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
    words[word] |= bitOf(number);
    while (word > 0) {
      const bit = bitOf(--word);
      word >>>= 5;
      if ((words[word] & bit) !== 0) return;
      words[word] |= bit;
    }
  }

  remove(number: number): void {
    const { words } = this;
    let word = this.leaves + (number >>> 5);
    words[word] &= ~bitOf(number);
    while (words[word] === 0 && word > 0) {
      const bit = bitOf(--word);
      word >>>= 5;
      words[word] &= ~bit;
    }
  }

  /** The least number; -1: there is none. */
  least(): number {
    const { words, leaves } = this;
    if (words[0] === 0) return -1;
    let word = 0;
    while (word < leaves) word = ((word << 5) + 1 + Math.clz32(words[word])) | 0;
    return ((word - leaves) << 5) | Math.clz32(words[word]);
  }
}

/** Bits are numbered from the highest on, as the processor finds the highest with one instruction. */
const bitOf = (number: number): number => 1 << ~number;
