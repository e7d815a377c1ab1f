/**
 * What a change of one pod costs: events, and time for each node with clients. Every change is a sync of its own on
 * every node; nobody calls, so that nothing else is measured.
 */
import { loadScenario, type Plan } from '../src/index.ts';
import { World } from '../src/world/world.ts';
import { largeCluster, type ClusterSize } from './large-cluster.ts';

export interface ChurnCase {
  readonly nodes: number;
  readonly services: number;
  /** Nodes with a client; the others have nobody to mislead. */
  readonly callingNodes: number;
}

export interface ChurnCost {
  readonly changes: number;
  /** Per change. */
  readonly events: number;
  readonly syncs: number;
  readonly microseconds: number;
}

export const CHURN_CASES: readonly ChurnCase[] = [
  { nodes: 500, services: 200, callingNodes: 500 },
  { nodes: 1000, services: 200, callingNodes: 1000 },
  { nodes: 5000, services: 200, callingNodes: 5000 },
  { nodes: 5000, services: 10_000, callingNodes: 5000 },
  { nodes: 5000, services: 200, callingNodes: 500 },
];

const CHANGES = 1000;
/** Between two changes, longer than a node needs to be done with the first. */
const INTERVAL_S = 10;

export function measureChurn(made: ChurnCase, changes: number = CHANGES): ChurnCost {
  const quiet = run(planOf(made, 0, changes));
  const busy = run(planOf(made, changes, changes));
  return {
    changes,
    events: (busy.events - quiet.events) / changes,
    syncs: (busy.syncs - quiet.syncs) / changes,
    microseconds: (busy.microseconds - quiet.microseconds) / changes,
  };
}

interface Run {
  readonly events: number;
  readonly syncs: number;
  readonly microseconds: number;
}

function run(plan: Plan): Run {
  const world = new World(plan, 1, {});
  const start = performance.now();
  world.queue.run(Infinity, world.horizon);
  world.controlPlane.settle();
  const microseconds = (performance.now() - start) * 1000;
  return { events: world.queue.fired, syncs: world.measurement.syncs, microseconds };
}

/** One pod of the Service that is called goes and comes back. */
function planOf({ nodes, services, callingNodes }: ChurnCase, changes: number, span: number): Plan {
  const size: ClusterSize = {
    nodes,
    services,
    podsPerService: 10,
    calledServices: 1,
    callingNodes,
    requestsPerSecond: 0.000001,
    durationS: (span + 1) * INTERVAL_S,
    rollsOut: false,
  };
  const actions = Array.from(
    { length: changes },
    (_, i) =>
      `    - { at: ${(i + 0.5) * INTERVAL_S}s, setReady: { target: deployment/app-0, pod: app-0-0, ready: ${i % 2 === 1} } }`,
  );
  const text = largeCluster(size, actions);
  const loaded = loadScenario({ text });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  // A thousand windows would be what is measured.
  const { windows, timeline, ...plan } = loaded.scenario.base;
  return {
    ...plan,
    windows: windows.slice(0, 1),
    timeline: timeline.map(({ window: _window, ...action }) => action),
  };
}
