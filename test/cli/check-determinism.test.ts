import { afterAll, beforeAll, expect, it } from 'vitest';
import { scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();

beforeAll(() => workspace.write({ 'small.yaml': scenario() }));
afterAll(() => workspace.remove());

it('--check-determinism says of each plan that it is the same twice, and goes on with the study', () => {
  const args = ['compare', 'small.yaml', '-j', '2', '--no-progress'];
  const { status, stdout, stderr } = workspace.svcsim([...args, '--check-determinism']);
  expect(status).toBe(0);
  expect(stderr).toMatch(/^small iptables: deterministic: [\d,]+ events, twice the same/m);
  expect(stderr).toMatch(/^small ipvs: deterministic: .*, and so on the thread \(trajectory \w+/m);
  expect(stdout).toBe(workspace.svcsim(args).stdout);
});
