/** A real server behind one virtual server, with the kernel's books on it (include/net/ip_vs.h, struct ip_vs_dest). */
import type { Endpoint } from '../../../kube/endpoint.ts';
import type { RealServer } from '../schedulers/scheduler.ts';
import { ACTIVE, INACTIVE, INDEX, REFERENCES, rowOf, WEIGHT } from './books.ts';
import type { Books } from './books.ts';
import type { VirtualServer } from './virtual-server.ts';

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
