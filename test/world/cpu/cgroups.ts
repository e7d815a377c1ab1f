/** Cgroups on a node of their own, and threads that need CPU time there at given moments. */
import { EventQueue } from '../../../src/engine/event-queue.ts';
import { Moment } from '../../../src/engine/moment.ts';
import { NodeCpu } from '../../../src/world/cpu/node-cpu.ts';
import { PodCpu, type PodCpuFacts } from '../../../src/world/cpu/pod-cpu.ts';
import type { Thread } from '../../../src/world/cpu/thread.ts';

/** A thread that needs `needNs` of CPU time from `at` on, in the pod of that number. */
export interface Job {
  readonly at: number;
  readonly needNs: number;
  readonly pod?: number;
}

export interface Bench {
  readonly queue: EventQueue;
  readonly pods: readonly PodCpu[];
  /** When each job has had its CPU time, ns; NaN: it has not yet. */
  readonly done: readonly number[];
  runUntil(ns: number): void;
}

/** One that limits nothing: its requests are CPU time alone, its first period begins at 0. */
const PLAIN: PodCpuFacts = { share: 1, request: null, limit: null, phase: 0 };

/** Does the jobs in pods that share a node of so many cores. */
export function bench(
  cores: number,
  pods: readonly Partial<PodCpuFacts>[],
  jobs: readonly Job[],
): Bench {
  const queue = new EventQueue();
  const node = new NodeCpu(cores);
  const groups = pods.map((facts) => new PodCpu(queue, node, { ...PLAIN, ...facts }));
  const done = jobs.map(() => NaN);
  jobs.forEach(({ at, needNs, pod = 0 }, job) => {
    const finish = (): void => {
      done[job] = queue.now;
    };
    const thread: Thread = {
      beginService: (demandNs) => {
        queue.schedule(new Moment(queue, finish), queue.now + demandNs);
      },
      beginOnCpu: (restNs) => {
        if (restNs > 0) throw new Error(`${restNs} ns to wait`);
      },
      cpuSpent: finish,
    };
    queue.schedule(new Moment(queue, () => groups[pod]!.begin(thread, needNs)), at);
  });
  return {
    queue,
    pods: groups,
    done,
    runUntil: (ns) => {
      queue.run(Infinity, ns);
      queue.advanceTo(ns as never);
    },
  };
}
