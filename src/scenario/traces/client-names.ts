/** Names of clients by numbers, in the order in which they come; told by their bytes, without a string for each row. */
import { textOf } from './decimals.ts';

/** A file with more names has something else in that column. */
export const CLIENT_NAMES_MAX = 10_000;

export class ClientNames {
  readonly names: string[] = [];
  private readonly bytes: Uint8Array[] = [];
  /** Numbers by a hash of the name. */
  private readonly byHash = new Map<number, number[]>();
  private last = -1;

  /** The number of a name; -1: there are too many. */
  numberOf(bytes: Uint8Array, from: number, to: number): number {
    if (this.last >= 0 && this.isName(this.last, bytes, from, to)) return this.last;
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    const found = this.byHash.get(hash)?.find((number) => this.isName(number, bytes, from, to));
    this.last = found ?? this.add(hash, bytes.slice(from, to));
    return this.last;
  }

  private isName(number: number, bytes: Uint8Array, from: number, to: number): boolean {
    const name = this.bytes[number]!;
    if (name.length !== to - from) return false;
    for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false;
    return true;
  }

  private add(hash: number, name: Uint8Array): number {
    const number = this.names.length;
    if (number === CLIENT_NAMES_MAX) return -1;
    this.names.push(textOf(name, 0, name.length));
    this.bytes.push(name);
    const others = this.byHash.get(hash);
    if (others === undefined) this.byHash.set(hash, [number]);
    else others.push(number);
    return number;
  }
}
