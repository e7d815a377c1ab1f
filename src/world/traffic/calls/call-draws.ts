/**
 * What the requests that pods make for others draw: service demands, luck and keys, by the request that they are for and
 * their place in the tree of its calls. Variants of a scenario serve requests in different orders, and still the
 * same call of the same request has the same demand in all of them.
 */
import type { PlannedWorkload } from '../../../contract/plan.ts';
import { SingleSampler } from '../../../engine/distributions/sampler.ts';
import { KeyedStream } from '../../../engine/keyed-stream.ts';
import type { World } from '../../world.ts';
import type { AttemptState } from '../attempts/attempt-state.ts';
import type { RequestKeys } from '../balancing/request-keys.ts';
import type { Client } from '../client.ts';

export class CallDraws {
  /** By the slots of demands. */
  private readonly demands: readonly SingleSampler[];
  private readonly streams: readonly KeyedStream[];
  /** Null where no pod behind the target errs. */
  private readonly luck: KeyedStream | null;
  /** What a balancer hashes; null: nobody does. */
  private readonly keys: RequestKeys | null;
  private readonly key: KeyedStream;

  /** `behind`: the workloads behind the target, by the slots of demands. */
  constructor(
    { seed }: World,
    { keys, plan }: Client,
    behind: readonly { readonly workload: PlannedWorkload }[],
    errs: boolean,
  ) {
    const stream = (concern: string): KeyedStream =>
      new KeyedStream(seed, `client/${plan.name}/${concern}`);
    this.demands = behind.map(({ workload }) => new SingleSampler(workload.serviceTime));
    this.streams = behind.map(({ workload: { namespace, name } }) =>
      stream(`demand/${namespace}/${name}`),
    );
    this.luck = errs ? stream('luck') : null;
    this.keys = keys;
    this.key = stream('key');
  }

  /** Of a request that is due now. */
  draw(attempt: AttemptState): void {
    const { demands, key, keys, luck, streams } = this;
    const { root, position } = attempt;
    for (let i = 0; i < demands.length; i++) {
      demands[i].draw(streams[i].at(root, position), attempt.demands, i);
    }
    if (luck !== null) attempt.luck = luck.at(root, position).next();
    if (keys !== null) attempt.key = keys.of(attempt.replica, key.at(root, position));
  }

  /** Whether a pod errs is chance anew for each try. */
  drawLuckOfRetry(attempt: AttemptState): void {
    const { luck } = this;
    if (luck === null) return;
    const place = (attempt.position + Math.imul(attempt.tries, 0x9e3779b1)) | 0;
    attempt.luck = luck.at(attempt.root, place).next();
  }
}
