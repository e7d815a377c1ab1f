/**
 * gzip (RFC 1952) as it comes, a stretch at a time: Node's own zlib either wants all of a file at once or answers later,
 * and a run waits for nobody.
 */
import { Inflate } from 'pako/lib/inflate.js';
import { SourceError } from '../text/source.ts';
import type { ByteSource } from '../text/source.ts';

/** Small: what is unpacked of one stretch is held at once, and may be a thousand times as long. */
const PACKED_BYTES = 16 * 1024;
const UNPACKED_BYTES = 64 * 1024;

export const isPacked = (path: string): boolean => path.endsWith('.gz');

/** What a packed source holds, its members (as `cat a.gz b.gz` makes) one after the other. */
export class Unpacked implements ByteSource {
  readonly stamp: string;
  private readonly packed: ByteSource;
  private readonly input = new Uint8Array(PACKED_BYTES);
  /** Unpacked and not yet read, the first from `at` on. */
  private parts: Uint8Array[] = [];
  private at = 0;
  /** Null: between two members. */
  private member: Inflate | null = null;
  private members = 0;
  private isOver = false;

  constructor(packed: ByteSource) {
    this.packed = packed;
    this.stamp = packed.stamp;
  }

  read(into: Uint8Array): number {
    while (this.parts.length === 0 && !this.isOver) this.unpack();
    let filled = 0;
    while (filled < into.length && this.parts.length > 0) {
      const [part] = this.parts;
      const taken = part!.subarray(this.at, this.at + into.length - filled);
      into.set(taken, filled);
      filled += taken.length;
      this.at += taken.length;
      if (this.at < part!.length) break;
      this.parts.shift();
      this.at = 0;
    }
    return filled;
  }

  /** Unpacks what the next stretch holds. */
  private unpack(): void {
    const length = this.packed.read(this.input);
    if (length === 0) {
      this.isOver = true;
      if (this.member !== null) throw new SourceError('the file ends in the middle (gzip)');
      if (this.members === 0) throw new SourceError('it is empty, and not packed with gzip');
      return;
    }
    let rest = this.input.subarray(0, length);
    while (rest.length > 0) {
      // Zeros after the last member are padding.
      if (this.member === null && this.members > 0 && rest.every((byte) => byte === 0)) return;
      rest = rest.subarray(this.feed(rest));
    }
  }

  /** How many bytes have been taken: all, or those up to the end of a member. */
  private feed(bytes: Uint8Array): number {
    this.member ??= this.begin();
    const { member } = this;
    member.push(bytes, false);
    if (!member.ended) return bytes.length;
    this.member = null;
    this.members++;
    return bytes.length - member.strm.avail_in;
  }

  private begin(): Inflate {
    // 16: with the header of gzip, and its checksum at the end.
    const member = new Inflate({ chunkSize: UNPACKED_BYTES, windowBits: 15 + 16 });
    member.onData = (part) => void this.parts.push(part);
    member.onEnd = (status) => {
      if (status !== 0) throw new SourceError('it is not packed with gzip, or it is damaged');
    };
    return member;
  }
}
