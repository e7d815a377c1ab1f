/** Texts as YAML: bare where any reader takes them for what they are, in quotes otherwise. */

/** What YAML, in one of its versions, takes for something other than a text. */
const WORDS: ReadonlySet<string> = new Set([
  'true',
  'false',
  'null',
  'yes',
  'no',
  'on',
  'off',
  'y',
  'n',
]);

/** A text in a block or a flow of YAML. */
export function scalar(text: string): string {
  const isPlain = /^(?:\.\.?\/)*[A-Za-z][\w./-]*$/.test(text) && !WORDS.has(text.toLowerCase());
  return isPlain ? text : JSON.stringify(text);
}

/** A text of somebody else's in a comment, which ends with its line. */
export const commented = (text: string): string =>
  // oxlint-disable-next-line no-control-regex
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
