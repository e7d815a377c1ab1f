import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/engine/random.ts';
import { Nodes } from '../../../src/world/faults/nodes.ts';
import { Dealing } from '../../../src/world/traffic/dealing.ts';
import type { Replica } from '../../../src/world/traffic/replica.ts';

/** Client pods on a node each, some of which are down. */
interface Pods {
  readonly isInTurn: boolean;
  readonly areUp: readonly boolean[];
}

const anyPods: fc.Arbitrary<Pods> = fc.record({
  isInTurn: fc.boolean(),
  areUp: fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }),
});

function dealingOf({ isInTurn, areUp }: Pods): Dealing {
  const nodes = new Nodes(areUp.length, () => undefined);
  areUp.forEach((isUp, node) => isUp || nodes.takeDown(node));
  const replicas = areUp.map((_, node) => ({ node }) as Replica);
  const dealing = new Dealing(replicas, nodes, RandomStream.open(1, 'replica'), isInTurn);
  dealing.survey();
  return dealing;
}

describe('requests are dealt to the pods of their client', () => {
  it('many at once as one after the other', () => {
    fc.assert(
      fc.property(anyPods, fc.array(fc.nat(9), { maxLength: 5 }), (pods, counts) => {
        const dealing = dealingOf(pods);
        const dealt = counts.flatMap((count) => {
          const numbers = new Int32Array(10);
          dealing.fill(numbers, count);
          return [...numbers.subarray(0, count)];
        });
        const single = dealingOf(pods);
        expect(dealt).toEqual(dealt.map(() => single.next()));
      }),
      { seed: 1 },
    );
  });

  it('to those alone that are up, in turn or at random', () => {
    fc.assert(
      fc.property(anyPods, (pods) => {
        const dealing = dealingOf(pods);
        const up = [...pods.areUp.keys()].filter((number) => pods.areUp[number]);
        const rounds = 3 * up.length;
        const dealt = Array.from({ length: rounds }, () => dealing.next());
        if (pods.isInTurn) expect(dealt).toEqual([...up, ...up, ...up]);
        else expect(up).toEqual(expect.arrayContaining(dealt));
        if (up.length === 0) expect(dealing.next()).toBe(-1);
      }),
      { seed: 1 },
    );
  });
});
