/** Long sentences on several lines. */

/** Columns of a summary. */
export const SUMMARY_WIDTH = 100;

/** Holds two words of `wrap` together. */
const NO_BREAK = '\u00A0';

/** Parts in a row, with breaks between them only. */
export function wrapParts(
  start: string,
  parts: readonly string[],
  indent: string,
): readonly string[] {
  const whole = parts.map((part) => part.replaceAll(' ', NO_BREAK)).join(`${NO_BREAK}· `);
  return wrap(`${start}${whole}`, indent).map((line) => line.replaceAll(NO_BREAK, ' '));
}

/** Words with breaks between them only, whatever they hold. */
export const wrapWhole = (words: readonly string[], indent: string): readonly string[] =>
  wrap(words.map((word) => word.replaceAll(' ', NO_BREAK)).join(' '), indent).map((line) =>
    line.replaceAll(NO_BREAK, ' '),
  );

/** `text` after a `start` whose spaces, leading ones too, stay as they are. */
export function wrapAfter(start: string, text: string, indent: string): readonly string[] {
  const lines = wrap(`${start.replaceAll(' ', NO_BREAK)}${text}`, indent);
  return lines.map((line) => line.replaceAll(NO_BREAK, ' '));
}

/** `text` in lines of at most SUMMARY_WIDTH columns; all but the first are indented by `indent`. */
export function wrap(text: string, indent: string = ''): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > SUMMARY_WIDTH) {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
