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
    words[word] |= 1 << number;
    while (word > 0) {
      word--;
      const bit = 1 << word;
      word >>>= 5;
      if ((words[word] & bit) !== 0) return;
      words[word] |= bit;
    }
  }

  remove(number: number): void {
    const { words } = this;
    let word = this.leaves + (number >>> 5);
    words[word] &= ~(1 << number);
    while (words[word] === 0 && word > 0) {
      word--;
      const bit = 1 << word;
      word >>>= 5;
      words[word] &= ~bit;
    }
  }

  /** The least number; -1: there is none. */
  least(): number {
    const { words, leaves } = this;
    if (words[0] === 0) return -1;
    let word = 0;
    while (word < leaves) word = 32 * word + 1 + lowestBit(words[word]);
    return 32 * (word - leaves) + lowestBit(words[word]);
  }
}

/** Number of the lowest bit of a word that is not 0. */
const lowestBit = (word: number): number => 31 - Math.clz32(word & -word);
