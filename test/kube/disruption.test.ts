import { describe, expect, it } from 'vitest';
import { desiredHealthy, disruptionsAllowed } from '../../src/kube/disruption.ts';

describe('a PodDisruptionBudget', () => {
  it.each([
    // minAvailable rounds up.
    [{ minAvailable: { percent: 50 } }, 7, 4],
    [{ minAvailable: { count: 2 } }, 7, 2],
    // So does maxUnavailable: 30 % of 7 are 2.1, and 3 may be missing.
    [{ maxUnavailable: { percent: 30 } }, 7, 4],
    [{ maxUnavailable: { count: 1 } }, 7, 6],
    [{ maxUnavailable: { count: 9 } }, 7, 0],
  ])('%o of %i pods wants %i of them healthy', (limit, expected, healthy) => {
    expect(desiredHealthy(limit, expected)).toBe(healthy);
  });

  it('lets go what is healthy beyond that', () => {
    const limit = { maxUnavailable: { count: 2 } };
    expect(disruptionsAllowed(limit, 10, 10)).toBe(2);
    expect(disruptionsAllowed(limit, 10, 9)).toBe(1);
    expect(disruptionsAllowed(limit, 10, 7)).toBe(0);
    expect(disruptionsAllowed({ minAvailable: { count: 0 } }, 0, 0)).toBe(0);
  });
});
