/**
 * Images on the nodes' disks. The pods of the start have theirs, and a node pulls an image once, however many
 * pods wait for it. A revision of a template has an image of its own; one that is alike has that of before.
 *
 * Left out: pulls that share a node's bandwidth, images that are removed, imagePullPolicy Always.
 */
import type { PlannedRevision } from '../../contract/plan.ts';
import { createSampler } from '../../engine/distributions/sampler.ts';
import type { Sampler } from '../../engine/distributions/sampler.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';

export class Images {
  private readonly world: World;
  /** When each node has an image, ns: by workload, revision, and node. */
  private readonly there = new Map<string, number>();
  private readonly revisions = new Map<PlannedRevision, number>();
  private readonly pulls: (Sampler | undefined)[] = [];

  constructor(world: World) {
    this.world = world;
  }

  /** From now until the node of a pod has its image, ns; it is pulled if need be. */
  waitFor(pod: Pod): number {
    const { imagePull } = pod.plan;
    if (imagePull === null) return 0;
    const { now } = this.world.queue;
    const key = `${pod.workload}/${this.imageOf(pod.revision)}/${pod.node}`;
    let at = this.there.get(key);
    if (at === undefined) {
      at = this.isThereFromStart(pod) ? now : now + this.pullsOf(pod).next();
      this.there.set(key, at);
    }
    return Math.max(0, at - now);
  }

  private imageOf(revision: PlannedRevision | null): number {
    if (revision === null) return 0;
    let image = this.revisions.get(revision);
    if (image === undefined) {
      image = this.revisions.size + 1;
      this.revisions.set(revision, image);
    }
    return image;
  }

  private isThereFromStart({ revision, plan, node }: Pod): boolean {
    return revision === null && plan.pods.some((pod) => pod.node === node);
  }

  private pullsOf({ workload, plan }: Pod): Sampler {
    const stream = `workload/${plan.namespace}/${plan.name}/image-pull`;
    return (this.pulls[workload] ??= createSampler(plan.imagePull!, this.world.stream(stream)));
  }
}
