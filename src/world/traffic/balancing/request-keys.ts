/** What requests are hashed by, where a policy hashes. */
import type { HashKey } from '../../../contract/plan.ts';
import { AliasTable } from '../../../engine/alias-table.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { Replica } from '../replica.ts';

export class RequestKeys {
  /** Null: the address of the client pod. */
  private readonly popularity: AliasTable | null;

  constructor(key: HashKey) {
    this.popularity = key.kind === 'clientIp' ? null : new AliasTable(zipf(key));
  }

  /** The key of a request of a client pod, which draws from `stream` where it is not the pod's own. */
  of({ address }: Replica, stream: RandomStream): number {
    const { popularity } = this;
    return popularity === null ? address : popularity.pick(stream.next());
  }
}

/** Zipf's law: the weight of rank k is k^-skew. */
const zipf = ({ keys, skew }: { readonly keys: number; readonly skew: number }): number[] =>
  Array.from({ length: keys }, (_, i) => (i + 1) ** -skew);
