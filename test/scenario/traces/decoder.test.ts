/** Traces as they are read: whatever their columns' order, however they are cut and packed, the rows are the same. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Findings } from '../../../src/scenario/diagnostics/diagnostics.ts';
import { Unpacked } from '../../../src/scenario/traces/gunzip.ts';
import { RowDecoder } from '../../../src/scenario/traces/row-decoder.ts';
import type { RowFault } from '../../../src/scenario/traces/row-decoder.ts';
import { scanTrace } from '../../../src/scenario/traces/scan.ts';
import type { ByteSource } from '../../../src/scenario/text/source.ts';

const SEED = 20_261_123;

/** Bytes that come in stretches of at most `most`. */
function inStretches(bytes: Uint8Array, most = Infinity): ByteSource {
  let at = 0;
  return {
    stamp: 'same',
    read(into) {
      const part = bytes.subarray(at, at + Math.min(into.length, most));
      into.set(part);
      at += part.length;
      return part.length;
    },
  };
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

interface Decoded {
  readonly rows: readonly (readonly number[])[];
  readonly names: readonly string[];
  readonly faults: readonly RowFault[];
  readonly digest: string;
}

function decode(source: ByteSource, blockSize = 7): Decoded {
  const faults: RowFault[] = [];
  const decoder = new RowDecoder(source, blockSize, (fault) => faults.push(fault));
  const rows: number[][] = [];
  for (let count = decoder.next(); count > 0; count = decoder.next()) {
    const { at, client, demand, opens, connection, address, port } = decoder.rows;
    for (let i = 0; i < count; i++) {
      const columns = opens.length === 0 ? [client, demand] : [opens, connection, address, port];
      rows.push([at[i]!, ...columns.map((column) => column[i]!)]);
    }
  }
  return { rows, names: decoder.names.names, faults, digest: decoder.digestText() };
}

const ofText = (text: string): Decoded => decode(inStretches(bytesOf(text)));

const faultsOf = (text: string): readonly string[] =>
  ofText(text).faults.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('a trace of requests', () => {
  it('has instants in whole nanoseconds, names by number and demands where it says so', () => {
    const text =
      'at_ms,client,service_time_ms\n-1.5,web,\n0,api,2\n0.0000014,web,0.25\n1e3,"web", 3 \n';
    const { rows, names, faults } = ofText(text);
    expect(faults).toEqual([]);
    expect(names).toEqual(['web', 'api']);
    expect(rows).toEqual([
      [-1.5e6, 0, -1],
      [0, 1, 2e6],
      [1, 0, 0.25e6],
      [1e9, 0, 3e6],
    ]);
  });

  it('is the same with columns in another order, CRLF, blank lines, a byte order mark and columns of others', () => {
    const plain = ofText('at_ms,client\n1,a\n2,b\n');
    const other = ofText('\uFEFFx-status,client,at_ms\r\n200,a,1\r\n\r\n500,b,2');
    expect(other.rows).toEqual(plain.rows);
    expect(other.digest).toBe(plain.digest);
  });

  it('rounds to the nearest nanosecond exactly, as arithmetic on whole numbers does', () => {
    const digits = fc.nat({ max: 999_999_999 });
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.nat({ max: 8_000_000_000 }),
        digits,
        (isNegative, whole, part) => {
          const fraction = String(part).padStart(9, '0');
          const text = `${isNegative ? '-' : ''}${whole}.${fraction}`;
          const ns = BigInt(whole) * 1_000_000n + (BigInt(fraction) + 500n) / 1000n;
          const [row] = ofText(`at_ms\n${text}\n`).rows;
          expect(row![0]).toBe(isNegative ? 0 - Number(ns) : Number(ns));
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('says of each broken row where and how', () => {
    const rows = [
      'at_ms,client,service_time_ms',
      '1,web,2',
      'x,web,2',
      '0.5,web,2',
      '2,web',
      '2,,2',
      '2,web,-2',
      '2,web,0x10',
      '1e99,web,1',
      '3,"web,1',
      '3,"w"eb,1',
      '3,ü,z',
    ];
    expect(faultsOf(rows.join('\n'))).toEqual([
      '3:1 "x" is not a time in ms',
      '4:1 0.5 is before the row above it (1 ms)',
      '5:1 has 2 cells, and the first line names 3 columns',
      '6:3 no client is named',
      '7:7 -2 ms is negative',
      '8:7 "0x10" is not a time in ms',
      '9:1 1e99 ms is longer than 104 days, the longest time',
      '10:3 a quote is opened and not closed',
      '11:3 a quote is closed before the end of its cell',
      '12:5 "z" is not a time in ms',
    ]);
  });

  it.each([
    ['', 'the file is empty'],
    ['\n\n', 'the file is empty'],
    ['atms,client\n', 'the first line names no column at_ms; did you mean "atms"?'],
    ['at_ms,cliemt\n', 'a trace has no column "cliemt"; did you mean "client"?'],
    ['at_ms,at_ms\n', 'two columns are called at_ms'],
    ['at_ms,action\n', 'the first line names no column connection'],
    ['a\u0000t\u0000', 'it is not UTF-8 text'],
    [`at_ms${',x-'.repeat(70)}\n`, 'more than 64 columns'],
  ])('is refused with the header %j', (text, message) => {
    expect(faultsOf(text)[0]!.replace(/^\d+:\d+ /, '')).toBe(message);
  });

  it('ends at a line that is no row, however long it is', () => {
    const { faults, rows } = ofText(`at_ms\n1\n${'9'.repeat(3e6)}\n2\n`);
    expect(rows).toHaveLength(1);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      line: 3,
      message: 'a line of more than 64 KiB: this is no row',
    });
  });
});

describe('a trace of connections', () => {
  it('has actions, numbers, addresses and ports', () => {
    const { rows, faults } = ofText(
      'at_ms,action,connection,client_ip,client_port\n0,open,7,10.1.0.5,20001\n1,close,7,,\n2,open,8,,',
    );
    expect(faults).toEqual([]);
    expect(rows).toEqual([
      [0, 1, 7, 0x0a010005, 20_001],
      [1e6, 0, 7, -1, -1],
      [2e6, 1, 8, -1, -1],
    ]);
  });

  it('says of each broken row where and how', () => {
    const rows = [
      'at_ms,action,connection,client_ip,client_port',
      '0,opened,1,,',
      '0,open,one,,',
      '0,open,1,10.1.0.256,',
      '0,open,1,10.1.0,',
      '0,open,1,,65536',
      '0,open,1,,0',
    ];
    expect(faultsOf(rows.join('\n'))).toEqual([
      '2:3 "opened" is not an action',
      '3:8 "one" is not the number of a connection',
      '4:10 "10.1.0.256" is not an IPv4 address',
      '5:10 "10.1.0" is not an IPv4 address',
      '6:11 "65536" is not a port',
      '7:11 "0" is not a port',
    ]);
  });

  it('opens what is not open and closes what is', () => {
    const text =
      'at_ms,action,connection\n0,open,1\n1,open,1\n2,close,2\n3,close,1\n4,close,1\n5,open,1\n';
    const findings = new Findings();
    expect(scanTrace('t.csv', inStretches(bytesOf(text)), findings)).toBeNull();
    expect(findings.sorted([]).map(({ line, message }) => `${line} ${message}`)).toEqual([
      '3 connection 1 is opened, and it is open',
      '4 connection 2 is closed, and it is not open',
      '6 connection 1 is closed, and it is not open',
    ]);
  });
});

const header = fc.constantFrom('at_ms', 'at_ms,client', 'at_ms,action,connection,client_ip');
const junk = fc.oneof(
  fc.constantFrom('1', '2', 'open', 'close', '10.0.0.1', '"', '""', ',', ' ', '\r', '\n', '-', '.'),
  fc.string(),
);

describe('any file', () => {
  it('gives the same rows and faults in stretches of any length, in blocks of any size', () => {
    const file = fc.tuple(header, fc.array(junk, { maxLength: 60 }));
    fc.assert(
      fc.property(
        file,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        (parts, stretch, block) => {
          const bytes = bytesOf(`${parts[0]}\n${parts[1].join('')}`);
          const whole = decode(inStretches(bytes));
          expect(decode(inStretches(bytes, stretch), block)).toEqual(whole);
          // Every line is a row, a fault, or empty.
          const lines = new TextDecoder().decode(bytes).split('\n').slice(1);
          const filled = lines.filter((line) => line.replace(/\r$/, '') !== '');
          expect(whole.rows.length + whole.faults.length).toBe(filled.length);
          for (const { line } of whole.faults) expect(lines[line - 2]).toMatch(/[^\r]/);
        },
      ),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('may be anything at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        for (const fault of decode(inStretches(bytes)).faults) {
          expect(fault.line).toBeGreaterThan(0);
          expect(fault.column).toBeGreaterThan(0);
        }
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});

describe('a packed file', () => {
  const text = `at_ms\n${Array.from({ length: 20_000 }, (_, i) => i * 1.25).join('\n')}\n`;

  it('is what it is unpacked, in one member or several, with padding or without', () => {
    const plain = ofText(text);
    const cut = 60_000;
    const members = [text.slice(0, cut), text.slice(cut)].map((part) => gzipSync(part));
    for (const packed of [
      gzipSync(text),
      Buffer.concat(members),
      Buffer.concat([gzipSync(text), Buffer.alloc(600)]),
    ]) {
      for (const most of [1000, Infinity]) {
        const found = decode(new Unpacked(inStretches(packed, most)), 4096);
        expect(found.digest).toBe(plain.digest);
        expect(found.rows).toHaveLength(20_000);
      }
    }
  });

  it('is refused where it is cut, damaged, or not packed', () => {
    const packed = gzipSync(text);
    const damaged = Uint8Array.from(packed);
    damaged[packed.length >> 1]! ^= 255;
    const read = (bytes: Uint8Array) => () => decode(new Unpacked(inStretches(bytes)));
    expect(read(packed.subarray(0, packed.length >> 1))).toThrow('ends in the middle');
    expect(read(packed.subarray(0, packed.length - 4))).toThrow('ends in the middle');
    expect(read(damaged)).toThrow('damaged');
    expect(read(bytesOf(text))).toThrow('not packed with gzip');
    expect(read(new Uint8Array(0))).toThrow('empty');
  });

  it('unpacks to a thousand times its length a stretch at a time', () => {
    const bomb = gzipSync(new Uint8Array(64 * 1024 * 1024).fill(57));
    const { faults } = decode(new Unpacked(inStretches(bomb)));
    expect(faults.map(({ message }) => message)).toEqual([
      'a line of more than 64 KiB: this is no row',
    ]);
  });
});
