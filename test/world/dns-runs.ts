/** Runs with a cluster DNS in them, and what their lookups take. */
import { expect } from 'vitest';
import { inconsistencies } from './conservation.ts';
import { dnsPlan, type DnsOptions } from './dns-plans.ts';
import { paced } from './plans.ts';
import { part, record, type Recorded } from './recorded.ts';

/** One request a second, each by a connection and a lookup of its own. */
export const LONELY: DnsOptions = { duration: 10, client: { arrival: paced(1) } };

/** What a run records, which has to be consistent. */
export const run = (options: DnsOptions, seed = 1): Recorded => {
  const made = dnsPlan(options);
  const result = record(made, seed);
  expect(inconsistencies(made, result)).toEqual([]);
  return result;
};

/** What each request spends on lookups, ns. */
export const dnsOf = ({ requests }: Recorded): number[] => requests.map((one) => part(one, 'dns'));
