import { describe, expect, it } from 'vitest';
import { parseSource, readRepositoryFile, sourceFiles } from './source-graph.ts';
import type { SourceFile } from './source-graph.ts';

/** The layers, lowest first, and what each may import of ours. docs/architecture.md explains them. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  base: [],
  engine: ['base', 'contract (types)'],
  kube: ['base'],
  contract: ['base', 'kube'],
  proxy: ['base', 'engine', 'kube', 'contract'],
  stats: ['base', 'contract'],
  observed: ['base', 'engine', 'contract', 'stats'],
  world: ['base', 'engine', 'kube', 'contract', 'proxy', 'stats'],
  scenario: ['base', 'kube', 'contract'],
  study: ['base', 'engine', 'kube', 'contract', 'proxy', 'stats', 'world', 'scenario'],
  report: ['base', 'stats', 'contract', 'observed', 'study'],
  cli: [
    'base',
    'engine',
    'kube',
    'contract',
    'proxy',
    'stats',
    'observed',
    'world',
    'scenario',
    'study',
    'report',
  ],
};

/** The only layers that may import a package; Node's own modules count as one. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  node: ['study', 'cli'],
  '@marcbachmann/cel-js': ['scenario'],
  'cli-table3': ['report'],
  commander: ['cli'],
  'csv-stringify': ['report'],
  'hdr-histogram-js': ['report'],
  // Unpacks traces as they are read.
  pako: ['scenario'],
  picocolors: ['report', 'cli'],
  seedrandom: ['engine'],
  'simple-statistics': ['engine', 'stats'],
  yaml: ['scenario'],
  // What comes from outside: scenarios, and results that are read again.
  zod: ['scenario', 'report'],
};

/** `src/world/pod.ts` → `world`; the library's entry, `src/index.ts`, is above all layers. */
function layerOf(path: string): string {
  const parts = path.split('/');
  return parts.length > 2 ? parts[1]! : 'index';
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node';
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function violations(files: readonly SourceFile[]): string[] {
  const found: string[] = [];
  for (const { path, imports } of files) {
    const layer = layerOf(path);
    if (layer === 'index') continue;
    const allowed = LAYERS[layer];
    if (allowed === undefined) {
      found.push(`${path}:1: error: ${layer}/ is not a layer; see docs/architecture.md`);
      continue;
    }
    for (const { specifier, file, line, typeOnly } of imports) {
      const place = `${path}:${line}: error:`;
      if (file === null) {
        const name = packageOf(specifier);
        const users = PACKAGES[name];
        if (users === undefined) {
          found.push(`${place} package ${name} has no row in PACKAGES`);
        } else if (!users.includes(layer)) {
          found.push(`${place} ${name} belongs to ${users.join(' and ')}, not to ${layer}/`);
        }
        continue;
      }
      const target = layerOf(file);
      const reachable =
        target === layer ||
        allowed.includes(target) ||
        (typeOnly && allowed.includes(`${target} (types)`));
      if (!reachable) found.push(`${place} ${layer}/ must not import ${target}/ (${specifier})`);
    }
  }
  return found;
}

describe('the layers', () => {
  it('are imported downwards only, and packages where they belong', () => {
    expect(violations(sourceFiles())).toEqual([]);
  });

  it('form an order: no layer reaches itself through others', () => {
    const order = Object.keys(LAYERS);
    for (const [layer, allowed] of Object.entries(LAYERS)) {
      for (const lower of allowed.filter((name) => !name.endsWith('(types)'))) {
        expect(order.indexOf(lower), `${layer} imports ${lower}`).toBeLessThan(
          order.indexOf(layer),
        );
      }
    }
  });

  it('and their rooms are described in docs/architecture.md', () => {
    const text = readRepositoryFile('docs/architecture.md');
    const folders = new Set(
      sourceFiles().map(({ path }) => path.replace(/^src\//, '').replace(/[^/]*$/, '')),
    );
    folders.delete('');
    expect(folders.size).toBeGreaterThan(20);
    const missing = [...folders].filter((folder) => !text.includes(`\`${folder}\``));
    expect(missing).toEqual([]);
  });

  it.each([
    ['src/world/pod.ts', "import { run } from '../study/run.ts';", 'world/ must not import study/'],
    [
      'src/proxy/ipvs/rr.ts',
      "export * from '../../world/pod.ts';",
      'proxy/ must not import world/',
    ],
    ['src/stats/mean.ts', "void import('../engine/queue.ts');", 'stats/ must not import engine/'],
    [
      'src/engine/clock.ts',
      "import { MODES } from '../contract/plan.ts';",
      'must not import contract/',
    ],
    [
      'src/world/pod.ts',
      "import { readFileSync } from 'node:fs';",
      'node belongs to study and cli',
    ],
    ['src/world/pod.ts', "import { z } from 'zod/v4';", 'zod belongs to scenario and report'],
    ['src/base/pad.ts', "import pad from 'left-pad';", 'package left-pad has no row'],
    ['src/common/text.ts', '', 'common/ is not a layer'],
  ])('%s is refused: %s', (path, text, complaint) => {
    const found = violations([parseSource(path, text)]);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(complaint);
  });

  it('lets an engine file name a type of the contract', () => {
    const text = "import type { Distribution } from '../contract/plan.ts';";
    expect(violations([parseSource('src/engine/sampler.ts', text)])).toEqual([]);
  });
});

describe('the lint configuration', () => {
  interface Override {
    files: string[];
    rules: Record<
      string,
      [string, { patterns: { group: string[]; allowTypeImports?: boolean }[] }]
    >;
  }
  const { overrides } = JSON.parse(readRepositoryFile('.oxlintrc.json')) as {
    overrides: Override[];
  };

  it.each(Object.keys(LAYERS).filter((layer) => layer !== 'cli'))(
    'bans in %s/ exactly the layers that this table bans',
    (layer) => {
      const own = overrides.find(
        ({ files, rules }) =>
          files.length === 1 && files[0] === `src/${layer}/**` && 'no-restricted-imports' in rules,
      );
      const patterns = own?.rules['no-restricted-imports']?.[1].patterns ?? [];
      const globs = patterns.filter((p) => p.allowTypeImports !== true).flatMap((p) => p.group);
      const banned = globs.filter((glob) => glob.startsWith('**/'));
      const others = Object.keys(LAYERS).filter(
        (other) =>
          other !== layer &&
          !LAYERS[layer]!.includes(other) &&
          !LAYERS[layer]!.includes(`${other} (types)`),
      );
      expect(banned.sort()).toEqual(others.map((other) => `**/${other}/**`).sort());
      expect(globs.includes('node:*')).toBe(!PACKAGES['node']!.includes(layer));
    },
  );
});
