/** Plans of any kind that a scenario may lead to, small enough to run by the hundred. */
import fc from 'fast-check';
import type { Plan } from '../../../src/contract/plan.ts';
import { PROXY_MODES } from '../../../src/contract/plan.ts';
import { at, FREE, FREE_SYNC, ms, plan, POD_NODE, us } from '../plans.ts';
import { autoscaler } from './autoscaler.ts';
import { anyMesh, withMeshes } from '../mesh/any-mesh.ts';
import { calls, withCalls } from './calls.ts';
import { client } from './client.ts';
import { network, proxy } from './cluster.ts';
import { dns, withDns } from './dns.ts';
import { asked, withAsked } from './service.ts';
import { action, isPossible, restart } from './timeline.ts';
import { delay, orNull } from './values.ts';
import { workload } from './workload.ts';

/** A plan of 2.5 simulated seconds, half a second of them warm-up. */
export const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    mode: fc.constantFrom(...PROXY_MODES),
    scheduler: fc.constantFrom('rr', 'lc'),
    pods: fc.integer({ min: 0, max: 4 }),
    clientNodes: fc.constant(2),
    hop: delay(ms(5)),
    lag: delay(ms(100)),
    warmUp: fc.constantFrom(0, 0.5),
    duration: fc.constant(2),
    windows: fc.constant([{ name: 'middle', from: at(1), to: at(1.7) }]),
    cost: fc.boolean(),
    proxy,
    workload,
    clients: fc.array(client(3), { minLength: 1, maxLength: 2 }),
    timeline: fc.array(fc.oneof({ weight: 4, arbitrary: action }, restart), { maxLength: 5 }),
    network,
    unready: fc.integer({ min: 0, max: 4 }),
    dns: orNull(dns),
    asks: orNull(asked),
    hpa: orNull(autoscaler),
    inner: orNull(calls),
    meshes: fc.option(fc.array(orNull(anyMesh), { minLength: 1, maxLength: 3 }), {
      nil: [],
      freq: 2,
    }),
  })
  .map(({ cost, unready, clients, dns: names, asks, hpa, inner, meshes, ...options }) => {
    const sync = { ...FREE_SYNC, base: ms(20), perService: us(1), perChangedEndpoint: us(50) };
    const syncs = { fullSync: sync, partialSync: sync };
    const base = { kind: 'uniform' as const, min: us(4), max: us(9) };
    const costs = {
      iptables: {
        ...FREE.iptables,
        ...syncs,
        base,
        perServiceRule: 5.5,
        perServiceRuleCold: 22.4,
        perServiceRuleColdFirst: 40,
        coldFirstRules: 100,
        coldShare: 0.3,
        cachedRules: 700,
        perEndpointRule: 22.4,
      },
      nftables: { ...FREE.nftables, ...syncs, base },
      ipvs: { ...syncs, base },
      ebpf: { ...syncs, base },
    };
    const made = plan({
      ...options,
      timeline: options.timeline.filter((one) => isPossible(one, options.workload)),
      clients: clients.map((one, i) => ({ ...one, name: `client-${i}` })),
      ...(cost && { costs }),
    });
    const [only] = made.workloads;
    const pods = only!.pods.map((pod, i) => ({
      ...pod,
      ready: i >= unready,
      node: i % 2 === 0 ? POD_NODE : 1,
    }));
    const autoscalers = hpa !== null && only!.controller.kind !== 'None' ? [hpa] : [];
    const named = withDns({ ...made, autoscalers, workloads: [{ ...only!, pods }] }, names);
    return withMeshes(withCalls(asks === null ? named : withAsked(named, asks), inner), meshes);
  });
