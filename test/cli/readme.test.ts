/** README as its reader sees it: its scenario is valid, and it names all that are shipped. What it shows of output: test/docs. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { MANIFESTS, Workspace } from './svcsim.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = join(ROOT, 'README.md');
const workspace = new Workspace();
afterAll(() => workspace.remove());

describe('README', () => {
  const readme = readFileSync(README, 'utf8');
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
