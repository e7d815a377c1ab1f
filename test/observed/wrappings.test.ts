/** A log says the same, whatever the one who carried it has put around its lines. */
import { describe, expect, it } from 'vitest';
import { LINE_MAX } from '../../src/observed/lines.ts';
import { EXAMPLES, lines } from './examples.ts';
import { readLog } from './read-log.ts';

const AT = '2026-03-01T12:00:00.123456789Z';

/** By what `import` calls them: how a program's line comes out, possibly as several. */
const CARRIERS: Readonly<Record<string, (line: string) => readonly string[]>> = {
  'of a container runtime (CRI)': (line) => [
    `${AT} stderr F a complaint`,
    `${AT} stdout P ${line.slice(0, 7)}`,
    `${AT} stderr F another, in between`,
    `${AT} stdout F ${line.slice(7)}`,
  ],
  'of Docker (json-file)': (line) => [
    JSON.stringify({ log: line.slice(0, 5), stream: 'stdout', time: AT }),
    JSON.stringify({ log: `${line.slice(5)}\n`, stream: 'stdout', time: AT }),
    JSON.stringify({ log: 'a complaint\n', stream: 'stderr', time: AT }),
  ],
  'of kubectl logs --prefix': (line) => [`[pod/web-5d4f-x2x/nginx] ${line}`],
  'of kubectl logs --prefix --timestamps': (line) => [`[pod/web-5d4f-x2x/nginx] ${AT} ${line}`],
  'of kubectl logs --timestamps': (line) => [`${AT} ${line}`],
};

describe.each(Object.entries(CARRIERS))('lines %s', (name, wrapped) => {
  it.each(Object.entries(EXAMPLES))('around %s hold what they hold bare', (_format, example) => {
    const bare = readLog(example.text, example.options);
    const text = lines(...example.text.trimEnd().split('\n').flatMap(wrapped));
    const read = readLog(text, { ...example.options, block: 100 });
    expect(read).toEqual({ ...bare, what: `${bare.what}, from lines ${name}` });
    expect(read.conclusion).not.toBeNull();
  });
});

describe('wrapped lines', () => {
  it('of standard error alone are read', () => {
    const text = lines(`${AT} stderr F 12.25ms`, `${AT} stderr F 15.5ms`);
    expect(readLog(text)).toMatchObject({ format: 'plain', refusal: null, brokenTotal: 0 });
    expect(readLog(text).conclusion!.latencies.count).toBe(2);
  });

  it('that are broken are named by their place in the file, and shown without what is around them', () => {
    const text = lines(...['12ms', '15ms', 'twelve'].map((line) => `${AT} stdout F ${line}`));
    expect(readLog(text).broken).toMatchObject([{ line: 3, excerpt: 'twelve' }]);
  });

  it('that never end take no more memory than the longest line, and are refused', () => {
    const part = `${AT} stdout P ${'x'.repeat(LINE_MAX / 2)}`;
    const text = lines(`${AT} stdout F 12ms`, part, part, part, part, `${AT} stdout F 1ms`);
    const { broken } = readLog(text);
    expect(broken).toHaveLength(1);
    expect(JSON.stringify(broken)).toMatch(/longer than/);
  });
});
