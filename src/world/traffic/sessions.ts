/**
 * Sessions of a client: what arrives is a user, who issues a request, waits for its end, thinks, and issues the next, all
 * from one client pod, until there are no more. How long a session is and how long its user thinks are numbers of the
 * session's own, the same however fast pods answer.
 *
 * A session's requests use the connections of the client pod like all others: none is kept for a session. It ends with the
 * pod's node. What would be due after the end of the measurement is not issued.
 */
import type { ErrorCause, SessionLength, SessionPolicy } from '../../contract/plan.ts';
import { SingleSampler } from '../../engine/distributions/sampler.ts';
import { SimEvent } from '../../engine/event-queue.ts';
import { KeyedStream } from '../../engine/keyed-stream.ts';
import type { RandomStream } from '../../engine/random.ts';
import type { World } from '../world.ts';
import type { Client } from './client.ts';
import type { Replica } from './replica.ts';
import type { RequestWaiter } from './request-waiter.ts';

export class Sessions {
  /** Begun; of those that have had all their requests; that ended before, by an error or with their node. */
  begun: number = 0;
  completed: number = 0;
  failed: number = 0;
  private readonly world: World;
  private readonly client: Client;
  private readonly policy: SessionPolicy;
  private readonly lengths: KeyedStream;
  private readonly thoughts: KeyedStream;
  private readonly think: SingleSampler;
  private readonly drawn = new Float64Array(1);
  private readonly idle: Session[] = [];

  constructor(world: World, client: Client, policy: SessionPolicy) {
    this.world = world;
    this.client = client;
    this.policy = policy;
    const name = `client/${client.plan.name}/session`;
    this.lengths = new KeyedStream(world.seed, name);
    this.thoughts = new KeyedStream(world.seed, `${name}-think`);
    this.think = new SingleSampler(policy.think);
  }

  /** A user comes now to a pod of the client; null: none is up, and the first request fails at once. */
  begin(replica: Replica | null): void {
    const session = this.idle.pop() ?? new Session(this.world.queue, this);
    session.number = this.begun++;
    session.replica = replica;
    session.issued = 0;
    session.length = lengthOf(this.policy.requests, this.lengths.at(session.number, 0));
    this.issue(session);
  }

  issue(session: Session): void {
    const { replica } = session;
    // Its client pod has died meanwhile, and the user's session with it.
    if (session.issued > 0 && (replica === null || this.world.nodes.isDown(replica.node))) {
      this.failed++;
      this.idle.push(session);
      return;
    }
    session.issued++;
    this.client.issueFrom(replica, session);
  }

  requestEnded(session: Session, cause: ErrorCause | null): void {
    const { queue, horizon } = this.world;
    if (cause !== null && this.policy.onError === 'End') {
      this.failed++;
      this.idle.push(session);
    } else if (session.issued === session.length) {
      this.completed++;
      this.idle.push(session);
    } else {
      this.think.draw(this.thoughts.at(session.number, session.issued), this.drawn, 0);
      const at = queue.now + this.drawn[0];
      if (at < horizon) queue.scheduleEntry(session.entry, at);
    }
  }
}

/** A session, and the event of its next request. */
class Session extends SimEvent implements RequestWaiter {
  number: number = 0;
  replica: Replica | null = null;
  /** Requests so far, and in all. */
  issued: number = 0;
  length: number = 0;
  private readonly sessions: Sessions;

  constructor(queue: World['queue'], sessions: Sessions) {
    super(queue, 3);
    this.sessions = sessions;
  }

  override fire(): void {
    this.sessions.issue(this);
  }

  requestEnded(cause: ErrorCause | null): void {
    this.sessions.requestEnded(this, cause);
  }
}

function lengthOf(requests: SessionLength, stream: RandomStream): number {
  switch (requests.kind) {
    case 'constant':
      return requests.value;
    case 'uniform':
      return requests.min + stream.below(requests.max - requests.min + 1);
    case 'geometric':
      return requests.mean === 1
        ? 1
        : 1 + Math.floor(Math.log1p(-stream.next53()) / Math.log1p(-1 / requests.mean));
  }
}
