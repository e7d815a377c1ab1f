/**
 * README as its reader sees it: the output that it shows is what the command prints, and its scenario runs.
 * `UPDATE_DOCS=1 npx vitest run test/cli/readme.test.ts` writes the output anew.
 */
import { readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANIFESTS, Workspace } from './svcsim.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = join(ROOT, 'README.md');
const workspace = new Workspace();
afterAll(() => workspace.remove());

/** A block between `<!-- output: command -->` and `<!-- /output -->`. */
const BLOCK = /<!-- output: (.+?) -->\n```text\n([^]*?)```\n<!-- \/output -->/g;

describe('README', () => {
  const readme = readFileSync(README, 'utf8');
  const blocks = [...readme.matchAll(BLOCK)].map(([, command, output]) => ({
    command: command!,
    output: output!,
  }));

  it('shows output', () => {
    expect(blocks.map(({ command }) => command)).toContain('compare scenarios/mi-backend.yaml');
  });

  beforeAll(() => symlinkSync(join(ROOT, 'scenarios'), join(workspace.folder, 'scenarios')));

  it.each(blocks)('shows what svcsim $command prints', ({ command, output }) => {
    const { status, stdout } = workspace.svcsim(command.split(' '));
    expect(status).toBe(0);
    if (process.env['UPDATE_DOCS'] === '1') {
      // Not as a pattern: what is printed may hold a `$`.
      writeFileSync(
        README,
        readFileSync(README, 'utf8').replace(BLOCK, (block, of: string, old: string) =>
          of === command
            ? block.replace(`\`\`\`text\n${old}`, () => `\`\`\`text\n${stdout}`)
            : block,
        ),
      );
    } else {
      expect(output).toBe(stdout);
    }
  });

  it('shows a scenario that is valid as it stands', () => {
    const [, yaml] = /```yaml\n([^]*?)```/.exec(readme)!;
    workspace.write({
      'checkout.yaml': yaml!,
      'deploy/checkout.yaml': MANIFESTS.replaceAll('backend', 'checkout'),
    });
    const { status, stdout, stderr } = workspace.svcsim(['validate', 'checkout.yaml']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('checkout.yaml: ok (checkout: 1 Service, 1 client)');
  });

  it('names every scenario that is shipped, with its question', () => {
    const names = readdirSync(join(ROOT, 'scenarios')).filter((name) => name.endsWith('.yaml'));
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const scenario = readFileSync(join(ROOT, 'scenarios', name), 'utf8');
      const [, question] = /svcsim\/question: (.+)/.exec(scenario)!;
      expect(readme).toContain(`\`scenarios/${name}\` | ${question} |`);
    }
  });
});
