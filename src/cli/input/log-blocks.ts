/** Logs of any size from files and standard input, unpacked where they are gzipped, as text in blocks. */
import { createReadStream, statSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { whyUnreadable } from '../../study/files/read-error.ts';
import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';
import { STANDARD_INPUT } from './source-files.ts';

const BLOCK_BYTES = 256 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b] as const;

function readFailure(file: string, error: unknown): CommandFailure {
  return new CommandFailure(EXIT.invalid, `cannot read ${file}: ${whyUnreadable(error)}`);
}

/** @throws CommandFailure where a file is not there, before anything is read. */
export function checkLog(file: string): void {
  if (file === STANDARD_INPUT) return;
  try {
    if (statSync(file).isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
  } catch (error) {
    throw readFailure(file, error);
  }
}

async function* unpacked(bytes: Readable): AsyncGenerator<Buffer> {
  const blocks = bytes[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let first = Buffer.alloc(0);
  while (first.length < GZIP_MAGIC.length) {
    const block = await blocks.next();
    if (block.done === true) break;
    first = Buffer.concat([first, block.value]);
  }
  const rest = async function* (): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first;
    for (let block = await blocks.next(); block.done !== true; block = await blocks.next()) {
      yield block.value;
    }
  };
  if (!GZIP_MAGIC.every((byte, i) => first[i] === byte)) {
    yield* rest();
    return;
  }
  const gunzip = createGunzip({ chunkSize: BLOCK_BYTES });
  // What goes wrong on the way comes out of the loop below.
  pipeline(Readable.from(rest()), gunzip, () => {});
  for await (const block of gunzip) yield block as Buffer;
}

/**
 * The text of a log. Bytes that are no UTF-8 become U+FFFD: logs hold what callers have sent.
 *
 * @throws CommandFailure
 */
export async function* logBlocks(file: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  const bytes =
    file === STANDARD_INPUT
      ? process.stdin
      : createReadStream(file, { highWaterMark: BLOCK_BYTES });
  try {
    for await (const block of unpacked(bytes)) yield decoder.decode(block, { stream: true });
  } catch (error) {
    throw readFailure(file, error);
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}
