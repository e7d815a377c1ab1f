/** The half of the package that unpacks, as far as it is used. */
declare module 'pako/lib/inflate.js' {
  export class Inflate {
    constructor(options: { readonly chunkSize: number; readonly windowBits: number });
    readonly ended: boolean;
    readonly strm: { readonly avail_in: number };
    onData: (part: Uint8Array) => void;
    onEnd: (status: number) => void;
    push(bytes: Uint8Array, isLast: boolean): boolean;
  }
}
