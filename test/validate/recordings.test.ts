/** Recordings in any folder: how they are found, and that what does not agree is found out. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { churnSection } from '../../validate/churn/churn.ts';
import { KernelData } from '../../validate/kernel-data.ts';
import { latencySection } from '../../validate/latency.ts';
import { BrokenRecording } from '../../validate/csv.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'svcsim-recordings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(file: string, text: string): void {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, file.endsWith('.gz') ? gzipSync(text) : text);
}

describe('a folder of recordings', () => {
  it('holds them at any depth, gzipped or plain, with columns in any order', () => {
    put('netfilter/recordings/e1_x.csv.gz', 'b,a\n2,1\n');
    put('e2_y.csv', 'a,c,b\n1,3,2\n');
    const data = new KernelData(folder);
    expect(data.names('e')).toEqual(['e2_y', 'e1_x']);
    expect(data.rows('e1_x', ['a', 'b'])).toEqual([{ a: '1', b: '2' }]);
    expect(data.rows('e2_y', ['a', 'b'])).toEqual([{ a: '1', b: '2', c: '3' }]);
  });

  it('may quote cells, leave them empty, and end lines as it likes', () => {
    put('e1_z.csv', 'a,b,c\r\n"x, ""y""",,2\n,,\n,"q",\n');
    expect(new KernelData(folder).rows('e1_z', ['a'])).toEqual([
      { a: 'x, "y"', b: '', c: '2' },
      { a: '', b: '', c: '' },
      { a: '', b: 'q', c: '' },
    ]);
  });

  it.each([
    ['e6_raw_ipt.csv', 'arrival_us,pod\n1,1\n', /has no column service_us, done_us, connection/],
    ['e6_raw_ipt.csv.gz', 'arrival_us,service_us,done_us,pod,connection\n1,2\n', /:2: 2 cells/],
    ['e6_raw_ipt.csv', 'arrival_us,service_us,done_us,pod,connection\nx,1,2,1,-1\n', /no requests/],
    ['e6_raw_bpf_exp.csv', 'a\n1\n', /"bpf" is none of ipt, iptnft, nft, direct/],
  ])('is refused where %s cannot be read', (file, text, complaint) => {
    put(file, text);
    expect(() => latencySection(new KernelData(folder))).toThrow(complaint);
  });

  it('is refused where it holds none, or is not there', () => {
    expect(() => new KernelData(folder)).toThrow(BrokenRecording);
    expect(() => new KernelData(join(folder, 'nowhere'))).toThrow(/not a folder/);
  });
});

describe('an observation that the simulator does not share', () => {
  const churn = (...rows: readonly string[]): string => {
    put('e5_churn_iptables-legacy.csv', ['mode,test,what,value,comment', ...rows].join('\n'));
    const section = churnSection(new KernelData(folder))!;
    return section.checks[0]!.agreement;
  };

  it.each([
    ['a refusal that takes time', 'c1,connect(),timeout,'],
    ['connections that updates break', 'k1,failures,5/100,'],
    ['connections that move to another endpoint', 'a4,undisturbed,3/15,'],
    ['an older schedule of retransmissions', 'd3,"SYN times, s",0.00 1.01 3.02 7.18,'],
    ['a refusal more', 'r4,"ends at, s",0.00 0.00 0.00 0.00 0.00 0.00 0.00 1.02,'],
    ['affinity without a limit', 'f8,250 client addresses over 2 endpoints,250/250,'],
    ['a table of another size', 'g1,entries,99,'],
    ['ports that come back sooner', 'h4,again after,31.2 s,'],
  ])('is found out: %s', (_, row) => {
    expect(churn(`iptables-legacy,${row}`)).toBe('0 of 1');
  });

  it('is told from one that it does', () => {
    expect(churn('iptables-legacy,c1,connect(),ECONNREFUSED,')).toBe('1 of 1');
  });
});
