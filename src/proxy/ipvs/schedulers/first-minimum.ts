/**
 * The first of the least of many numbers that change one at a time.
 *
 * Numbers have places in a window by their size, a place for each whole number, and what is outside is in the first or the last
 * place. Place and index together are a key; the least key that there is says which number is the least, and the first of these.
 * A number that changes gets a key more. The old one stays until it comes to be the least, and is taken out then. That of the
 * number found last is out already: as a rule it is the one that changes next.
 *
 * Where the least number is not whole, or outside of the window, all have to be looked through. The window moves
 * to it then.
 */
import { BitTree } from './bit-tree.ts';
import { BELOW, LAST_PLACE, WINDOW } from './window.ts';

/** No index; the key of what is Infinity. */
const NONE = -1;

export class FirstMinimum {
  private numbers: Float64Array = new Float64Array(0);
  /** The key of each number. */
  private keyOf: Int32Array = new Int32Array(0);
  /** Those and old ones. A key is a place, followed by so many bits of an index. */
  private keys: BitTree = new BitTree(WINDOW);
  private indexBits = 0;
  /** Where the window begins: a whole number. */
  private base = 0;
  /** The index found last, whose key is out, until its number changes. */
  private found = NONE;

  /** Makes room for `count` numbers, all Infinity. */
  reset(count: number): void {
    this.numbers = new Float64Array(count).fill(Infinity);
    this.keyOf = new Int32Array(count).fill(NONE);
    this.indexBits = 32 - Math.clz32(Math.max(0, count - 1));
    this.keys = new BitTree(WINDOW << this.indexBits);
    this.found = NONE;
  }

  /** One number changes. */
  set(index: number, value: number): void {
    this.numbers[index] = value;
    if (index === this.found) this.found = NONE;
    if (value === Infinity) {
      this.keyOf[index] = NONE;
      return;
    }
    const offset = value - this.base;
    const place = offset < 0 ? 0 : offset < LAST_PLACE ? offset | 0 : LAST_PLACE;
    const key = (place << this.indexBits) | index;
    this.keyOf[index] = key;
    this.keys.add(key);
  }

  /** Index of the first of the least numbers; -1: all are Infinity. */
  first(): number {
    const { numbers, keyOf, keys, base, indexBits } = this;
    if (this.found !== NONE) keys.add(keyOf[this.found]);
    this.found = NONE;
    for (;;) {
      const key = keys.takeLeast();
      if (key < 0) return -1;
      const index = key & ((1 << indexBits) - 1);
      if (keyOf[index] !== key) continue;
      const place = key >> indexBits;
      if (place > 0 && place < LAST_PLACE && numbers[index] === base + place) {
        this.found = index;
        return index;
      }
      keys.add(key);
      return this.lookThrough();
    }
  }

  /** Looks through all numbers for the first of the least, and moves the window there. */
  private lookThrough(): number {
    const { numbers, keys } = this;
    let first = 0;
    for (let i = 1; i < numbers.length; i++) if (numbers[i] < numbers[first]) first = i;
    const base = Math.floor(numbers[first]) - BELOW;
    if (base !== this.base) {
      this.base = base;
      keys.clear();
      for (let i = 0; i < numbers.length; i++) this.set(i, numbers[i]);
    }
    return first;
  }
}
