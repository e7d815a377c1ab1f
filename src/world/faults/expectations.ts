/**
 * What actions wait for that others bring about, by workload: looked at whenever the API server has something new of
 * one of its pods. Nobody pays for it while nothing is expected.
 */
import type { Workload } from '../controllers/workload.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';

interface Expectation {
  /** Whether it is fulfilled now. */
  readonly isMet: () => boolean;
  readonly over: () => void;
}

export class Expectations {
  private readonly byWorkload = new Map<number, Expectation[]>();

  /** `over` is called once, when `isMet` is first found to hold. */
  add(workload: number, expectation: Expectation): void {
    const others = this.byWorkload.get(workload);
    if (others === undefined) this.byWorkload.set(workload, [expectation]);
    else others.push(expectation);
  }

  /** Something has changed for a workload. */
  look(workload: number): void {
    const expected = this.byWorkload.get(workload);
    if (expected === undefined) return;
    const met = expected.filter(({ isMet }) => isMet());
    if (met.length === 0) return;
    const left = expected.filter((expectation) => !met.includes(expectation));
    if (left.length > 0) this.byWorkload.set(workload, left);
    else this.byWorkload.delete(workload);
    for (const { over } of met) over();
  }
}

/** A workload has so many pods that are Ready, and no others but those that were terminating before. */
export function expectReplicas(
  world: World,
  workload: Workload,
  replicas: number,
  over: () => void,
): void {
  const leaving = new Set(workload.pods.filter((pod) => pod.terminating));
  const isMet = (): boolean => {
    let ready = 0;
    for (const pod of workload.pods) {
      if (leaving.has(pod)) continue;
      const status = world.controlPlane.statusOf(pod);
      if (status.gone) continue;
      if (status.terminating || !status.ready) return false;
      ready++;
    }
    return ready === replicas;
  };
  world.expectations.add(workload.index, { isMet, over });
}

/** A workload has as many Ready pods as with the one that is about to be deleted, without it. */
export function expectDeleted(
  world: World,
  workload: Workload,
  deleted: Pod,
  over: () => void,
): void {
  const isServing = (pod: Pod): boolean => {
    const { ready, terminating, gone } = world.controlPlane.statusOf(pod);
    return ready && !terminating && !gone;
  };
  const before = workload.pods.filter(isServing).length + (isServing(deleted) ? 0 : 1);
  const isMet = (): boolean => workload.pods.filter(isServing).length >= before;
  world.expectations.add(workload.index, { isMet, over });
}
