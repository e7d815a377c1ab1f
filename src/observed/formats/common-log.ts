/**
 * What Apache's common and combined formats begin with, which nginx, Traefik and others took over: address, identity, user,
 * moment, request, status, bytes, and mostly referrer and user agent. What a server adds stands after that.
 */

/** A quoted text, whose own quotes are escaped. */
export const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';

const PREFIX = new RegExp(
  `^\\S+ \\S+ \\S+ \\[([^\\]]*)\\] ${QUOTED} (?:\\d{3}|-) (?:\\d+|-)(?: ${QUOTED} ${QUOTED})?`,
);

export interface CommonLine {
  readonly moment: string;
  /** Behind the prefix, trimmed. */
  readonly rest: string;
}

/** Null where a line does not begin so. */
export function commonLine(line: string): CommonLine | null {
  const found = PREFIX.exec(line);
  if (found === null) return null;
  return { moment: found[1]!, rest: line.slice(found[0].length).trim() };
}
