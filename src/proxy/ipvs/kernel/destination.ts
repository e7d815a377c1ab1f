/**
 * A real server behind one virtual server, with the kernel's books on it (include/net/ip_vs.h, struct ip_vs_dest).
 *
 * Whenever a connection begins, ends or expires, the books of its server are turned over, and with a thousand servers it is
 * another one each time. So all books of a node are rows of one array, which hold just what is needed then.
 */
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { RealServer } from '../schedulers/scheduler.ts';
import type { VirtualServer } from './virtual-server.ts';

/** Columns of the books, in rows of 2^3. */
const ROW = 3;
export const WEIGHT = 0;
export const ACTIVE = 1;
export const INACTIVE = 2;
export const INDEX = 3;
/** The number of the virtual server. */
export const SERVICE = 4;
export const REFERENCES = 5;

/** The books of a node's real servers. */
export class Books {
  rows: Int32Array = new Int32Array(8 << ROW);

  /** Opens the book of server number `id` behind a virtual server. */
  open(id: number, service: number): void {
    const row = rowOf(id);
    if (row === this.rows.length) {
      const { rows } = this;
      this.rows = new Int32Array(2 * rows.length);
      this.rows.set(rows);
    }
    this.rows.fill(0, row, row + (1 << ROW));
    this.rows[row | SERVICE] = service;
    this.rows[row | INDEX] = -1;
  }
}

/** Where the row of server number `id` begins. */
export const rowOf = (id: number): number => id << ROW;

export class Destination implements RealServer {
  readonly ip: number;
  readonly port: number;
  /** Its number on the node, which entries remember. */
  readonly id: number;
  /** What stands behind it: of no concern to the kernel. */
  endpoint: Endpoint | null = null;
  lastWeight: number = 0;
  /** Whose list it is in, or was. */
  virtualServer: VirtualServer;
  /** The tick at which it was deleted. */
  deletedAt: number = 0;
  private readonly books: Books;

  constructor(id: number, books: Books, virtualServer: VirtualServer, ip: number, port: number) {
    this.id = id;
    this.books = books;
    this.virtualServer = virtualServer;
    this.ip = ip;
    this.port = port;
    books.open(id, virtualServer.id);
  }

  get weight(): number {
    return this.books.rows[rowOf(this.id) | WEIGHT];
  }

  get active(): number {
    return this.books.rows[rowOf(this.id) | ACTIVE];
  }

  get inactive(): number {
    return this.books.rows[rowOf(this.id) | INACTIVE];
  }

  get index(): number {
    return this.books.rows[rowOf(this.id) | INDEX];
  }

  set index(index: number) {
    this.books.rows[rowOf(this.id) | INDEX] = index;
  }

  get references(): number {
    return this.books.rows[rowOf(this.id) | REFERENCES];
  }

  set references(references: number) {
    this.books.rows[rowOf(this.id) | REFERENCES] = references;
  }

  /** Whether it is in the list. */
  get isAvailable(): boolean {
    return this.index >= 0;
  }

  setWeight(weight: number): void {
    this.books.rows[rowOf(this.id) | WEIGHT] = weight;
    if (weight > 0) this.lastWeight = weight;
  }
}
