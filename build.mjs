// Builds dist/: the command and its worker with the packages that they need, so that Node has a dozen files to find
// and not hundreds; the library, whose users bring their own packages; and the declarations of the library.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

/** @type {import('esbuild').BuildOptions} */
const common = {
  outdir: 'dist',
  bundle: true,
  // Folds the constants of modules, which a bundle would otherwise look up as variables.
  minifySyntax: true,
  // `svcsim --help` loads only what it needs.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
};

rmSync('dist', { recursive: true, force: true });
await build({
  ...common,
  entryPoints: { cli: 'src/cli/main.ts', worker: 'src/study/executors/worker.ts' },
  // It starts threads from files of its own.
  external: ['tinypool'],
  // Packages of the older kind ask Node for its modules by this.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});
await build({ ...common, entryPoints: { index: 'src/index.ts' }, packages: 'external' });
chmodSync('dist/cli.js', 0o755);
execFileSync(
  process.execPath,
  [require.resolve('typescript/lib/tsc.js'), '-p', 'tsconfig.build.json'],
  { stdio: 'inherit' },
);
