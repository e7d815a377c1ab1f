/** What every command is given by the process that it runs in. */
export interface CommandContext {
  /** Where the built worker of threads is. */
  readonly workerUrl: URL;
}
