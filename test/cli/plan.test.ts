/** `svcsim plan` as a command, and the output that docs/plan.md shows. `UPDATE_DOCS=1` writes that anew. */
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario, Workspace } from './svcsim.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = join(ROOT, 'docs/plan.md');
const BLOCK = /<!-- output: (.+?) -->\n```text\n([^]*?)```\n<!-- \/output -->/;

const workspace = new Workspace();
beforeAll(() => {
  symlinkSync(join(ROOT, 'scenarios'), join(workspace.folder, 'scenarios'));
  workspace.write({ 'small.yaml': scenario(), 'broken.yaml': scenario({ duration: '10sec' }) });
});
afterAll(() => workspace.remove());

describe('svcsim plan', () => {
  it('says what is to be expected, and writes no file', () => {
    const { status, stdout, stderr } = workspace.svcsim(['plan', 'small.yaml', '--set', 'seed=7']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('seed 7');
    expect(stdout).toMatch(/estimated from a short pilot: \S+ on \d+ workers?, \d+ MiB/);
    expect(existsSync(join(workspace.folder, 'results'))).toBe(false);
  });

  it('has the plan itself as JSON', () => {
    const { status, stdout } = workspace.svcsim([
      'plan',
      'small.yaml',
      '--format',
      'json',
      '--no-pilot',
    ]);
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as {
      base: { plan: { scenario: string } };
      cost: { estimate: null };
    };
    expect(report.base.plan.scenario).toBe('small');
    expect(report.cost.estimate).toBeNull();
  });

  it('refuses a scenario that is invalid with 3 and the place', () => {
    const { status, stdout, stderr } = workspace.svcsim(['plan', 'broken.yaml']);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/broken\.yaml:\d+:\d+ +error/);
  });

  it('prints what docs/plan.md shows', () => {
    const page = readFileSync(PAGE, 'utf8');
    const [, command, output] = BLOCK.exec(page)!;
    const { status, stdout } = workspace.svcsim(command!.split(' '));
    expect(status).toBe(0);
    if (process.env['UPDATE_DOCS'] === '1') {
      writeFileSync(
        PAGE,
        page.replace(BLOCK, (block) => block.replace(`text\n${output}`, () => `text\n${stdout}`)),
      );
    } else {
      expect(output).toBe(stdout);
    }
  });
});
