/**
 * A closed loop: users who think, issue a request, wait for its end however that is, and think again. How much is asked
 * of a Service depends on how fast it answers.
 *
 * Each user is at home at one client pod, dealt in turn. Where the pod's node is down it issues at another pod of the
 * client, as its arrivals would; where none is up, its request fails at once. A user's first wait is a random part of a
 * think time, so that users do not come in step. How long a user thinks for the n-th time is a number of that user's own,
 * whatever others do and however fast they are answered.
 */
import type { ErrorCause } from '../../../contract/plan.ts';
import { SingleSampler } from '../../../engine/distributions/sampler.ts';
import { SimEvent } from '../../../engine/event-queue.ts';
import type { DelayLine, EventQueue } from '../../../engine/event-queue.ts';
import { KeyedStream } from '../../../engine/keyed-stream.ts';
import type { Client } from '../client.ts';
import type { RequestWaiter } from '../request-waiter.ts';
import type { ArrivalOf } from './arrival-times.ts';

/** From one request to the next, at least, of a user who does not think, where it failed or took no time: ns. */
const AT_LEAST_NS = 1e6;

/** The key of what part of the first think time is left: no think time has it. */
const FIRST = -1;

export class ClosedLoop {
  private readonly queue: EventQueue;
  private readonly client: Client;
  private readonly until: number;
  private readonly think: SingleSampler;
  private readonly thinks: boolean;
  /** Where all think for the same time; null: they do not. */
  private readonly line: DelayLine | null;
  private readonly streams: KeyedStream;
  private readonly drawn = new Float64Array(1);
  private readonly users: readonly User[];
  private isOver = false;

  /** Users begin to think now, and issue nothing from `until` (ns) on. `name`: of their streams. */
  constructor(
    client: Client,
    { users, think }: ArrivalOf<'closed'>,
    { name, until }: { readonly name: string; readonly until: number },
  ) {
    const { queue, seed } = client.world;
    this.queue = queue;
    this.client = client;
    this.until = until;
    this.think = new SingleSampler(think);
    const constant = think.kind === 'constant' ? think.value : null;
    this.thinks = constant !== 0;
    this.line = constant === null || constant === 0 ? null : queue.line(constant);
    this.streams = new KeyedStream(seed, `client/${client.plan.name}/${name}`);
    this.users = Array.from({ length: users }, (_, number) => new User(queue, this, number));
    for (const user of this.users) this.begin(user);
  }

  /** Nobody issues a request any more. What is under way goes on. */
  stop(): void {
    this.isOver = true;
    for (const user of this.users) this.queue.cancel(user);
  }

  /** A user has thought. */
  issue(user: User): void {
    user.issuedAt = this.queue.now;
    this.client.issueFrom(this.client.dealing.upAt(user.number), user);
  }

  /** A user's request has ended. */
  goOn(user: User, failed: boolean): void {
    if (this.isOver) return;
    const { queue, line } = this;
    if (line !== null) {
      if (queue.now + line.delay < this.until) queue.scheduleEntryIn(line, user.entry);
      return;
    }
    const thinks = this.nextThink(user);
    const isTooSoon = !this.thinks && (failed || queue.now === user.issuedAt);
    const rest = user.issuedAt + AT_LEAST_NS - queue.now;
    this.schedule(user, isTooSoon ? Math.max(thinks, rest) : thinks);
  }

  private begin(user: User): void {
    const thinks = this.nextThink(user);
    const part = this.streams.at(user.number, FIRST).next();
    this.schedule(user, Math.floor(part * thinks));
  }

  private nextThink(user: User): number {
    this.think.draw(this.streams.at(user.number, user.thoughts++), this.drawn, 0);
    return this.drawn[0];
  }

  private schedule(user: User, wait: number): void {
    const at = this.queue.now + wait;
    if (at < this.until) this.queue.scheduleEntry(user.entry, at);
  }
}

/** A user, and the event of the next request. */
class User extends SimEvent implements RequestWaiter {
  readonly number: number;
  /** Think times so far. */
  thoughts: number = 0;
  /** When its last request was issued, ns. */
  issuedAt: number = -1;
  private readonly loop: ClosedLoop;

  constructor(queue: EventQueue, loop: ClosedLoop, number: number) {
    super(queue, 3);
    this.loop = loop;
    this.number = number;
  }

  override fire(): void {
    this.loop.issue(this);
  }

  requestEnded(cause: ErrorCause | null): void {
    this.loop.goOn(this, cause !== null);
  }
}
