import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/contract/plan.ts';
import { simulate } from '../../../src/world/simulate.ts';
import { at, paced, sec } from '../plans.ts';
import { cluster, errorsBySecond, failed, IMPATIENT, nodeDown, of } from './clusters.ts';

const base = (options: Partial<Parameters<typeof cluster>[0]> = {}): Plan =>
  cluster({
    podNodes: [0, 2],
    clientNodes: 3,
    client: { ...IMPATIENT, arrival: paced(100), replicas: [{ ip: '10.244.9.1', node: 1 }] },
    duration: 500,
    timeline: [nodeDown(0, 20)],
    ...options,
  });

/** The plan's nodes are one for pods and one a client pod: three more than the one client pod of these. */
function withNodes(plan: Plan): Plan {
  const [first] = plan.nodes;
  const nodes = Array.from({ length: 4 }, (_, i) => ({
    ...first!,
    name: `worker-${i}`,
    ip: `172.18.0.${i + 2}`,
  }));
  return { ...plan, nodes };
}

describe('a node whose heartbeats stay away', () => {
  // Its last heartbeat is up to 10 s old, is noted up to 5 s later, and must be older than 40 s at a look: every 5 s.
  it('is NotReady after 35 to 50 s: its endpoints leave', () => {
    const ends: number[] = [];
    for (let seed = 0; seed < 20; seed++) {
      const plan = withNodes(base({ duration: 80 }));
      const errors = errorsBySecond(simulate(plan, seed));
      ends.push(errors.findLastIndex((count) => count > 0) - 20);
    }
    for (const end of ends) {
      expect(end).toBeGreaterThanOrEqual(34);
      expect(end).toBeLessThanOrEqual(51);
    }
    // Half of a uniform 0 to 10 s before, half of a uniform 0 to 5 s after: 42.5 s in the middle.
    const mean = ends.reduce((sum, end) => sum + end, 0) / ends.length;
    expect(Math.abs(mean - 42.5)).toBeLessThan(4);
  });

  it('loses its pods after 300 s more, and not before: they are replaced elsewhere', () => {
    const result = simulate(withNodes(base()), 1);
    const names = result.pods.filter(({ window }) => window === 'all');
    expect(names.map(({ pod }) => pod)).toEqual(['backend-0', 'backend-1', 'backend-2']);
    const replacement = names[2]!;
    expect(replacement.node).not.toBe('worker-0');
    // Ready from the eviction, 20 + 35…50 + 300 s, and a start of 1 s.
    expect(500 - replacement.readyNs / 1e9).toBeGreaterThan(355);
    expect(500 - replacement.readyNs / 1e9).toBeLessThan(373);
  });

  it('keeps its pods where it is back before that, and is served by them again', () => {
    const plan = withNodes(base({ timeline: [nodeDown(0, 20, 100)], duration: 200 }));
    const result = simulate(plan, 1);
    const pods = result.pods.filter(({ window }) => window === 'all');
    expect(pods.map(({ pod }) => pod)).toEqual(['backend-0', 'backend-1']);
    expect(pods[0]!.readyNs / 1e9).toBeCloseTo(200 - 101, 0);
    expect(errorsBySecond(result).slice(125)).toEqual(Array.from({ length: 75 }, () => 0));
    expect(failed(of(result))).toBeGreaterThan(1000);
  });

  it('gets no pods while it is NotReady, though it has the fewest', () => {
    const plan = withNodes(
      base({
        duration: 200,
        timeline: [
          nodeDown(3, 20),
          { kind: 'scale', workload: 0, replicas: 8, at: at(100), window: 1 },
        ],
      }),
    );
    const placed = simulate(plan, 1).pods.filter(({ window }) => window === 'all');
    expect(placed).toHaveLength(8);
    expect(placed.filter(({ node }) => node === 'worker-3')).toEqual([]);
  });

  it('that the control plane does not hear of is NotReady as well, though its pods serve', () => {
    const plan = withNodes(
      base({
        duration: 120,
        timeline: [
          {
            kind: 'partition',
            between: [
              { nodes: [0], external: false, controlPlane: false },
              { nodes: [], external: false, controlPlane: true },
            ],
            at: at(20),
            lasts: sec(70),
            window: 1,
          },
        ],
      }),
    );
    const result = simulate(plan, 1);
    expect(failed(of(result))).toBe(0);
    const counts = result.pods.filter(({ window }) => window === 'all');
    // 100/s, of which a half but for the time from NotReady to the end of the partition.
    expect(counts[0]!.requests).toBeLessThan(50 * (120 - 18));
    expect(counts[0]!.requests).toBeGreaterThan(50 * (120 - 38));
  });

  // Back for a second is long enough for a heartbeat, which makes it Ready at the next look; it dies anew all the same.
  it('that is back for a moment and goes again is NotReady again, 35 to 50 s later', () => {
    const plan = withNodes(base({ duration: 240 }));
    const cut = (at_: number, lasts: number | null) =>
      ({
        kind: 'partition',
        between: [
          { nodes: [0], external: false, controlPlane: false },
          { nodes: [], external: false, controlPlane: true },
        ],
        at: at(at_),
        lasts: lasts === null ? null : sec(lasts),
        window: 1,
      }) as const;
    for (let seed = 0; seed < 8; seed++) {
      // Cut off, it serves on; at 121 s it dies for good.
      const timeline = [cut(20, 100), cut(121, null), nodeDown(0, 121)];
      const errors = errorsBySecond(simulate({ ...plan, timeline }, seed));
      const last = errors.findLastIndex((count) => count > 0);
      expect(last).toBeGreaterThanOrEqual(121 + 34);
      expect(last).toBeLessThanOrEqual(121 + 51);
    }
  });
});
