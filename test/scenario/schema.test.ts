/** The JSON Schema for editors agrees with what loading accepts, and is the one that is committed. */
import { readFileSync, readdirSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { scenarioJsonSchema } from '../../src/scenario/schema/json-schema.ts';
import { load, scenario } from './memory-reader.ts';

const root = new URL('../../', import.meta.url);
const validate = new Ajv({ strict: false, allErrors: true }).compile(scenarioJsonSchema());

/** Whether the schema accepts every document of a text. */
const accepts = (text: string): boolean =>
  parseAllDocuments(text, { merge: true }).every((document) => validate(document.toJS()));

describe('svcsim.schema.json', () => {
  it('is what the schema generates; `svcsim schema > svcsim.schema.json` renews it', () => {
    const committed = readFileSync(new URL('svcsim.schema.json', root), 'utf8');
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(scenarioJsonSchema())));
  });

  const shipped = readdirSync(new URL('scenarios/', root)).filter((name) => name.endsWith('.yaml'));
  it.each(shipped)('accepts scenarios/%s', (name) => {
    expect(accepts(readFileSync(new URL(`scenarios/${name}`, root), 'utf8'))).toBe(true);
  });

  it.each([
    ['', true],
    ['  duration: 1m30s', true],
    ['  x-mine: { anything: [1] }', true],
    ['  network: 0s', true],
    ['  network: { sameNode: { gamma: { mean: 1s, cv: 2 } } }', true],
    ['  proxy: { costs: none, conntrack: none, perNode: {} }', true],
    ['  duration: 60sec', false],
    ['  duration: 60', false],
    ['  durations: 60s', false],
    ['  proxy: { mode: iptable }', false],
    ['  network: { sameNode: {} }', false],
    ['  network: { sameNode: { constant: 1s, exponential: { mean: 1s } } }', false],
    ['  nodes: [{ count: 1.5 }]', false],
    ['  nodes: [{ cpu: 0 }]', false],
    ['  timeline: [{ as: x }]', false],
    ['  variants: []', false],
  ])('agrees with loading about %j: %s', (spec, valid) => {
    const text = scenario(spec);
    expect([accepts(text), load(text).ok]).toEqual([valid, valid]);
  });
});
