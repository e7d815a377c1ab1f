/** Ctrl-C: the first one asks for an end and keeps what has finished, the second ends at once. */
import { EXIT } from './exit-codes.ts';
import { note } from './terminal.ts';

/** Listens for Ctrl-C until it is disposed of. */
export interface Interruption {
  readonly signal: AbortSignal;
  dispose(): void;
}

/** Starts to listen. `onFirst` is called before the message is written. */
export function listenForInterrupt(onFirst: () => void): Interruption {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    onFirst();
    note('Interrupted: keeping what has finished. Ctrl-C again ends at once.');
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  return {
    signal: controller.signal,
    dispose: () => {
      process.off('SIGINT', interrupt);
    },
  };
}
