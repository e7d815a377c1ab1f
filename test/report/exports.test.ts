import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReportCheck } from '../../src/report/exports/checks.ts';
import { githubAnnotations } from '../../src/report/exports/github.ts';
import { junitXml } from '../../src/report/exports/junit.ts';

fc.configureGlobal({ seed: 42 });

const check = (over: Partial<ReportCheck> = {}): ReportCheck => ({
  suite: 'checkout baseline',
  name: 'latency.p99',
  status: 'passed',
  message: '',
  details: '',
  file: null,
  ...over,
});

/** What XML 1.0 does not have. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

/** An element of a document, as a parser sees it. */
interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
}

const unescape = (text: string): string =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (_all, code: string | undefined, name: string) =>
    code === undefined
      ? { amp: '&', lt: '<', gt: '>', quot: '"' }[name]!
      : String.fromCodePoint(Number(code)),
  );

/** A strict parser of what JUnit files consist of: throws for anything that is not well-formed. */
function parseXml(document: string): Element {
  if (document.search(FORBIDDEN) !== -1) {
    throw new Error('a character that XML does not have');
  }
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(head)) throw new Error('no declaration');
  const token = /<\/(\w[\w-]*)>|<(\w[\w-]*)((?: \w+="[^"<]*")*)(\/?)>|([^<]+)/gy;
  token.lastIndex = head.length;
  while (token.lastIndex < document.length) {
    const at = token.lastIndex;
    const match = token.exec(document);
    if (match === null) throw new Error(`not well-formed at ${document.slice(at, at + 40)}`);
    const [, closed, name, list, empty, text] = match;
    for (const part of [list, text]) {
      if (/&(?!(?:amp|lt|gt|quot|#\d+);)/.test(part ?? '')) throw new Error('a bare ampersand');
    }
    if (text !== undefined) open.at(-1)!.text += unescape(text);
    else if (closed !== undefined) {
      if (open.pop()!.name !== closed) throw new Error(`unexpected </${closed}>`);
    } else {
      const attributes = Object.fromEntries(
        [...list!.matchAll(/ (\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, unescape(value!)]),
      );
      const element: Element = { name: name!, attributes, children: [], text: '' };
      open.at(-1)!.children.push(element);
      if (empty === '') open.push(element);
    }
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not one element');
  return root.children[0]!;
}

describe('JUnit XML', () => {
  it('says of each check what came of it, and counts them', () => {
    const root = parseXml(
      junitXml('checkout', [
        check(),
        check({
          name: 'b',
          status: 'failed',
          message: '12% worse',
          details: 'Reproduce: x',
          file: 'b.json',
        }),
        check({ suite: 'checkout thresholds', name: 'c', status: 'skipped', message: 'too few' }),
        check({ suite: 'checkout thresholds', name: 'd', status: 'warned', message: 'beware' }),
      ]),
    );
    expect(root).toMatchObject({
      name: 'testsuites',
      attributes: { name: 'checkout', tests: '4', failures: '1', errors: '0' },
      children: [
        {
          name: 'testsuite',
          attributes: { name: 'checkout baseline', tests: '2', failures: '1', skipped: '0' },
          children: [
            {
              name: 'testcase',
              attributes: { name: 'latency.p99', classname: 'checkout baseline' },
              children: [],
            },
            {
              attributes: { name: 'b', file: 'b.json' },
              children: [
                {
                  name: 'failure',
                  attributes: { message: '12% worse', type: 'failed' },
                  text: 'Reproduce: x',
                },
              ],
            },
          ],
        },
        {
          attributes: { tests: '2', failures: '0', skipped: '1' },
          children: [
            { children: [{ name: 'skipped', attributes: { message: 'too few' } }] },
            { children: [{ name: 'system-out', text: 'Warning: beware' }] },
          ],
        },
      ],
    });
  });

  it('is well-formed, and gives back any text', () => {
    const line = fc.string({ unit: 'binary', maxLength: 30 });
    const status = fc.constantFrom('passed', 'failed', 'warned', 'skipped');
    const sound = (text: string): string => text.replace(FORBIDDEN, '\ufffd');
    fc.assert(
      fc.property(line, line, line, line, status, (suite, name, message, details, of) => {
        const root = parseXml(
          junitXml(suite, [check({ suite, name, message, details, status: of })]),
        );
        const [own] = root.children;
        const [test] = own!.children;
        expect([
          root.attributes['name'],
          own!.attributes['name'],
          test!.attributes['name'],
        ]).toEqual([suite, suite, name].map(sound));
        if (of === 'failed') {
          expect(test!.children[0]).toMatchObject({
            attributes: { message: sound(message) },
            text: sound(details),
          });
        }
      }),
    );
  });

  it('of no checks is still a document', () => {
    expect(parseXml(junitXml('nothing', []))).toMatchObject({
      attributes: { tests: '0' },
      children: [],
    });
  });
});

describe('annotations of GitHub Actions', () => {
  it('are errors for what failed, then warnings, and nothing for what passed', () => {
    const text = githubAnnotations([
      check(),
      check({ name: 'a', status: 'skipped', message: 'too few' }),
      check({
        name: 'b',
        status: 'failed',
        message: '12% worse',
        details: 'x\ny: z, 100%',
        file: 'a,b.json',
      }),
    ]);
    expect(text).toBe(
      '::error file=a%2Cb.json,title=checkout baseline%3A b::12%25 worse%0Ax%0Ay: z, 100%25\n' +
        '::warning title=checkout baseline%3A a::too few\n',
    );
  });
});
