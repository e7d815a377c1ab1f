/** The header of a trace: what its rows are, and where in a row each fact stands. */
import { didYouMean } from '../../base/suggest.ts';
import type { TraceFormat } from '../../contract/traffic/trace.ts';

const COLUMNS: { readonly [format in TraceFormat]: readonly string[] } = {
  requests: ['at_ms', 'client', 'service_time_ms'],
  connections: ['at_ms', 'action', 'connection', 'client_ip', 'client_port'],
};
const REQUIRED: { readonly [format in TraceFormat]: readonly string[] } = {
  requests: ['at_ms'],
  connections: ['at_ms', 'action', 'connection'],
};
const BYTE_ORDER_MARK = '\uFEFF';
/** Columns with such names are nobody's business, as keys of a scenario are. */
const FREE = 'x-';
/** Broader files are not traces. */
export const COLUMNS_MAX = 64;

/** Where columns stand, by their place in a row; -1: there is none. */
export interface Columns {
  readonly format: TraceFormat;
  readonly count: number;
  readonly at: number;
  readonly client: number;
  readonly demand: number;
  readonly action: number;
  readonly connection: number;
  readonly address: number;
  readonly port: number;
}

/** What is wrong with a header, and how to mend it. */
export interface HeaderFault {
  readonly message: string;
  readonly hint: string;
}

export const columnsText = (format: TraceFormat): string => {
  const required = REQUIRED[format];
  const optional = COLUMNS[format].filter((name) => !required.includes(name));
  return `${required.join(',')}${optional.map((name) => `[,${name}]`).join('')}`;
};

const FORMATS = `requests: ${columnsText('requests')}; connections: ${columnsText('connections')}`;

/** The columns of a header line. */
export function columnsOf(line: string): Columns | HeaderFault {
  // UTF-16 has a zero in every other byte.
  const begin = line.slice(0, 8);
  if (begin.includes('\0') || begin.includes('\uFFFD')) {
    return { message: 'it is not UTF-8 text', hint: 'A trace is CSV in UTF-8, or that in gzip' };
  }
  const names = line
    .replace(BYTE_ORDER_MARK, '')
    .split(',')
    .map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const format: TraceFormat = names.includes('action') ? 'connections' : 'requests';
  if (names.length > COLUMNS_MAX) {
    return { message: `more than ${COLUMNS_MAX} columns`, hint: `Columns of ${FORMATS}` };
  }
  const hint = `Columns of ${FORMATS}; those called x-… are left alone`;
  const known = COLUMNS[format];
  const twice = names.find((name, i) => names.indexOf(name) < i && known.includes(name));
  if (twice !== undefined) return { message: `two columns are called ${twice}`, hint };
  const missing = REQUIRED[format].find((name) => !names.includes(name));
  const stranger = names.find((name) => !known.includes(name) && !name.startsWith(FREE));
  if (missing !== undefined) {
    const meant = stranger === undefined ? '' : didYouMean(missing, names);
    return { message: `the first line names no column ${missing}${meant}`, hint };
  }
  if (stranger !== undefined) {
    const advice = didYouMean(stranger, known);
    return { message: `a trace has no column "${stranger.slice(0, 80)}"${advice}`, hint };
  }
  const place = (name: string): number => (known.includes(name) ? names.indexOf(name) : -1);
  return {
    format,
    count: names.length,
    at: place('at_ms'),
    client: place('client'),
    demand: place('service_time_ms'),
    action: place('action'),
    connection: place('connection'),
    address: place('client_ip'),
    port: place('client_port'),
  };
}
