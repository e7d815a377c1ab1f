/**
 * The connections of a process whose workers each accept one and keep it until it closes (prefork and
 * thread-per-connection servers). While none is free, established connections wait in the listening socket's accept
 * queue; where that is full, SYNs are dropped, and the clients send them again. Linux lets one more wait than
 * listen() says (net/ipv4/tcp_ipv4.c, sk_acceptq_is_full).
 *
 * Left out: the SYN queue; that the process learns of a close one crossing late; which of a client's kept connections
 * has a worker: requests over those that wait are served as well.
 */
export class AcceptQueue {
  private readonly capacity: number;
  private held = 0;
  /** Deaths of the process when it was last asked: what it held dies with it. */
  private life = 0;

  constructor(workers: number, backlog: number) {
    this.capacity = workers + backlog + 1;
  }

  /** Whether a SYN finds no room, after so many deaths of the process. */
  isFull(deaths: number): boolean {
    if (deaths !== this.life) {
      this.life = deaths;
      this.held = 0;
    }
    return this.held >= this.capacity;
  }

  /** Whether a SYN finds room, which its connection then takes. */
  admit(deaths: number): boolean {
    if (this.isFull(deaths)) return false;
    this.held++;
    return true;
  }

  /** A connection closes that was let in after so many deaths. */
  leave(deaths: number): void {
    if (deaths === this.life) this.held--;
  }
}
