// Builds dist/: the command and its worker with the packages that they need, as three scripts and the code that V8 makes of
// them; the library, whose users bring their own packages; and the declarations of the library.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** @type {import('esbuild').BuildOptions} */
const common = {
  outdir: 'dist',
  bundle: true,
  // Folds the constants of modules, which a bundle would otherwise look up as variables.
  minifySyntax: true,
  platform: 'node',
  target: 'node20.19',
  logLevel: 'warning',
};

rmSync('dist', { recursive: true, force: true });

// One for the command line, so that `svcsim --help` loads no more than it needs, one for worker threads, and one for all else.
await build({
  ...common,
  entryPoints: {
    cli: 'src/cli/main.ts',
    program: 'src/cli/launch/program.ts',
    thread: 'src/cli/launch/thread.ts',
  },
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  banner: { js: '(function (exports, require, module) {' },
  footer: { js: '})' },
});
// In ASCII, of which V8 keeps a byte a character. A raw template alone cannot be written so.
for (const script of ['dist/cli.cjs', 'dist/program.cjs', 'dist/thread.cjs']) {
  const text = readFileSync(script, 'utf8');
  const [raw] = /String\.raw`[^`]*[^`\0-\x7f][^`]*`/.exec(text) ?? [];
  if (raw !== undefined) throw new Error(`${script}: no escapes in a raw template: ${raw}`);
  const escape = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  writeFileSync(script, text.replace(/[^\0-\x7f]/g, escape));
}
await build({
  ...common,
  entryPoints: {
    cli: 'src/cli/launch/cli.ts',
    worker: 'src/cli/launch/worker.ts',
    'keep-code': 'src/cli/launch/keep-code.ts',
  },
  format: 'esm',
});
chmodSync('dist/cli.js', 0o755);

await build({
  ...common,
  entryPoints: { index: 'src/index.ts' },
  format: 'esm',
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  packages: 'external',
});

const results = mkdtempSync(join(tmpdir(), 'svcsim-'));
const scenarios = ['bench/w1.yaml', 'scenarios/mi-backend.yaml'];
execFileSync(process.execPath, ['dist/keep-code.js', results, ...scenarios], {
  stdio: ['ignore', 'ignore', 'inherit'],
  // Flags in there would be those of this code.
  env: { ...process.env, NODE_OPTIONS: '' },
});
rmSync(results, { recursive: true });

execFileSync(
  process.execPath,
  [require.resolve('typescript/lib/tsc.js'), '-p', 'tsconfig.build.json'],
  { stdio: 'inherit' },
);
