/**
 * The linter as contributors run it: the repository is clean, and the configuration does refuse
 * each ambient input. A rule that is spelt wrong would otherwise pass in silence.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from './source-graph.ts';

function lint(folder: string): { status: number | null; output: string } {
  const oxlint = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const child = spawnSync(process.execPath, [oxlint, '--deny-warnings', '-f', 'unix', '.'], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status: child.status, output: child.stdout + child.stderr };
}

describe('the linter', () => {
  it('finds nothing in the repository', () => {
    const { status, output } = lint(ROOT);
    expect(output).not.toMatch(/\[(Error|Warning)/);
    expect(status).toBe(0);
  });
});

describe('the lint configuration refuses below study/', () => {
  const folder = mkdtempSync(join(tmpdir(), 'svcsim-lint-'));
  let output = '';

  const planted: readonly [file: string, code: string, rule: string][] = [
    ['src/world/clock.ts', 'export const at: number = Date.now();', 'no-restricted-globals'],
    ['src/world/date.ts', 'export const at: Date = new Date();', 'no-restricted-globals'],
    ['src/engine/elapsed.ts', 'export const at = performance.now();', 'no-restricted-globals'],
    ['src/engine/draw.ts', 'export const u = Math.random();', 'no-restricted-properties'],
    ['src/proxy/mode.ts', "export const mode = process.env['MODE'];", 'no-restricted-globals'],
    ['src/kube/later.ts', 'setTimeout(() => 0, 1);', 'no-restricted-globals'],
    ['src/stats/wait.ts', 'export const p = Promise.resolve(1);', 'no-restricted-globals'],
    ['src/scenario/order.ts', 'export const c = new Intl.Collator();', 'no-restricted-globals'],
    ['src/contract/back.ts', "export const d = globalThis['Date'];", 'no-restricted-globals'],
    ['src/base/log.ts', "console.log('x');", 'no-console'],
    ['src/world/file.ts', "import 'node:fs';", 'no-restricted-imports'],
    ['src/report/up.ts', "import '../cli/main.ts';", 'no-restricted-imports'],
    [
      'src/base/chicken.ts',
      "import { egg } from './egg.ts';\nexport const chicken = egg;",
      'no-cycle',
    ],
    [
      'src/base/egg.ts',
      "import { chicken } from './chicken.ts';\nexport const egg = chicken;",
      'no-cycle',
    ],
  ];

  beforeAll(() => {
    copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    for (const [file, code] of planted) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      writeFileSync(join(folder, file), `${code}\n`);
    }
    output = lint(folder).output;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(planted)('%s: %s', (file, _code, rule) => {
    const found = output.split('\n').filter((line) => line.startsWith(`${file}:`));
    expect(found.join('\n')).toContain(rule);
  });
});
