import type * as Actions from '../actions/actions.ts';

/** What every command is given by the process that it runs in. */
export interface CommandContext {
  /** Where the built worker is. */
  readonly workerUrl: URL;
  /** Loads what commands do: nothing of it is needed to say how they are typed. */
  readonly actions: () => typeof Actions;
}
