/** Balancers of clients that know the addresses of a headless Service's pods. */
import type { PlannedBalancer } from '../../../contract/plan.ts';
import type { World } from '../../world.ts';
import { CONNECTION_MODES, type ConnectionSource } from '../connections/connection-use.ts';
import type { Replica } from '../replica.ts';
import { AllAtOnce } from './all-at-once.ts';
import { DnsView } from './dns-view.ts';
import { EndpointPools } from './endpoint-pools.ts';
import { OneByOne } from './one-by-one.ts';

/** Policies whose channels connect to whom they pick, when they pick him. */
const HASHING: readonly string[] = ['ring_hash', 'maglev'];

/** Over connections that carry any number of requests it is a gRPC channel, over others a pool for each endpoint. */
export function createBalancer(
  world: World,
  replica: Replica,
  plan: PlannedBalancer,
  target: { readonly service: number; readonly port: number },
): ConnectionSource {
  const { connectBackoff, hostSelectionRetries, outlierDetection, policy, resolution } = plan;
  const { mode } = replica.client.plan.connection;
  const common = {
    policy,
    outlierDetection,
    panicThreshold: 0,
    hostSelectionRetries,
    view: new DnsView(world, replica, target, resolution),
    stream: replica.stream('balancer'),
    backoffStream: replica.stream('connect-backoff'),
  };
  if (mode !== 'Multiplexed' || connectBackoff === null || HASHING.includes(policy.kind)) {
    const makePool = CONNECTION_MODES[mode];
    return new EndpointPools(world, replica, {
      ...common,
      connectBackoff,
      makePool: (route) => makePool(world, replica, route),
    });
  }
  const options = { ...common, connectBackoff };
  return policy.kind === 'pick_first'
    ? new OneByOne(world, replica, options)
    : new AllAtOnce(world, replica, options);
}
