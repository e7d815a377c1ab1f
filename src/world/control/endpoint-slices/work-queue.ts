/**
 * The work queue of a controller and its workers (client-go/util/workqueue): what is asked for twice before a worker
 * takes it up is done once; what is asked for while a worker is at it is done again after that. What fails is tried again
 * later and later, and given up in the end until something asks for it anew.
 */
import { PHASE_CONTROL, SimEvent } from '../../../engine/event-queue.ts';
import { doAt } from '../../../engine/moment.ts';
import type { World } from '../../world.ts';
import { TokenBucket } from './token-bucket.ts';

/** Back-off of one item: defaultSyncBackOff, maxSyncBackOff, maxRetries (pkg/controller/endpointslice/endpointslice_controller.go). */
const BACK_OFF_NS = 1e9;
const BACK_OFF_MAX_NS = 1000e9;
const RETRIES_MAX = 15;
/** Of all items together. */
const RETRY_LIMIT = { qps: 10, burst: 100 };

export class WorkQueue {
  readonly world: World;
  /** Second and later tries so far. */
  retries: number = 0;
  private idleWorkers: number;
  private readonly waiting: WorkItem[] = [];
  private readonly retryLimit: TokenBucket = new TokenBucket(RETRY_LIMIT);

  constructor(world: World, workers: number) {
    this.world = world;
    this.idleWorkers = workers;
  }

  /** An item is to be done as soon as a worker is free. */
  enter(item: WorkItem): void {
    this.waiting.push(item);
    this.giveOut();
  }

  /** A worker is free. */
  left(): void {
    this.idleWorkers++;
    this.giveOut();
  }

  /** When an item that has failed for the `failures`th time may be tried again, ns from now. */
  delayOfRetry(failures: number): number {
    const { now } = this.world.queue;
    const backOff = Math.min(BACK_OFF_NS * 2 ** (failures - 1), BACK_OFF_MAX_NS);
    this.retries++;
    return Math.max(backOff, this.retryLimit.take(now) - now);
  }

  private giveOut(): void {
    while (this.idleWorkers > 0 && this.waiting.length > 0) {
      this.idleWorkers--;
      this.waiting.shift()!.start();
    }
  }
}

/** One thing to be done again and again, and what it waits for by itself: the time to be asked for. */
export abstract class WorkItem extends SimEvent {
  private readonly work: WorkQueue;
  /** It waits for a worker, or will once the one that has it is done. */
  private isAskedFor = false;
  private isUnderWay = false;
  private failures = 0;

  constructor(work: WorkQueue) {
    super(work.world.queue);
    this.work = work;
  }

  /** A worker begins with it. Ends with a call of `done` or `failed`, at once or later. */
  protected abstract begin(): void;

  /** It is to be done. */
  ask(): void {
    if (this.isAskedFor) return;
    this.isAskedFor = true;
    if (!this.isUnderWay) this.work.enter(this);
  }

  /** It is to be done in `delay` ns, unless it is asked for in time already. */
  askIn(delay: number): void {
    if (delay === 0) {
      this.ask();
      return;
    }
    const { queue } = this.work.world;
    const at = queue.now + delay;
    if (queue.isPending(this)) {
      if (at >= this.entry.at) return;
      queue.cancel(this);
    }
    queue.schedule(this, at, PHASE_CONTROL);
  }

  override fire(): void {
    this.ask();
  }

  /** A worker has it, and begins when everything else of this instant has happened. */
  start(): void {
    const { queue } = this.work.world;
    this.isUnderWay = true;
    doAt(queue, queue.now, () => {
      this.isAskedFor = false;
      this.begin();
    });
  }

  protected done(): void {
    this.failures = 0;
    this.leave();
  }

  protected failed(): void {
    if (++this.failures <= RETRIES_MAX) this.askIn(this.work.delayOfRetry(this.failures));
    else this.failures = 0;
    this.leave();
  }

  private leave(): void {
    this.isUnderWay = false;
    if (this.isAskedFor) this.work.enter(this);
    this.work.left();
  }
}
