// Builds dist/: the command, the library and the worker as bundles that share chunks, so that
// `svcsim --help` loads only what it needs, and the declarations of the library.
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);

rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    cli: 'src/cli/main.ts',
    index: 'src/index.ts',
    worker: 'src/study/executors/worker.ts',
  },
  outdir: 'dist',
  bundle: true,
  // Folds the constants of modules, which a bundle would otherwise look up as variables.
  minifySyntax: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
});
chmodSync('dist/cli.js', 0o755);
execFileSync(
  process.execPath,
  [require.resolve('typescript/lib/tsc.js'), '-p', 'tsconfig.build.json'],
  { stdio: 'inherit' },
);
