/** Links between the pages of the repository lead somewhere: to a file that is there, and to a heading that it has. */
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRepositoryFile, repositoryFiles, ROOT } from '../source-graph.ts';

const PAGES = repositoryFiles().filter((path) => path.endsWith('.md'));

/** A page without its fenced blocks. */
const proseOf = (path: string): string => readRepositoryFile(path).replace(/^```[^]*?^```$/gm, '');

/** The fragments that GitHub gives to the headings of a page. */
function fragmentsOf(path: string): string[] {
  return [...proseOf(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Links within the repository: to which page or file, and to which fragment of it. */
function linksOf(path: string): { readonly target: string; readonly fragment: string }[] {
  return [...proseOf(path).matchAll(/\]\((?!\w+:)([^)#\s]*)#?([^)\s]*)\)/g)].map(
    ([, file, fragment]) => ({
      target: file === '' ? path : posix.join(posix.dirname(path), file),
      fragment,
    }),
  );
}

describe.each(PAGES)('%s', (path) => {
  it('has no link that leads nowhere', () => {
    const broken = linksOf(path).filter(({ target, fragment }) => {
      if (!existsSync(ROOT + target)) return true;
      return fragment !== '' && !fragmentsOf(target).includes(fragment);
    });
    expect(broken).toEqual([]);
  });
});
