/** When things happened in a real kernel, as recorded in test/data/kernel/netfilter/e5_times_*.csv.gz. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export const BACKENDS = ['iptables-legacy', 'iptables-nft', 'nftables'] as const;

/** Seconds after connect(), ascending. */
export function recordedTimes(backend: (typeof BACKENDS)[number], setting: string): number[] {
  const file = new URL(`../data/kernel/netfilter/e5_times_${backend}.csv.gz`, import.meta.url);
  const [header, ...rows] = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
  const columns = header!.split(',');
  return rows
    .map((row) => row.split(','))
    .filter((cells) => cells[columns.indexOf('setting')] === setting)
    .map((cells) => Number(cells[columns.indexOf('seconds_after_connect')]))
    .sort((a, b) => a - b);
}
