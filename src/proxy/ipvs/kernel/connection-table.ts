/**
 * The entries of IPVS' connection table (net/netfilter/ipvs/ip_vs_conn.c, ip_vs_conn_tab), one per
 * network namespace, so per node: connections by client address and port and virtual server, and the templates of persistent
 * virtual servers by client network. Entries are numbered from 1 on; a number is used again once its entry is gone.
 *
 * A node may have a hundred thousand entries, most of them in TIME_WAIT, so what counts is how much memory is touched. An entry is
 * one row, half a line of a cache. Numbers are dealt in turn around the table: entries that are made one after the other
 * are neighbours, and as they end and expire at about the same times, so are those that are touched next. For the same reason,
 * neighbouring ports of a client hash to neighbouring chains, and clients with neighbouring addresses far from each other.
 */

/** States of entries: those of ip_vs_proto_tcp.c that are told apart here, UDP, and templates. */
export const FREE = 0;
export const SYN_RECV = 1;
export const ESTABLISHED = 2;
export const FIN_WAIT = 3;
export const TIME_WAIT = 4;
export const CLOSE = 5;
export const UDP = 6;
export const TEMPLATE = 7;

/** No entry. */
export const NONE = -1;

/** The port of templates: no connection has it. */
export const ANY_PORT = -1;
/** The port of entries that no packet will find any more; they last until their timer fires. */
const HIDDEN = -2;

/** Chains for each entry that there is room for. */
const CHAINS_PER_ENTRY = 2;
const SMALLEST = 16;
/** Of 2^32: the upper bits of its multiples are spread evenly (Knuth, The Art of Computer Programming, 6.4). */
const GOLDEN_RATIO = 0x9e3779b1;
/** Entries for eight that there is room for, above which the table grows. */
const FULL_EIGHTHS = 7;

/** Columns of a row, of which there are 2^3. */
const ROW = 3;
const IP = 0;
const PORT = 1;
const SERVICE = 2;
const STATE = 3;
const SERVER = 4;
/** Of a connection: the template that it came through. Of a template: how many came through it and are left. */
const CONTROL = 5;
/** The next entry of the same chain. */
const NEXT = 6;

export class ConnectionTable {
  /** The entries, a row each. */
  private rows: Int32Array = new Int32Array(0);
  /** First entry of each hash chain. */
  private heads: Int32Array = new Int32Array(0);
  /** What leaves as many upper bits of a hash as there are in numbers of chains. */
  private headShift = 0;
  /** Of each template: what its timer is set to, in ticks, and the tick that is. As long as there is none: empty. */
  private spans: Int32Array = new Int32Array(0);
  /** Entries there are, and number 0. */
  private size = 1;
  /** The number dealt last. */
  private last = 0;
  private readonly grown: (capacity: number) => void;

  /** `grown` is told when there is room for more entries. */
  constructor(grown: (capacity: number) => void) {
    this.grown = grown;
  }

  /** Entries there may be: each number is below. */
  get capacity(): number {
    return this.rows.length >> ROW;
  }

  find(ip: number, port: number, service: number): number {
    const { rows, heads } = this;
    if (heads.length === 0) return NONE;
    let entry = heads[this.chainOf(ip, port, service)];
    while (entry !== NONE) {
      const row = entry << ROW;
      if (
        rows[row | PORT] === port &&
        rows[row | IP] === (ip | 0) &&
        rows[row | SERVICE] === service
      )
        return entry;
      entry = rows[row | NEXT];
    }
    return NONE;
  }

  add(
    ip: number,
    port: number,
    service: number,
    state: number,
    server: number,
    control: number,
  ): number {
    if (8 * this.size >= FULL_EIGHTHS * this.capacity) this.grow();
    const { rows, heads } = this;
    const end = rows.length - 1;
    let row = this.last << ROW;
    do row = (row + (1 << ROW)) & end;
    while (row === 0 || rows[row | STATE] !== FREE);
    const entry = row >> ROW;
    this.last = entry;
    this.size++;
    const chain = this.chainOf(ip, port, service);
    rows[row] = ip;
    rows[row | PORT] = port;
    rows[row | SERVICE] = service;
    rows[row | STATE] = state;
    rows[row | SERVER] = server;
    rows[row | CONTROL] = control;
    rows[row | NEXT] = heads[chain];
    heads[chain] = entry;
    return entry;
  }

  remove(entry: number): void {
    this.hide(entry);
    this.rows[(entry << ROW) | STATE] = FREE;
    this.size--;
  }

  /** Hides an entry: no packet will find it. */
  hide(entry: number): void {
    const { rows, heads } = this;
    const row = entry << ROW;
    const port = rows[row | PORT];
    if (port === HIDDEN) return;
    const chain = this.chainOf(rows[row], port, rows[row | SERVICE]);
    const next = rows[row | NEXT];
    let before = heads[chain];
    if (before === entry) {
      heads[chain] = next;
    } else {
      while (rows[(before << ROW) | NEXT] !== entry) before = rows[(before << ROW) | NEXT];
      rows[(before << ROW) | NEXT] = next;
    }
    rows[row | PORT] = HIDDEN;
  }

  stateOf(entry: number): number {
    return this.rows[(entry << ROW) | STATE];
  }

  setState(entry: number, state: number): void {
    this.rows[(entry << ROW) | STATE] = state;
  }

  serverOf(entry: number): number {
    return this.rows[(entry << ROW) | SERVER];
  }

  controlOf(entry: number): number {
    return this.rows[(entry << ROW) | CONTROL];
  }

  /** A connection came through the template (1), or has gone (-1). */
  countControlled(template: number, change: 1 | -1): void {
    this.rows[(template << ROW) | CONTROL] += change;
  }

  /** What a template's timer is set to, in ticks. */
  spanOf(template: number): number {
    return this.spans[2 * template];
  }

  /** The tick that a template's timer is set to. */
  expiryOf(template: number): number {
    return this.spans[2 * template + 1];
  }

  setSpan(template: number, span: number, expiry: number): void {
    if (this.spans.length === 0) this.spans = new Int32Array(2 * this.capacity);
    this.spans[2 * template] = span;
    this.spans[2 * template + 1] = expiry;
  }

  private chainOf(ip: number, port: number, service: number): number {
    const client = Math.imul(ip + Math.imul(service, 0x85ebca6b), GOLDEN_RATIO);
    return (port + (client >>> this.headShift)) & (this.heads.length - 1);
  }

  private grow(): void {
    const before = this.capacity;
    const capacity = Math.max(SMALLEST, 2 * before);
    const { rows, spans } = this;
    this.rows = new Int32Array(capacity << ROW);
    this.rows.set(rows);
    if (spans.length > 0) {
      this.spans = new Int32Array(2 * capacity);
      this.spans.set(spans);
    }
    this.heads = new Int32Array(CHAINS_PER_ENTRY * capacity).fill(NONE);
    this.headShift = Math.clz32(this.heads.length - 1);
    for (let entry = 0; entry < before; entry++) {
      const row = entry << ROW;
      if (this.rows[row | STATE] === FREE || this.rows[row | PORT] === HIDDEN) continue;
      const chain = this.chainOf(
        this.rows[row | IP],
        this.rows[row | PORT],
        this.rows[row | SERVICE],
      );
      this.rows[row | NEXT] = this.heads[chain];
      this.heads[chain] = entry;
    }
    this.grown(capacity);
  }
}
