import { describe, expect, it } from 'vitest';
import { firstToGo } from '../../../src/world/controllers/first-to-go.ts';
import { Replica } from '../../../src/world/controllers/replica.ts';
import { Stage } from './stage.ts';

describe('the pods that go first', () => {
  // Six pods of the start, on nodes 0, 0, 0, 1, 1 and 2.
  const { world } = new Stage({ pods: 0, nodes: 3 });
  const replicas = [0, 0, 0, 1, 1, 2].map((node, number) => {
    const facts = { name: `backend-${number}`, ip: `10.244.1.${number + 1}`, node };
    const replica = new Replica(
      {
        workload: 0,
        ordinal: number,
        name: facts.name,
        template: { revision: 0, change: null },
        number,
        createdAt: -Infinity,
        uid: 0,
      },
      () => undefined,
    );
    replica.pod = world.addPod(world.workloads[0]!, facts, true);
    replica.isRunning = true;
    replica.isReady = true;
    return replica;
  });
  const numbers = (chosen: readonly Replica[]): number[] => chosen.map(({ facts }) => facts.number);

  it('are those of the most crowded node, the newest before the others', () => {
    expect(numbers(firstToGo(replicas, replicas, 6, 0))).toEqual([2, 1, 0, 4, 3, 5]);
    expect(numbers(firstToGo(replicas, replicas, 2, 0))).toEqual([2, 1]);
  });

  it('count pods of all revisions for a crowd', () => {
    const own = [replicas[2]!, replicas[3]!, replicas[4]!];
    // Two of these three are on node 1; but node 0 has three of the Deployment.
    expect(numbers(firstToGo(own, own, 1, 0))).toEqual([4]);
    expect(numbers(firstToGo(own, replicas, 1, 0))).toEqual([2]);
  });
});
