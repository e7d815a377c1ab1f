/** What a sweep is asked for. */
import type { SweepFlags } from '../../options.ts';

/** What is to be done. */
export interface SweepInvocation {
  readonly file: string;
  readonly flags: SweepFlags;
  /** Where the built worker is. */
  readonly workerUrl: URL;
}
