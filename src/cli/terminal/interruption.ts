/** Ctrl-C: the first one asks for an end and keeps what has finished, the second ends at once. */
import { EXIT } from '../exit-codes.ts';
import { note } from './terminal.ts';

/** Listens for Ctrl-C as long as the process lives, so that it never ends in the middle of a file. */
export class Interruption {
  private readonly controller = new AbortController();
  private onFirst: () => void = () => {};

  constructor() {
    process.on('SIGINT', () => this.interrupt());
  }

  /** Fires at the first Ctrl-C. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Has `action` called at the first Ctrl-C, before anything is said about it; the latest one counts. */
  beforeMessage(action: () => void): void {
    this.onFirst = action;
  }

  private interrupt(): void {
    if (this.controller.signal.aborted) process.exit(EXIT.interrupted);
    this.onFirst();
    note('Interrupted: keeping what has finished. Ctrl-C again ends at once.');
    this.controller.abort();
  }
}
