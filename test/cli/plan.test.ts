/** `svcsim plan` as a command. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();
beforeAll(() => {
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
});
