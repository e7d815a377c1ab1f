/** The nodes as their cores, and what of them each pod gets. */
import type { Pod } from '../cluster/pod.ts';
import { TracedCpu } from '../trace/traced-cpu.ts';
import type { World } from '../world.ts';
import { NodeCpu } from './node-cpu.ts';
import { PodCpu, QUOTA_PERIOD_NS, type PodCpuFacts } from './pod-cpu.ts';

export class Processors {
  private readonly world: World;
  /** By node, made when the first pod there needs CPU time. */
  private readonly nodes: NodeCpu[] = [];

  constructor(world: World) {
    this.world = world;
  }

  /** The cgroup of a pod; null: its requests need no CPU time. */
  cpuOf({ name, node, plan }: Pick<Pod, 'name' | 'node' | 'plan'>): PodCpu | null {
    if (plan.cpuShare === 0) return null;
    const { world } = this;
    const cores = (this.nodes[node] ??= new NodeCpu(world.plan.nodes[node].cpu));
    const facts: PodCpuFacts = {
      share: plan.cpuShare,
      request: plan.cpuRequest,
      limit: plan.cpuLimit,
      phase: world.stream(`pod/${plan.namespace}/${name}/cpu-period`).below(QUOTA_PERIOD_NS),
    };
    return world.tracer === null
      ? new PodCpu(world.queue, cores, facts)
      : new TracedCpu(world, world.queue, cores, facts);
  }
}
