import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import type { compare, loadScenario, simulate } from '../../src/index.ts';
import { scenario, Workspace } from './svcsim.ts';

interface Library {
  readonly compare: typeof compare;
  readonly loadScenario: typeof loadScenario;
  readonly simulate: typeof simulate;
}

const svcsim = (await import(new URL('../../dist/index.js', import.meta.url).href)) as Library;
const workspace = new Workspace();
workspace.write({ 'small.yaml': scenario({ duration: '2s' }) });
afterAll(() => workspace.remove());

function loaded(of: Library, source: Parameters<typeof loadScenario>[0]) {
  const found = of.loadScenario(source);
  if (!found.ok) throw new Error(found.diagnostics.map(({ message }) => message).join('\n'));
  return found.scenario;
}

describe('the library', () => {
  it('loads a file, and gives the figures of the command', async () => {
    const path = `${workspace.folder}/small.yaml`;
    const { base, variants } = loaded(svcsim, path);
    const run = svcsim.simulate(base);
    workspace.svcsim(['run', 'small.yaml', '--replications', '1']);
    const result = JSON.parse(workspace.read('results/small/result.json')) as {
      variants: { runs: { fingerprint: unknown }[] }[];
    };
    expect(run.fingerprint).toEqual(result.variants[0]!.runs[0]!.fingerprint);

    const { study, comparison, judgements } = await svcsim.compare(variants);
    expect(study.variants.map(({ runs }) => runs.length)).toEqual([2, 2]);
    expect(comparison.reference).toBe('iptables');
    expect(judgements.map(([first]) => first!.status)).toEqual(['Passed', 'Passed']);
  });

  it('compares on threads with the same outcome', async () => {
    const { variants } = loaded(svcsim, `${workspace.folder}/small.yaml`);
    const [one, two] = [
      await svcsim.compare(variants),
      await svcsim.compare(variants, { jobs: 2 }),
    ];
    expect(two).toEqual(one);
  });

  it('takes a text, and reads what that includes from where it is told', () => {
    const [document, ...manifests] = scenario().split('---\n');
    const text = document!.replace('  workloads', '  include: [elsewhere.yaml]\n  workloads');
    const asked: string[] = [];
    const reader = {
      read: (path: string) => {
        asked.push(path);
        return manifests.join('---\n');
      },
      resolve: (_: string, relative: string) => `memory/${relative}`,
    };
    const { base } = loaded(svcsim, { text, reader });
    expect(asked).toEqual(['memory/elsewhere.yaml']);
    expect(base.services.map(({ name }) => name)).toEqual(['backend', 'kube-dns']);
  });

  it('brings what is wrong back as diagnostics', () => {
    const found = svcsim.loadScenario(`${workspace.folder}/nowhere.yaml`);
    expect(found.ok).toBe(false);
    const text = svcsim.loadScenario({ text: scenario().replace('10s', '10'), name: 'a.yaml' });
    if (text.ok) throw new Error('a duration without a unit was taken');
    expect(text.diagnostics[0]).toMatchObject({ file: 'a.yaml', line: 8, column: 13 });
  });

  it('refuses to compare nothing', async () => {
    await expect(svcsim.compare([])).rejects.toThrow('at least one plan');
  });
});

describe('types', () => {
  /** The files that the types of the library's entry lead to, with what they hold. */
  function reached(): ReadonlyMap<string, string> {
    const texts = new Map<string, string>();
    const left = [new URL('../../dist/types/index.d.ts', import.meta.url).pathname];
    for (let path = left.pop(); path !== undefined; path = left.pop()) {
      if (texts.has(path)) continue;
      const text = readFileSync(path, 'utf8');
      texts.set(path, text);
      for (const [, to] of text.matchAll(/['"](\.[^'"]+)\.ts['"]/g)) {
        left.push(join(dirname(path), `${to!.replace(/\.d$/, '')}.d.ts`));
      }
    }
    return texts;
  }

  it('ask for none of Node, which a browser does not have', () => {
    const texts = reached();
    const asking = [...texts].filter(([, text]) => /['"]node:|\bNodeJS\b/.test(text));
    expect(texts.size).toBeGreaterThan(50);
    expect(asking.map(([path]) => path)).toEqual([]);
  });
});

describe('in a browser', () => {
  it('the same code gives the same results, without anything of Node', async () => {
    const bundle = await build({
      entryPoints: [new URL('../../dist/index.js', import.meta.url).pathname],
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      globalName: 'svcsim',
      logLevel: 'error',
      logOverride: { 'empty-import-meta': 'silent' },
    });
    // What a page has, and no process, require or Buffer.
    const page = createContext({ performance, setTimeout, clearTimeout, URL, TextDecoder });
    runInContext(`${bundle.outputFiles[0]!.text};globalThis.svcsim = svcsim;`, page);
    const there = (page as unknown as { svcsim: Library }).svcsim;

    const source = { text: scenario({ duration: '2s' }) };
    const { base, variants } = loaded(there, source);
    expect(there.simulate(base).fingerprint).toEqual(
      svcsim.simulate(loaded(svcsim, source).base).fingerprint,
    );
    const { comparison } = await there.compare(variants);
    expect(comparison.pairs).toBe(2);
    expect(there.loadScenario('file.yaml').ok).toBe(false);
  });
});
