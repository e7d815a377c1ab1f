/** One line of a delimited file as its cells (RFC 4180, but that no cell goes on in the next line). */

const QUOTE = '"';

/** Null where a quoted cell is not closed. */
export function cellsOf(line: string, delimiter: string): string[] | null {
  if (!line.includes(QUOTE)) return line.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    let cell: string;
    if (line[at] === QUOTE) {
      let end = at + 1;
      for (;;) {
        end = line.indexOf(QUOTE, end);
        if (end === -1) return null;
        if (line[end + 1] !== QUOTE) break;
        end += 2;
      }
      const next = line.indexOf(delimiter, end + 1);
      const stop = next === -1 ? line.length : next;
      cell = line.slice(at + 1, end).replaceAll('""', QUOTE) + line.slice(end + 1, stop).trim();
      at = stop;
    } else {
      const next = line.indexOf(delimiter, at);
      const stop = next === -1 ? line.length : next;
      cell = line.slice(at, stop);
      at = stop;
    }
    cells.push(cell);
    if (at >= line.length) return cells;
    at += delimiter.length;
  }
}

const DELIMITERS: readonly string[] = [',', '\t', ';', '|'];

/** The delimiter of which all lines have equally many, most of them; null where none has any. */
export function delimiterOf(lines: readonly string[]): string | null {
  let best: string | null = null;
  let most = 1;
  for (const delimiter of DELIMITERS) {
    const widths = lines.map((line) => cellsOf(line, delimiter)?.length ?? 0);
    const width = widths[0] ?? 0;
    const even = widths.filter((each) => each === width).length;
    if (width > most && even * 2 > widths.length) {
      best = delimiter;
      most = width;
    }
  }
  return best;
}
