/** `svcsim init` as a command: what it writes, what it leaves alone, and that the next command works. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MANIFESTS, scenario, Workspace } from './svcsim.ts';

const SHIPPED = fileURLToPath(new URL('../../scenarios/manifests', import.meta.url));

let workspace: Workspace;
beforeEach(() => {
  workspace = new Workspace();
});
afterEach(() => workspace.remove());

const exists = (name: string): boolean => existsSync(join(workspace.folder, name));

/** The two commands that it ends with. */
function nextCommands(stdout: string): string[][] {
  return [...stdout.matchAll(/^  svcsim (\S+) (\S+) /gm)].map(([, command, file]) => [
    command!,
    file!,
  ]);
}

describe('svcsim init', () => {
  it('writes a scenario that is valid and passes, and the next two commands', () => {
    const { status, stdout, stderr } = workspace.svcsim(['init']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('Wrote scenario.yaml: one Service in front of five pods');
    expect(workspace.svcsim(['validate', 'scenario.yaml'])).toMatchObject({
      status: 0,
      stderr: '',
    });
    const commands = nextCommands(stdout);
    expect(commands).toEqual([
      ['plan', 'scenario.yaml'],
      ['compare', 'scenario.yaml'],
    ]);
    for (const command of commands) {
      expect(workspace.svcsim([...command, '--set', 'duration=10s']).status).toBe(0);
    }
  });

  it('never writes over a file, unless it is told to', () => {
    workspace.write({ 'scenario.yaml': 'mine' });
    const { status, stdout, stderr } = workspace.svcsim(['init', '.']);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toContain('scenario.yaml exists already, and is left as it is; --force');
    expect(workspace.read('scenario.yaml')).toBe('mine');
    expect(workspace.svcsim(['init', '--force']).status).toBe(0);
    expect(workspace.read('scenario.yaml')).toContain('kind: Scenario');
  });

  it('makes the folder', () => {
    expect(workspace.svcsim(['init', 'new/folder']).status).toBe(0);
    expect(exists('new/folder/scenario.yaml')).toBe(true);
  });
});

describe('svcsim init --from', () => {
  it('includes the files of a folder relative to the scenario, which then runs', () => {
    const folder = 'deploy/shop';
    workspace.write({
      [`${folder}/all.yaml`]: MANIFESTS,
      [`${folder}/values.yaml`]: 'replicaCount: 3\n',
      [`${folder}/notes.txt`]: 'not read',
      [`${folder}/sim.yaml`]: scenario(),
    });
    const { status, stdout, stderr } = workspace.svcsim(['init', 'sim', '--from', folder]);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('Wrote sim/scenario.yaml: 1 Service, 1 client.');
    expect(stderr).toContain('values.yaml: passed by, it holds no Kubernetes object');
    expect(stderr).toContain('sim.yaml: passed by, it is a scenario itself');
    expect(workspace.read('sim/scenario.yaml')).toContain('    - ../deploy/shop/all.yaml\n');
    const run = workspace.svcsim(['run', 'sim/scenario.yaml', '--set', 'duration=5s']);
    expect(run.status, run.stderr).toBe(0);
  });

  it('reads the manifests that are shipped', () => {
    const { status, stdout } = workspace.svcsim(['init', '--from', SHIPPED]);
    expect(status).toBe(0);
    for (const command of nextCommands(stdout)) {
      expect(workspace.svcsim([...command, '--set', 'duration=5s']).status).toBe(0);
    }
  });

  it('keeps what comes by standard input beside the scenario', () => {
    const { status, stdout } = workspace.svcsim(['init', 'sim', '--from', '-'], {
      input: MANIFESTS,
    });
    expect(status).toBe(0);
    expect(stdout).toContain('Wrote sim/manifests.yaml: the manifests of standard input.');
    expect(workspace.read('sim/manifests.yaml')).toBe(MANIFESTS);
    expect(workspace.svcsim(['validate', 'sim/scenario.yaml']).status).toBe(0);
  });

  it('shows what is wrong with manifests with its place, and writes nothing', () => {
    workspace.write({ 'broken.yaml': MANIFESTS.replace('replicas: 3', 'replicas: three') });
    const { status, stdout, stderr } = workspace.svcsim(['init', 'sim', '--from', 'broken.yaml']);
    expect([status, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/broken\.yaml:12:13 +error/);
    expect(readdirSync(workspace.folder)).toEqual(['broken.yaml']);
  });

  it.each([
    [['nowhere.yaml'], 'cannot read nowhere.yaml: no such file'],
    [['deployment.yaml', 'out'], 'say it before --from: svcsim init out --from'],
    [['empty'], 'empty is a folder without manifests'],
    [['deployment.yaml'], 'there is no Service among these manifests'],
  ])('refuses %j', (from, complaint) => {
    workspace.write({
      'empty/values.yaml': 'a: 1\n',
      'deployment.yaml': MANIFESTS.slice(MANIFESTS.indexOf('---')),
    });
    const { status, stderr } = workspace.svcsim(['init', 'sim', '--from', ...from]);
    expect(stderr).toContain(complaint);
    expect(status).toBe(3);
    expect(exists('sim')).toBe(false);
  });
});
