/**
 * Console blocks of a page of documentation, and whether they show what commands print.
 *
 * A block ```console holds lines that begin with `$ `, each with the lines below it that it prints. A line `...` stands for
 * one or more that are left out. A block ```yaml NAME is a file of that name, for the commands that follow.
 */

/** A command with what the page shows of its output. */
export interface ShownCommand {
  readonly command: string;
  readonly output: readonly string[];
  /** Lines of the page, from 0: that of the command, and the one after its output. */
  readonly line: number;
  readonly end: number;
}

/** A file that the page shows whole. */
export interface ShownFile {
  readonly name: string;
  readonly text: string;
}

/** One block, in the order of the page. */
export interface Block {
  /** Of its fence, from 0. */
  readonly line: number;
  readonly commands: readonly ShownCommand[];
  readonly file: ShownFile | null;
}

const ELISION = '...';

export function blocksOf(page: string): readonly Block[] {
  const lines = page.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^```(.*)$/.exec(lines[at]!);
    if (fence === null) continue;
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`line ${at + 1}: a block without an end`);
    const file = /^ya?ml (\S+)$/.exec(fence[1]!)?.[1];
    const inside = lines.slice(at + 1, end);
    if (file !== undefined) {
      const text = `${inside.join('\n')}\n`;
      blocks.push({ line: at, commands: [], file: { name: file, text } });
    } else if (fence[1] === 'console') {
      blocks.push({ line: at, commands: commandsOf(inside, at + 1), file: null });
    }
    at = end;
  }
  return blocks;
}

function commandsOf(lines: readonly string[], first: number): readonly ShownCommand[] {
  const starts = lines.flatMap((line, index) => (line.startsWith('$ ') ? [index] : []));
  if (starts[0] !== 0) throw new Error(`line ${first + 1}: a console block begins with "$ "`);
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? lines.length;
    let output = start + 1;
    // A command goes on below where its line ends so.
    while (lines[output - 1]!.endsWith('\\') && output < end) output++;
    const command = lines.slice(start, output).join('\n').slice(2);
    const shown = lines.slice(output, end);
    return { command, output: shown, line: first + start, end: first + end };
  });
}

/** Whether `shown`, with its elisions, is what was printed. */
export function isShown(shown: readonly string[], printed: readonly string[]): boolean {
  const [first = [], ...rest] = segmentsOf(shown);
  if (!isAt(first, printed, 0)) return false;
  if (rest.length === 0) return first.length === printed.length;
  const last = rest.pop()!;
  let at = first.length;
  for (const segment of rest) {
    at = indexOf(segment, printed, at + 1, (a, b) => a === b);
    if (at === -1) return false;
    at += segment.length;
  }
  const tail = printed.length - last.length;
  return tail > at && isAt(last, printed, tail);
}

/**
 * What is to be shown of what is printed now: as many lines as before at its start and its end, and in between those
 * that begin with what differs in numbers only.
 */
export function elided(shown: readonly string[], printed: readonly string[]): readonly string[] {
  const [first = [], ...rest] = segmentsOf(shown);
  if (rest.length === 0) return printed;
  const last = rest.pop()!;
  const parts = printed.slice(0, first.length);
  let at = first.length;
  for (const segment of rest) {
    at = indexOf(segment.slice(0, 1), printed, at + 1, (a, b) => shapeOf(a) === shapeOf(b));
    if (at === -1) throw new Error(`nothing printed looks like "${segment[0]}": elide it anew`);
    parts.push(ELISION, ...printed.slice(at, at + segment.length));
    at += segment.length;
  }
  parts.push(ELISION, ...printed.slice(Math.max(at + 1, printed.length - last.length)));
  return parts;
}

/** The stretches between elisions; the first and the last may be empty. */
function segmentsOf(shown: readonly string[]): string[][] {
  const segments: string[][] = [[]];
  for (const line of shown) {
    if (line === ELISION) segments.push([]);
    else segments.at(-1)!.push(line);
  }
  return segments;
}

const isAt = (segment: readonly string[], lines: readonly string[], at: number): boolean =>
  segment.every((line, index) => lines[at + index] === line);

function indexOf(
  segment: readonly string[],
  lines: readonly string[],
  from: number,
  equal: (a: string, b: string) => boolean,
): number {
  for (let at = from; at + segment.length <= lines.length; at++) {
    if (segment.every((line, index) => equal(line, lines[at + index]!))) return at;
  }
  return -1;
}

/** A line without its numbers, bars and widths. */
const shapeOf = (line: string): string =>
  line.replaceAll(/[\d.,%±<~▏▎▍▌▋▊▉█▕↑↓\s-]+|(?<=\d)(?:us|ms|s|m)\b/g, ' ').trim();
