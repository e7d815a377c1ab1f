/**
 * Habits of this repository that neither the compiler nor the linter holds. Every complaint reads
 * `path:line: error: what is wrong, what to do instead`.
 */
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles, sourceFiles } from './source-graph.ts';

interface Ban {
  readonly pattern: RegExp;
  readonly use: string;
  readonly in: (path: string) => boolean;
}

const isCode = (path: string): boolean => /\.(ts|mjs|js)$/.test(path);
const isSource = (path: string): boolean => path.startsWith('src/') && isCode(path);
const isModel = (path: string): boolean => /^src\/(kube|proxy|world)\//.test(path);
const isText = (path: string): boolean => !/\.(png|svg|gz|hgrm|tape)$/.test(path);
const isHandWritten = (path: string): boolean =>
  isText(path) && !['package-lock.json', 'LICENSE'].includes(path);

// Classes of one letter keep the patterns from finding themselves in this file.
const BANS: readonly Ban[] = [
  {
    pattern: /\bnew Dat[e]\(|\bDat[e]\.now\(/,
    use: 'simulated time in the model; process.hrtime in study/ and cli/ (D1)',
    in: isSource,
  },
  {
    pattern: /\.local[e]Compare\(|\.toLocal[e]\w*\(|\bInt[l]\./,
    use: 'compareCodeUnits and the number formatter of report/ (D5)',
    in: isSource,
  },
  {
    pattern: /\bMath\.rando[m]\b/,
    use: 'a named stream of engine/ (D3)',
    in: isSource,
  },
  {
    // Typed arrays sort as numbers without one.
    pattern: /^(?!.*(\d+Array\b|\.subarray\()).*\.(sor[t]|toSorte[d])\(\)/,
    use: 'a comparator: the default one compares as strings (D5)',
    in: isSource,
  },
  {
    pattern: /\bObject\.(key[s]|entrie[s]|value[s])\(|\bfor \((const|let) \w+ i[n] /,
    use: 'a Map or an array: keys that look like integers are reordered (D5)',
    in: isModel,
  },
  {
    pattern: /\b(it|test|describe)\b.*\.onl[y]\(/,
    use: 'the whole suite: a focused test hides the others',
    in: isCode,
  },
  {
    pattern: /\b(FIXM[E]|TOD[O]|XX[X])\b/,
    use: 'an issue, or do it now',
    in: isHandWritten,
  },
  {
    pattern: /(^|[\s'"`(=:])\/(home|Users|root|work|tmp)\//,
    use: 'a path relative to the repository, or os.tmpdir()',
    in: isHandWritten,
  },
  {
    pattern: /"resolve[d]": "http/,
    use: 'npm install --omit-lockfile-registry-resolved',
    in: (path) => path === 'package-lock.json',
  },
];

/** Draw from Math.random unless they are given a source of their own. */
const AMBIENT_STATISTICS = [
  'kMeansCluster',
  'permutationTest',
  'sample',
  'sampleWithReplacement',
  'shuffle',
  'shuffleInPlace',
];

const LINES_MAX = 400;
const ENTRIES = [
  'src/index.ts',
  'src/cli/main.ts',
  'src/cli/launch/cli.ts',
  'src/cli/launch/program.ts',
  'src/cli/launch/worker.ts',
  'src/cli/launch/keep-code.ts',
];

function complaints(path: string, text: string, bans: readonly Ban[]): string[] {
  const applicable = bans.filter((ban) => ban.in(path));
  if (applicable.length === 0) return [];
  return text.split('\n').flatMap((line, index) =>
    applicable
      .filter(({ pattern }) => pattern.test(line))
      .map(({ pattern, use }) => {
        const found = pattern.exec(line)![0].trim();
        return `${path}:${index + 1}: error: ${found} is banned, use ${use}`;
      }),
  );
}

/** The lines of a Markdown text that are not inside a code fence, the others blanked. */
function prose(markdown: string): string[] {
  let fenced = false;
  return markdown.split('\n').map((line) => {
    const isFence = /^\s*(```|~~~)/.test(line);
    if (isFence) fenced = !fenced;
    return fenced || isFence ? '' : line;
  });
}

const files = repositoryFiles();
const sources = sourceFiles();
const markdown = files.filter((path) => path.endsWith('.md'));

describe('every file', () => {
  it('keeps clear of what is banned', () => {
    const found = files
      .filter((path) => BANS.some((ban) => ban.in(path)))
      .flatMap((path) => complaints(path, readRepositoryFile(path), BANS));
    expect(found).toEqual([]);
  });

  it('outside of tests names files that exist', () => {
    const known = new Set(files);
    const named = /\b(?:src|test|validate|bench|docs)\/[\w./-]+\.(?:ts|md|yaml)\b/g;
    const missing = files
      .filter((path) => /^(src|validate|bench|docs)\/|^[A-Z]+\.md$/.test(path) && isText(path))
      .flatMap((path) =>
        readRepositoryFile(path)
          .split('\n')
          .flatMap((line, index) =>
            [...line.matchAll(named)]
              .filter(([name]) => !known.has(name))
              .map(([name]) => `${path}:${index + 1}: error: no file ${name}`),
          ),
      );
    expect(missing).toEqual([]);
  });

  it.each([
    ['src/world/a.ts', 'const t = Date.' + 'now();'],
    ['src/study/a.ts', 'names.sort' + '();'],
    ['src/kube/a.ts', 'for (const id ' + 'in pods) {'],
    ['src/scenario/a.ts', 'a.locale' + 'Compare(b)'],
    ['test/world/a.test.ts', 'describe.each(rows).on' + 'ly("x", f)'],
    ['docs/a.md', 'see /ho' + 'me/me/notes'],
    ['src/base/a.ts', '// TO' + 'DO: later'],
  ])('is searched: %s must not say %s', (path, line) => {
    expect(complaints(path, `\n${line}\n`, BANS)).toHaveLength(1);
    expect(complaints(path, '\nplain\n', BANS)).toEqual([]);
  });
});

describe('every file of code, tests included', () => {
  it(`has at most ${LINES_MAX} lines`, () => {
    const long = files
      .filter((path) => path.endsWith('.ts'))
      .map((path) => ({ path, lines: readRepositoryFile(path).split('\n').length - 1 }))
      .filter(({ lines }) => lines > LINES_MAX)
      .map(({ path, lines }) => `${path}:1: error: ${lines} lines, split it by concept`);
    expect(long).toEqual([]);
  });
});

describe('every source file', () => {
  it('names its concept', () => {
    const vague = /(^|\/)(utils?|helpers?|common|misc|manager)(\/|\.ts$)/;
    expect(sources.map(({ path }) => path).filter((path) => vague.test(path))).toEqual([]);
  });

  it('is reached from what the build makes', () => {
    const byPath = new Map(sources.map((source) => [source.path, source]));
    const reached = new Set<string>();
    const pending = ENTRIES.filter((entry) => byPath.has(entry));
    expect(pending, 'entries that exist').toEqual(ENTRIES);
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (reached.has(path)) continue;
      reached.add(path);
      for (const { file } of byPath.get(path)?.imports ?? []) if (file !== null) pending.push(file);
    }
    // A declaration file describes a package, and nothing imports it.
    const modules = sources.map(({ path }) => path).filter((path) => !path.endsWith('.d.ts'));
    expect(modules.filter((path) => !reached.has(path))).toEqual([]);
  });

  it('imports files that exist', () => {
    const known = new Set(files);
    const missing = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ file }) => file !== null && file.endsWith('.ts') && !known.has(file))
        .map(({ specifier, line }) => `${path}:${line}: error: no file ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it('takes no ambient randomness from simple-statistics', () => {
    const ambient = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier }) => specifier === 'simple-statistics')
        .filter(({ names }) => names.some((name) => AMBIENT_STATISTICS.includes(name)))
        .map(({ line }) => `${path}:${line}: error: draws from an ambient source, pass a stream`),
    );
    expect(ambient).toEqual([]);
  });
});

describe('every test', () => {
  it('with generated cases gives them a fixed seed', () => {
    const texts = files
      .filter((path) => /^test\/.*\.test\.ts$/.test(path))
      .map((path) => ({ path, text: readRepositoryFile(path) }))
      .map(({ path, text }) => ({ path, text, properties: count(text, /\bfc\.assert\(/g) }))
      .filter(({ properties }) => properties > 0);
    expect(texts.length).toBeGreaterThan(20);
    const byChance = texts
      .filter(({ text }) => !/\bfc\.configureGlobal\(\{ seed: \d/.test(text))
      .filter(({ text, properties }) => count(text, /\bseed: (SEED|\d[\d_]*)[, ]/g) < properties)
      .map(({ path }) => `${path}:1: error: cases by chance; fc.configureGlobal({ seed: 42 })`);
    expect(byChance).toEqual([]);
  });
});

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

describe('every Markdown file', () => {
  it('has one title', () => {
    const odd = markdown
      .map((path) => ({
        path,
        titles: prose(readRepositoryFile(path)).filter((line) => line.startsWith('# ')).length,
      }))
      .filter(({ titles }) => titles !== 1)
      .map(({ path, titles }) => `${path}:1: error: ${titles} titles, one expected`);
    expect(odd).toEqual([]);
  });

  it('links to files that exist', () => {
    const known = new Set(files);
    const broken = markdown.flatMap((path) =>
      prose(readRepositoryFile(path)).flatMap((line, index) =>
        [...line.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(#[^)]*)?\)/g)]
          .map((match) => posix.normalize(posix.join(posix.dirname(path), match[1]!)))
          .filter((target) => {
            const folder = target.endsWith('/') ? target : `${target}/`;
            return !known.has(target) && !files.some((file) => file.startsWith(folder));
          })
          .map((target) => `${path}:${index + 1}: error: no file ${target}`),
      ),
    );
    expect(broken).toEqual([]);
  });
});

describe('every scenario', () => {
  it('is listed in the README', () => {
    const readme = readRepositoryFile('README.md');
    const unlisted = files
      .filter((path) => /^scenarios\/[^/]+\.(ya?ml|json)$/.test(path))
      .filter((path) => !readme.includes(path));
    expect(unlisted).toEqual([]);
  });

  it('says what it shows and gates on something', () => {
    const bare = files
      .filter((path) => /^scenarios\/[^/]+\.ya?ml$/.test(path))
      .filter((path) => {
        const text = readRepositoryFile(path);
        return !/^#/m.test(text) || !/^\s+thresholds:/m.test(text);
      });
    expect(bare).toEqual([]);
  });
});

describe('every decision', () => {
  it('says what led to it, what follows and what would change it', () => {
    const decisions = markdown.filter((path) => path.startsWith('docs/decisions/'));
    expect(decisions.length).toBeGreaterThan(0);
    for (const path of decisions) {
      const headings = prose(readRepositoryFile(path)).filter((line) => line.startsWith('## '));
      expect(headings, path).toEqual([
        '## Context',
        '## Decision',
        '## Consequences',
        '## What would change our mind',
      ]);
    }
  });
});
