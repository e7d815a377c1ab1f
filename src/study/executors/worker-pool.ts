/**
 * Worker threads. They are started before there is work for them, where it is known that there will be, and stay from
 * one study to the next. Those that have no work do not keep the process alive.
 */
import type * as NodeThreads from 'node:worker_threads';
import type { SharedWork, WorkerAnswer } from './worker-protocol.ts';

/** What a thread tells, and to whom. */
interface Listening<Thread> {
  (event: 'message', listener: (answer: WorkerAnswer) => void): Thread;
  (event: 'error', listener: (error: unknown) => void): Thread;
  (event: 'exit', listener: (code: number) => void): Thread;
}

/** As much of a thread as a study needs, in words of its own: whoever has no types of Node can read it. */
export interface WorkerThread {
  readonly on: Listening<unknown>;
  readonly off: Listening<unknown>;
  postMessage(work: SharedWork): void;
  ref(): void;
  unref(): void;
}

/** Where studies find threads. */
export interface WorkerSource {
  /** Has so many threads at hand soon: there will be work for them. */
  start(count: number): void;
  /** So many threads, of which nobody else has any. */
  take(count: number): readonly WorkerThread[];
  /** Takes back a thread that has no work. */
  giveBack(thread: WorkerThread): void;
  /** Ends the threads that nobody has; nobody waits for that. */
  close(): void;
}

/** Asked for here, and not imported, for the sake of browsers. */
const nodeThreads = (): typeof NodeThreads => process.getBuiltinModule('node:worker_threads');

export class WorkerPool implements WorkerSource {
  private readonly url: URL;
  private readonly threads = new Set<WorkerThread>();
  private readonly idle = new Set<NodeThreads.Worker>();

  /** @param url of the built worker */
  constructor(url: URL) {
    this.url = url;
  }

  start(count: number): void {
    while (this.idle.size < count) this.idle.add(this.startOne());
  }

  take(count: number): readonly WorkerThread[] {
    this.start(count);
    const taken = [...this.idle].slice(0, count);
    for (const thread of taken) this.idle.delete(thread);
    return taken;
  }

  giveBack(thread: WorkerThread): void {
    if (this.threads.has(thread)) this.idle.add(thread as NodeThreads.Worker);
  }

  close(): void {
    for (const thread of this.idle) void thread.terminate();
    this.idle.clear();
  }

  private startOne(): NodeThreads.Worker {
    const { Worker } = nodeThreads();
    const thread = new Worker(this.url);
    thread.unref();
    this.threads.add(thread);
    // What breaks a thread matters to those who have work for it, and they listen, too.
    thread.on('error', () => {});
    thread.on('exit', () => {
      this.threads.delete(thread);
      this.idle.delete(thread);
    });
    return thread;
  }
}
