/**
 * Every console block of the documentation is run, in a folder with the scenarios of the repository, one folder for a page, and has
 * to show what is printed: standard output, and standard error, too, where the command refuses (exit status 1, 2, 3 or 12).
 * `UPDATE_DOCS=1 npx vitest run test/docs/console.test.ts` writes the output anew; elisions stay where they are.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND } from '../cli/svcsim.ts';
import { readRepositoryFile, repositoryFiles, ROOT } from '../source-graph.ts';
import { blocksOf, elided, isShown } from './console-page.ts';
import type { ShownCommand } from './console-page.ts';

const PAGES = repositoryFiles()
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: readRepositoryFile(path) }))
  .map((page) => ({ ...page, blocks: blocksOf(page.text) }))
  .filter(({ blocks }) => blocks.some(({ commands }) => commands.length > 0));

/** Where standard error is the answer. */
const REFUSALS = [1, 2, 3, 12];

/** A folder, and a shell in it that knows `svcsim` and `npx svcsim`. */
class Session {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'svcsim-docs-'));
  private readonly programs: string = mkdtempSync(join(tmpdir(), 'svcsim-bin-'));
  private status = 0;

  constructor() {
    cpSync(join(ROOT, 'scenarios'), join(this.folder, 'scenarios'), { recursive: true });
    const svcsim = `#!/bin/sh\nexec "${process.execPath}" "${COMMAND}" "$@"\n`;
    writeFileSync(join(this.programs, 'svcsim'), svcsim, { mode: 0o755 });
    writeFileSync(join(this.programs, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
  }

  /** Returns what commands will find there. */
  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return readFileSync(path, 'utf8');
  }

  /** The lines that a command prints. */
  run(command: string): readonly string[] {
    const { PATH = '' } = process.env;
    const { status, stdout, stderr } = spawnSync(
      'sh',
      ['-c', `(exit ${this.status})\n${command}`],
      {
        cwd: this.folder,
        env: {
          PATH: `${this.programs}${delimiter}${PATH}`,
          NO_COLOR: '1',
          COLUMNS: '100',
          LC_ALL: 'C',
        },
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      },
    );
    this.status = status ?? 1;
    const text = REFUSALS.includes(this.status) ? stdout + stderr : stdout;
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
  }

  remove(): void {
    for (const folder of [this.folder, this.programs]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

describe.each(PAGES)('$path', ({ path, text, blocks }) => {
  let session: Session;
  beforeAll(() => (session = new Session()));
  const printed = new Map<ShownCommand, readonly string[]>();
  afterAll(() => {
    session.remove();
    if (process.env['UPDATE_DOCS'] === '1') writeFileSync(join(ROOT, path), updated(text, printed));
  });

  const steps = blocks.flatMap(({ file, commands, line }) => [
    ...(file === null ? [] : [{ title: `has the file ${file.name}`, file, shown: null }]),
    ...commands.map((shown) => ({
      title: `shows what ${shown.command.split('\n')[0]} prints (line ${line + 1})`,
      file: null,
      shown,
    })),
  ]);

  it.each(steps)('$title', ({ file, shown }) => {
    if (file !== null) expect(session.write(file.name, file.text)).toBe(file.text);
    if (shown === null) return;
    const lines = session.run(shown.command);
    printed.set(shown, lines);
    const isFine = process.env['UPDATE_DOCS'] === '1' || isShown(shown.output, lines);
    if (!isFine) {
      // The whole of it makes a difference that can be read.
      expect(shown.output.join('\n')).toBe(elided(shown.output, lines).join('\n'));
      expect(shown.output.join('\n')).toBe(lines.join('\n'));
    }
    expect(isFine).toBe(true);
  });
});

/** The page with what was printed, last command first so that lines stay where they are. */
function updated(text: string, printed: ReadonlyMap<ShownCommand, readonly string[]>): string {
  const lines = text.split('\n');
  for (const [shown, output] of [...printed].toReversed()) {
    if (isShown(shown.output, output)) continue;
    const first = shown.end - shown.output.length;
    lines.splice(first, shown.output.length, ...elided(shown.output, output));
  }
  return lines.join('\n');
}

describe('console blocks', () => {
  it('are all there are: no page shows output in another way', () => {
    const pages = repositoryFiles().filter((path) => path.endsWith('.md'));
    const other = pages.filter((path) => /<!-- output:/.test(readRepositoryFile(path)));
    expect(other).toEqual([]);
    expect(PAGES.map(({ path }) => path)).toContain('README.md');
  });

  const printed = ['a 1', 'b 2', 'c 3', 'd 4', 'e 5'];
  it.each([
    [['a 1', 'b 2', 'c 3', 'd 4', 'e 5'], true],
    [['a 1', 'b 2', 'c 3', 'd 4'], false],
    [['a 1', '...'], true],
    [['...', 'e 5'], true],
    [['...'], true],
    [['a 1', '...', 'c 3', '...', 'e 5'], true],
    [['a 1', '...', 'e 6'], false],
    [['a 1', '...', 'd 3', '...', 'e 5'], false],
    [['a 1', '...', 'd 4', 'c 3', '...'], false],
    // An elision stands for one line at least.
    [['a 1', '...', 'b 2', 'c 3', 'd 4', 'e 5'], false],
    [['a 1', 'b 2', 'c 3', 'd 4', 'e 5', '...'], false],
  ])('%j is what was printed: %j', (shown, expected) => {
    expect(isShown(shown, printed)).toBe(expected);
  });

  it('are written anew with the elisions that they had', () => {
    const now = ['a 10', 'b 20', 'x', 'c 30', 'd 40', 'y', 'e 50'];
    expect(elided(['a 1', '...', 'c 3', 'd 4', '...', 'e 5'], now)).toEqual([
      'a 10',
      '...',
      'c 30',
      'd 40',
      '...',
      'e 50',
    ]);
    expect(elided(['a 1', 'b 2'], now)).toEqual(now);
    expect(() => elided(['a 1', '...', 'gone', '...'], now)).toThrow('elide it anew');
  });

  it('are commands, each with its lines', () => {
    const page =
      '# x\n```console\n$ one \\\n  more\nout\n$ two\n```\n```yaml a/b.yaml\nx: 1\n```\n';
    expect(blocksOf(page)).toMatchObject([
      {
        commands: [
          { command: 'one \\\n  more', output: ['out'], line: 2, end: 5 },
          { command: 'two', output: [], line: 5, end: 6 },
        ],
      },
      { file: { name: 'a/b.yaml', text: 'x: 1\n' } },
    ]);
    expect(() => blocksOf('```console\nsvcsim run\n```\n')).toThrow('begins with "$ "');
  });
});
