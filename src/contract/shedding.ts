/** Load that pods shed by how long requests wait. Durations are whole nanoseconds. */
import type { Duration } from '../base/time.ts';

export type PlannedShedding =
  /** Who has waited longer is refused, as its turn comes; or who arrives is, while the first in line has waited longer. */
  | { readonly kind: 'queueTime'; readonly limit: Duration; readonly at: 'Arrival' | 'Turn' }
  /**
   * Controlled delay. `RFC8289`: one, then more and more often, while waits have stayed above `target` for `interval`.
   * `FailAtScale`: whoever has waited for `interval`, or for `target` while the queue has not been empty for `interval`.
   */
  | {
      readonly kind: 'codel';
      readonly law: 'RFC8289' | 'FailAtScale';
      readonly target: Duration;
      readonly interval: Duration;
      /** Whether the last to come is served first while the queue has not been empty for `interval`. */
      readonly lifo: boolean;
    };
