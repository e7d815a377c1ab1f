/** The documentation against the code: what a page lists is all there is, and what it names exists. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../src/contract/metrics.ts';
import { ERROR_CAUSES } from '../src/contract/plan.ts';
import { LATENCY_BANDS, LATENCY_PARTS } from '../src/contract/result.ts';
import { metricTables } from './metrics-page.ts';
import { BEHAVIOURS } from '../src/study/outlook/behaviours/registry.ts';
import { readRepositoryFile, repositoryFiles } from './source-graph.ts';

/** The cells of every table row of a page, headers left out. */
function tableRows(page: string): string[][] {
  const lines = readRepositoryFile(page).split('\n');
  return lines
    .filter((line, index) => {
      const isRow = line.startsWith('| ');
      return isRow && !/^\|\s*:?-+/.test(line) && !/^\|\s*:?-+/.test(lines[index + 1] ?? '');
    })
    .map((line) =>
      line
        .slice(1, line.lastIndexOf('|'))
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** The field names of a JSON Schema, at any depth. */
function fieldsOf(schema: unknown, found = new Set<string>()): Set<string> {
  if (typeof schema !== 'object' || schema === null) return found;
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties') for (const name of Object.keys(value as object)) found.add(name);
    fieldsOf(value, found);
  }
  return found;
}

describe('docs/scenario.md and its pages', () => {
  it('name every field of the schema', () => {
    const page = repositoryFiles()
      .filter((path) => /^docs\/scenario(\.md$|\/)/.test(path))
      .map(readRepositoryFile)
      .join('\n');
    const schema: unknown = JSON.parse(readRepositoryFile('svcsim.schema.json'));
    const fields = [...fieldsOf(schema)];
    expect(fields.length).toBeGreaterThan(80);
    expect(fields.filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([]);
  });
});

describe('docs/results.md', () => {
  const page = readRepositoryFile('docs/results.md');

  it.each([
    ['cause of failure', ERROR_CAUSES],
    ['part of a latency', LATENCY_PARTS],
    ['band of latencies', LATENCY_BANDS.map(({ name }) => name)],
  ])('names every %s', (_what, names) => {
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('docs/metrics.md', () => {
  it('is the list of metrics: UPDATE_DOCS=1 writes it anew', () => {
    const page = readRepositoryFile('docs/metrics.md');
    const [before, rest] = page.split('<!-- metrics -->\n') as [string, string];
    const after = rest.slice(rest.indexOf('<!-- /metrics -->'));
    const expected = `${before}<!-- metrics -->\n${metricTables()}${after}`;
    if (process.env['UPDATE_DOCS'] === '1') {
      writeFileSync(new URL('../docs/metrics.md', import.meta.url), expected);
    } else {
      expect(page).toBe(expected);
    }
  });

  it('leaves out none', () => {
    const page = readRepositoryFile('docs/metrics.md');
    const isNamed = (name: string): boolean => page.includes(`\`${name}\``);
    expect(METRICS.map(({ name }) => name).filter((name) => !isNamed(name))).toEqual([]);
  });
});

describe('docs/fidelity.md', () => {
  const rows = tableRows('docs/fidelity.md');
  const STATUS = /^(modelled|simplified|refused|left out)\b/;

  it('gives every behaviour a status', () => {
    expect(rows.length).toBeGreaterThan(40);
    expect(rows.filter((row) => row.length !== 4 || !STATUS.test(row[1]!))).toEqual([]);
  });

  /** The rows but those of Kubernetes' end-to-end tests, which are numbered. */
  const behaviours = rows.filter(([behaviour]) => !/^\d+: /.test(behaviour!));

  it('has the rows that `svcsim plan` knows, and no others', () => {
    expect(BEHAVIOURS.map(({ row }) => row).sort()).toEqual(
      behaviours.map(([behaviour]) => behaviour!).sort(),
    );
  });

  it('says of each what `svcsim plan` says', () => {
    const statuses = new Map(behaviours.map(([behaviour, status]) => [behaviour!, status!]));
    const wrong = BEHAVIOURS.filter(({ row, status, but = '' }) => {
      const told = statuses.get(row) ?? '';
      return !told.startsWith(status) || !told.includes(but);
    });
    expect(wrong.map(({ row }) => row)).toEqual([]);
  });

  it('names for what is modelled or refused a test that exists', () => {
    const files = new Set(repositoryFiles().filter((file) => file.endsWith('.test.ts')));
    const isTested = (cell: string): boolean =>
      cell.split(', ').every((file) => files.has(file.replaceAll('`', '')));
    const untested = rows.filter(([, status, , cell]) =>
      cell === '' ? /^(modelled|refused)/.test(status!) : !isTested(cell!),
    );
    expect(untested.map(([behaviour, , , cell]) => `${behaviour}: ${cell}`)).toEqual([]);
  });
});
