/**
 * A process that answers DNS queries: a line of them in front of workers, one core each. What it
 * says to a query is the business of those who extend it.
 */
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { Query } from './query.ts';

export interface NameServerOptions {
  /** CPU time of one query, ns. */
  readonly work: Sampler;
  /** Queries that it works on at once, and that may wait. */
  readonly concurrency: number;
  readonly queueLimit: number;
}

export abstract class NameServer {
  private readonly options: NameServerOptions;
  private busy = 0;
  /** Those that wait; the first is at `head`. */
  private waiting: Query[] = [];
  private head = 0;
  /** Deaths of the process when it was last looked at. */
  private life = 0;

  constructor(options: NameServerOptions) {
    this.options = options;
  }

  /** How often the process has died. */
  protected abstract get deaths(): number;
  /** The CPU has done its part. */
  protected abstract reply(query: Query): void;
  /** CoreDNS has heard from its upstream resolver. */
  abstract upstreamAnswered(query: Query): void;

  /** A query arrives. */
  receive(query: Query): void {
    this.forgetPastLife();
    query.life = this.life;
    const { concurrency, queueLimit } = this.options;
    if (this.busy < concurrency) this.begin(query);
    else if (this.waiting.length - this.head < queueLimit) this.waiting.push(query);
    else query.lost();
  }

  /** A worker is done with a query. */
  finish(query: Query): void {
    this.forgetPastLife();
    if (query.life !== this.life) {
      query.lost();
      return;
    }
    this.busy--;
    if (this.head < this.waiting.length) this.begin(this.waiting[this.head++]!);
    if (this.head === this.waiting.length && this.head > 0) {
      this.waiting.length = 0;
      this.head = 0;
    }
    this.reply(query);
  }

  private begin(query: Query): void {
    this.busy++;
    query.beginWork(this, this.options.work.next());
  }

  /** What the process had when it died is gone with it. */
  private forgetPastLife(): void {
    if (this.life === this.deaths) return;
    this.life = this.deaths;
    this.busy = 0;
    const lost = this.waiting.slice(this.head);
    this.waiting = [];
    this.head = 0;
    for (const query of lost) query.lost();
  }
}
