/** What requests are hashed by, where a policy hashes. */
import type { HashKey } from '../../../contract/plan.ts';
import { AliasTable } from '../../../engine/alias-table.ts';
import type { RandomStream } from '../../../engine/random.ts';
import type { Replica } from '../replica.ts';

export class RequestKeys {
  /** Null: the address of the client pod. */
  private readonly popularity: AliasTable | null;
  private readonly stream: RandomStream;

  constructor(key: HashKey, stream: RandomStream) {
    this.popularity = key.kind === 'clientIp' ? null : new AliasTable(zipf(key));
    this.stream = stream;
  }

  /** The key of the next request of a client pod. */
  next({ address }: Replica): number {
    const { popularity } = this;
    return popularity === null ? address : popularity.pick(this.stream.next());
  }
}

/** Zipf's law: the weight of rank k is k^-skew. */
const zipf = ({ keys, skew }: { readonly keys: number; readonly skew: number }): number[] =>
  Array.from({ length: keys }, (_, i) => (i + 1) ** -skew);
