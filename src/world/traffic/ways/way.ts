/** Where the connections of a client pod meet rules. */
import type { Gate } from './gate.ts';

export interface Way {
  /** Where the next connection meets rules; null: the target's name has no address. */
  next(): Gate | null;
}
