/** Which class picks by which policy. */
import type { BalancingPolicy } from '../../../../contract/plan.ts';
import type { RandomStream } from '../../../../engine/random.ts';
import type { Picker } from '../picker.ts';
import { LeastRequest } from './least-request.ts';
import { Maglev } from './maglev.ts';
import { PickFirst } from './pick-first.ts';
import { RandomPicker } from './random.ts';
import { RingHash } from './ring-hash.ts';
import { RoundRobin } from './round-robin.ts';

/** @param stream what the policy draws from */
export function createPicker(policy: BalancingPolicy, stream: RandomStream): Picker {
  switch (policy.kind) {
    case 'pick_first':
      return new PickFirst();
    case 'round_robin':
      return new RoundRobin(stream);
    case 'random':
      return new RandomPicker(stream);
    case 'least_request':
      return new LeastRequest(stream, policy.choices);
    case 'ring_hash':
      return new RingHash(policy);
    case 'maglev':
      return new Maglev(policy.tableSize);
  }
}
