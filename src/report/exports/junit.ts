/**
 * Checks as JUnit XML, in the form that Jenkins, GitLab and GitHub's reporters read: suites, cases, failure, skipped and
 * system-out. There is no time in it: a simulation has none that would mean anything there, and equal input
 * gives equal bytes.
 */
import type { ReportCheck } from './checks.ts';

/** Characters that XML 1.0 cannot hold, not even escaped. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Parsers make blanks of these in attributes, and line feeds of the last one anywhere.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

const attributeText = (text: string): string =>
  text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"\t\n\r]/g, (found) => ESCAPES[found]!);

const content = (text: string): string =>
  text.replace(FORBIDDEN, '\ufffd').replace(/[&<>\r]/g, (found) => ESCAPES[found]!);

/** An element on lines of its own; `body` is written already. */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  body: string,
): string {
  const list = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${attributeText(`${value}`)}"`,
  );
  return body === ''
    ? `<${name}${list.join('')}/>\n`
    : `<${name}${list.join('')}>${body}</${name}>\n`;
}

/** How a case is written that is not simply passed. */
function outcome({ status, message, details }: ReportCheck): string {
  const text = content(details);
  switch (status) {
    case 'failed':
      return `\n${element('failure', { message, type: 'failed' }, text)}`;
    case 'skipped':
      return `\n${element('skipped', { message }, '')}`;
    case 'warned':
    case 'passed': {
      const said = [message, details].filter((line) => line !== '').join('\n');
      const prefix = status === 'warned' ? 'Warning: ' : '';
      return said === '' ? '' : `\n${element('system-out', {}, content(`${prefix}${said}`))}`;
    }
  }
}

const countsOf = (checks: readonly ReportCheck[]): Readonly<Record<string, number>> => ({
  tests: checks.length,
  failures: checks.filter(({ status }) => status === 'failed').length,
  errors: 0,
});

/** The document; `name` is that of the whole, as servers list it. */
export function junitXml(name: string, checks: readonly ReportCheck[]): string {
  const suites = new Set(checks.map(({ suite }) => suite));
  const body = [...suites].map((suite) => {
    const own = checks.filter((check) => check.suite === suite);
    const cases = own.map((check) =>
      element(
        'testcase',
        {
          name: check.name,
          classname: suite,
          ...(check.file === null ? {} : { file: check.file }),
        },
        outcome(check),
      ),
    );
    const skipped = own.filter(({ status }) => status === 'skipped').length;
    return element('testsuite', { name: suite, ...countsOf(own), skipped }, `\n${cases.join('')}`);
  });
  const whole = element('testsuites', { name, ...countsOf(checks) }, `\n${body.join('')}`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${whole}`;
}
