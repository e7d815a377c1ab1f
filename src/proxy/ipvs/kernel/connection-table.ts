/**
 * The entries of IPVS' connection table (net/netfilter/ipvs/ip_vs_conn.c, ip_vs_conn_tab), one per
 * network namespace, so per node: connections by client address and port and virtual server, and the templates of persistent
 * virtual servers by client network. Entries are numbered; a number is used again once its entry is gone.
 *
 * Entries that expire together were made about the same time, and have numbers close to each other: one array for each
 * of their properties keeps what is touched together close in memory. For the same reason, neighbouring ports of a client hash to
 * neighbouring chains.
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

export class ConnectionTable {
  /** First entry of each hash chain. */
  private heads: Int32Array = new Int32Array(0);
  /** The next entry of the same chain, or of the free ones. */
  private next: Int32Array = new Int32Array(0);
  private ip: Int32Array = new Int32Array(0);
  private port: Int32Array = new Int32Array(0);
  private service: Int32Array = new Int32Array(0);
  private state: Uint8Array = new Uint8Array(0);
  private server: Int32Array = new Int32Array(0);
  /** Of a connection: the template that it came through. Of a template: how many came through it and are left. */
  private control: Int32Array = new Int32Array(0);
  /** Of a template: what its timer is set to, in ticks. */
  private span: Int32Array = new Int32Array(0);
  /** Of a template: the tick that its timer is set to. */
  private expiry: Int32Array = new Int32Array(0);
  /** The first free entry. */
  private free = NONE;
  private readonly grown: (capacity: number) => void;

  /** `grown` is told when there is room for more entries. */
  constructor(grown: (capacity: number) => void) {
    this.grown = grown;
  }

  /** Entries there may be: each number is below. */
  get capacity(): number {
    return this.state.length;
  }

  find(ip: number, port: number, service: number): number {
    if (this.heads.length === 0) return NONE;
    let entry = this.heads[this.chainOf(ip, port, service)];
    while (entry !== NONE && !this.matches(entry, ip, port, service)) entry = this.next[entry];
    return entry;
  }

  /** Whether the entry is in use, and that of this client and virtual server. */
  matches(entry: number, ip: number, port: number, service: number): boolean {
    return (
      this.port[entry] === port &&
      this.ip[entry] === (ip | 0) &&
      this.service[entry] === service &&
      this.state[entry] !== FREE
    );
  }

  add(
    ip: number,
    port: number,
    service: number,
    state: number,
    server: number,
    control: number,
  ): number {
    if (this.free === NONE) this.grow();
    const entry = this.free;
    this.free = this.next[entry];
    this.ip[entry] = ip | 0;
    this.port[entry] = port;
    this.service[entry] = service;
    this.state[entry] = state;
    this.server[entry] = server;
    this.control[entry] = control;
    const chain = this.chainOf(ip, port, service);
    this.next[entry] = this.heads[chain];
    this.heads[chain] = entry;
    return entry;
  }

  remove(entry: number): void {
    this.hide(entry);
    this.state[entry] = FREE;
    this.next[entry] = this.free;
    this.free = entry;
  }

  /** Hides an entry: no packet will find it. */
  hide(entry: number): void {
    const port = this.port[entry];
    if (port === HIDDEN) return;
    const { heads, next } = this;
    const chain = this.chainOf(this.ip[entry], port, this.service[entry]);
    let before = heads[chain];
    if (before === entry) {
      heads[chain] = next[entry];
    } else {
      while (next[before] !== entry) before = next[before];
      next[before] = next[entry];
    }
    this.port[entry] = HIDDEN;
  }

  stateOf(entry: number): number {
    return this.state[entry];
  }

  setState(entry: number, state: number): void {
    this.state[entry] = state;
  }

  serverOf(entry: number): number {
    return this.server[entry];
  }

  controlOf(entry: number): number {
    return this.control[entry];
  }

  /** A connection came through the template (1), or has gone (-1). */
  countControlled(template: number, change: 1 | -1): void {
    this.control[template] += change;
  }

  spanOf(template: number): number {
    return this.span[template];
  }

  /** The tick that a template's timer is set to. */
  expiryOf(template: number): number {
    return this.expiry[template];
  }

  setSpan(template: number, span: number, expiry: number): void {
    this.span[template] = span;
    this.expiry[template] = expiry;
  }

  private chainOf(ip: number, port: number, service: number): number {
    const client = Math.imul(ip + Math.imul(service, 0x85ebca6b), 0x9e3779b1);
    return (port + (client >>> 8)) & (this.heads.length - 1);
  }

  private grow(): void {
    const before = this.capacity;
    const capacity = before === 0 ? 16 : 2 * before;
    const longer = (words: Int32Array): Int32Array => {
      const grown = new Int32Array(capacity);
      grown.set(words);
      return grown;
    };
    this.next = longer(this.next);
    this.ip = longer(this.ip);
    this.port = longer(this.port);
    this.service = longer(this.service);
    this.server = longer(this.server);
    this.control = longer(this.control);
    this.span = longer(this.span);
    this.expiry = longer(this.expiry);
    const { state } = this;
    this.state = new Uint8Array(capacity);
    this.state.set(state);
    this.heads = new Int32Array(CHAINS_PER_ENTRY * capacity).fill(NONE);
    for (let entry = 0; entry < before; entry++) {
      if (this.port[entry] === HIDDEN) continue;
      const chain = this.chainOf(this.ip[entry], this.port[entry], this.service[entry]);
      this.next[entry] = this.heads[chain];
      this.heads[chain] = entry;
    }
    for (let entry = capacity - 1; entry >= before; entry--) {
      this.next[entry] = this.free;
      this.free = entry;
    }
    this.grown(capacity);
  }
}
