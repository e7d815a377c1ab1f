/**
 * What each action of a plan does to the cluster: how it begins, when it is over, and how it is undone. A new action
 * is a kind in the contract and a row here.
 */
import type { Action, PartitionSide } from '../../contract/plan.ts';
import type { Pod } from '../cluster/pod.ts';
import type { World } from '../world.ts';
import { expectDeleted, expectReplicas } from './expectations.ts';
import { bringUp, linksChanged, takeDown } from './outages.ts';

/** An action that has begun. */
export interface Course {
  /** The window that it opened; null: none. */
  readonly window: number | null;
  /** Tells that it is over by itself. At most once, and perhaps within the call that begins it. */
  readonly over: () => void;
}

/** Begins an action. Returns what undoes it when its time is over; null: nothing does. */
type Begin<Kind extends Action['kind']> = (
  world: World,
  action: Extract<Action, { readonly kind: Kind }>,
  course: Course,
) => (() => void) | null;

const ACTIONS: { readonly [Kind in Action['kind']]: Begin<Kind> } = {
  setReady: (world, { workload, pod, ready }) => {
    world.workloads[workload].setReady(pod, ready);
    return () => world.workloads[workload].setReady(pod, !ready);
  },

  scale: (world, { workload, replicas }, { over }) => {
    const scaled = world.workloads[workload];
    const before = scaled.replicas;
    expectReplicas(world, scaled, replicas, over);
    scaled.scale(replicas);
    world.expectations.look(workload);
    return () => scaled.scale(before);
  },

  rollout: (world, { workload, revision }, { over, window }) => {
    world.workloads[workload].rollout(revision, over, window);
    return null;
  },

  deletePod: (world, { workload, pod: name }, { over }) => {
    const owner = world.workloads[workload];
    for (const pod of named(world, workload, name)) {
      expectDeleted(world, owner, pod, over);
      pod.delete();
      world.expectations.look(workload);
    }
    return null;
  },

  crash: (world, { workload, pod, lasts }) => {
    for (const victim of named(world, workload, pod)) victim.crash(lasts);
    return () => undefined;
  },

  slowPod: (world, { workload, pod, factor }) => {
    const slowed = named(world, workload, pod);
    for (const one of slowed) one.slow(factor);
    return () => {
      for (const one of slowed) one.slow(1 / factor);
    };
  },

  nodeDown: (world, { node }) => {
    takeDown(world, [node]);
    return () => bringUp(world, [node]);
  },

  zoneDown: (world, { zone }) => {
    const nodes = [...world.plan.nodes.keys()].filter((i) => world.plan.nodes[i].zone === zone);
    takeDown(world, nodes);
    return () => bringUp(world, nodes);
  },

  drain: (world, { node }, { over }) => {
    world.evictions.drain(node, over);
    return () => world.scheduler.uncordon(node);
  },

  partition: (world, { between }) => {
    const heal = world.nodes.cut(between);
    linksChanged(world, nodesCutOff(between));
    return () => {
      heal();
      linksChanged(world, nodesCutOff(between));
    };
  },

  apiServerSlow: ({ controlPlane }, { factor }) => {
    controlPlane.slow(factor);
    return () => controlPlane.slow(1 / factor);
  },

  kubeProxyRestart: (world, { node, lasts }) => {
    for (const proxy of world.proxiesOn(node)) proxy.restart(lasts);
    return () => undefined;
  },

  setArrival: (world, { client, arrival }) => world.clients[client].arrivals.replace(arrival),
};

/** Begins an action now. Returns what undoes it when its time is over; null: nothing does. */
export function begin(world: World, action: Action, course: Course): (() => void) | null {
  return (ACTIONS[action.kind] as Begin<typeof action.kind>)(world, action as never, course);
}

/** The pods of a workload that an action is about: one of this name, or all that are there. */
function named(world: World, workload: number, name: string | null): readonly Pod[] {
  return world.workloads[workload].podsNamed(name).filter((pod) => !pod.terminating);
}

/** Nodes that a partition may keep from the control plane. */
function nodesCutOff([a, b]: readonly [PartitionSide, PartitionSide]): readonly number[] {
  return [...(a.controlPlane ? b.nodes : []), ...(b.controlPlane ? a.nodes : [])];
}
