import { execFileSync } from 'node:child_process';
import {
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMAND, scenario, Workspace } from './svcsim.ts';

const workspace = new Workspace();
afterAll(() => workspace.remove());

const dist = join(workspace.folder, 'copy/dist');
const codeFiles = (): string[] => readdirSync(dist).filter((name) => name.endsWith('.code'));

beforeAll(() => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  cpSync(dirname(COMMAND), dist, { recursive: true });
  cpSync(join(root, 'package.json'), join(workspace.folder, 'copy/package.json'));
  symlinkSync(join(root, 'node_modules'), join(workspace.folder, 'copy/node_modules'));
  workspace.write({ 'small.yaml': scenario({ duration: '2s' }) });
});

/** Whether V8, in a process like the command's, has no use for the code of `script`. */
const IS_REJECTED = `
  const { readFileSync } = require('node:fs');
  const [, script, code] = process.argv;
  const options = { cachedData: readFileSync(code) };
  console.log(new (require('node:vm').Script)(readFileSync(script, 'latin1'), options).cachedDataRejected);
`;

describe('the code that the build keeps', () => {
  it.each(['cli', 'program', 'thread'])(
    'is taken by this version of Node, for %s.cjs',
    (script) => {
      const { version, platform, arch, execPath } = process;
      const code = `${script}-${version}-${platform}-${arch}-${statSync(execPath).size}.code`;
      expect(codeFiles()).toContain(code);
      const args = ['-e', IS_REJECTED, join(dist, `${script}.cjs`), join(dist, code)];
      expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toBe('false\n');
    },
  );

  it.each<[string, (path: string) => void]>([
    ['cut short', (path) => writeFileSync(path, readFileSync(path).subarray(0, 50_000))],
    ['of something else', (path) => writeFileSync(path, 'no code\n'.repeat(1000))],
    ['missing', (path) => rmSync(path)],
  ])('is only a matter of time: where it is %s, the command does the same', (_, spoil) => {
    const args = ['compare', 'small.yaml', '-j', '2', '-o', 'results'];
    const usual = workspace.svcsim(args);
    const files = workspace.tree('results');
    for (const name of codeFiles()) spoil(join(dist, name));
    expect(workspace.svcsim(args, { command: join(dist, 'cli.js') })).toEqual(usual);
    expect(workspace.tree('results')).toEqual(files);
    expect([usual.status, usual.stderr]).toEqual([0, expect.not.stringContaining('code')]);
  });
});
