/**
 * The cores of a node, shared by the cgroups that have threads to run.
 *
 * While there are cores for all threads, each has one. Beyond that the node is shared by weight, as the kernel does
 * (cpu.shares, by the pods' requests): nobody gets more than it has threads, and what one leaves is shared among the
 * others; weighted max-min fairness. Only then is anything computed for other pods than the one that changes.
 *
 * Left out: what the system and pods without CPU demand use of the node; placement of threads on particular cores.
 */

/** One that runs on the node: a pod's cgroup. */
export interface CpuGroup {
  /** Relative weight: cpu.shares. */
  readonly weight: number;
  /** Threads that are able to run: none while it is throttled. */
  readonly runnable: number;
  /** Cores that it has. */
  cores: number;
  /** Brings its books up to now, before its cores change. */
  advance(): void;
  /** Its cores have changed. */
  coresChanged(): void;
}

export class NodeCpu {
  private readonly cores: number;
  /** Groups with runnable threads, and how many threads that makes. */
  private readonly running: CpuGroup[] = [];
  private runnable = 0;

  /** @param cores cores of the node */
  constructor(cores: number) {
    this.cores = cores;
  }

  /** A group has `before` fewer, or more, runnable threads than now. Its own books are up to date. */
  changed(group: CpuGroup, before: number): void {
    const { runnable } = group;
    if (before === 0 && runnable > 0) this.running.push(group);
    else if (before > 0 && runnable === 0) this.remove(group);
    const all = this.runnable;
    this.runnable += runnable - before;
    if (all <= this.cores && this.runnable <= this.cores) {
      group.cores = runnable;
      return;
    }
    if (runnable === 0) group.cores = 0;
    this.share();
  }

  private remove(group: CpuGroup): void {
    const { running } = this;
    const at = running.indexOf(group);
    running.copyWithin(at, at + 1);
    running.length--;
  }

  /** Gives all groups their cores anew. */
  private share(): void {
    const { running } = this;
    for (const group of running) group.advance();
    let left = this.cores;
    let weight = 0;
    for (const group of running) {
      group.cores = -1;
      weight += group.weight;
    }
    // Those whose threads need no more than their share get what they need, which leaves more for the others.
    for (let settled = false; !settled;) {
      settled = true;
      const perWeight = left / weight;
      for (const group of running) {
        if (group.cores >= 0 || group.runnable > perWeight * group.weight) continue;
        group.cores = group.runnable;
        left -= group.runnable;
        weight -= group.weight;
        settled = false;
      }
    }
    for (const group of running) {
      if (group.cores < 0) group.cores = (left * group.weight) / weight;
    }
    for (const group of running) group.coresChanged();
  }
}
