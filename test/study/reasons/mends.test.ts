/** What `Try:` says helps: the plan with the change that is proposed has less of what it is proposed for. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../src/contract/plan.ts';
import { loadScenario } from '../../../src/index.ts';
import type { LoadedScenario } from '../../../src/index.ts';
import { PLAIN } from '../../../src/report/text/style.ts';
import { comparedWhyLines } from '../../../src/report/text/why.ts';
import { tailOf } from '../../../src/study/reasons/tail.ts';
import { ROOT } from '../../source-graph.ts';
import { keepAlive } from '../../world/plans.ts';
import { busyPools, crashes, hottest, pinned, study } from './plans.ts';

/** A scenario with changes by --set, as `svcsim run` does it. */
function scenarioOf(name: string, set: readonly string[] = []): LoadedScenario {
  const loaded = loadScenario(join(ROOT, 'scenarios', `${name}.yaml`), { set });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ message }) => message).join('\n'));
  return loaded.scenario;
}

const planOf = (name: string, set: readonly string[]): Plan => scenarioOf(name, set).base;

describe('what is proposed', () => {
  it('for pinned connections evens out the load, about as far as it says', () => {
    const before = hottest(study(planOf('keepalive-imbalance', []), 5));
    const { reason, mend } = before.finding!;
    expect(mend).toHaveLength(1);
    const after = hottest(study(planOf('keepalive-imbalance', mend), 5));
    const { mended } = reason as { readonly mended: number };
    expect(after.ratio - 1).toBeLessThan((before.ratio - 1) / 2);
    expect(Math.abs(after.ratio - mended)).toBeLessThan(0.15);
  });

  it('for few client addresses evens out the load', () => {
    const set = [
      'service/catalogue:spec.sessionAffinity=ClientIP',
      'clients[storefront].connection={ mode: PerRequest }',
    ];
    const before = hottest(study(planOf('keepalive-imbalance', set), 2));
    const { reason, mend } = before.finding!;
    expect(reason.rule).toBe('clientAddresses');
    const after = hottest(study(planOf('keepalive-imbalance', [...set, ...mend]), 2));
    expect(after.ratio - 1).toBeLessThan((before.ratio - 1) / 5);
  });

  it('for a scheduler that hashes the destination evens out the load', () => {
    const set = ['proxy.mode=ipvs', 'proxy.ipvs.scheduler=dh'];
    const before = hottest(study(planOf('mi-backend', set), 1));
    const { reason, mend } = before.finding!;
    expect(reason).toMatchObject({ rule: 'oneDestination', share: 1 });
    expect(mend).toEqual(['proxy.ipvs.scheduler=rr']);
    const after = hottest(study(planOf('mi-backend', ['proxy.mode=ipvs', ...mend]), 1));
    expect(after.ratio).toBeLessThan(1.1);
  });

  it('for a traffic policy Local evens out the load', () => {
    const set = [
      'service/profile:spec.internalTrafficPolicy=Local',
      'timeline=[]',
      'thresholds=[]',
    ];
    const before = hottest(study(planOf('zone-loss', set), 1));
    const { reason, mend } = before.finding!;
    expect(reason).toMatchObject({ rule: 'locality', by: 'internalTrafficPolicy' });
    const after = hottest(study(planOf('zone-loss', [...set, ...mend]), 1));
    expect(after.ratio - 1).toBeLessThan((before.ratio - 1) / 2);
  });

  it('for connections that do not come back to pods brings them back', () => {
    const made = pinned({ ...busyPools, timeline: crashes, duration: 30 });
    const before = hottest(study(made, 2));
    const { reason, mend } = before.finding!;
    expect(reason.rule).toBe('rotation');
    expect(mend).toEqual(['clients[web].connection.maxRequests=10']);
    const connection = keepAlive({ pool: 100, reuse: 'Fifo', maxRequests: 10 });
    const mended = { ...made, clients: made.clients.map((one) => ({ ...one, connection })) };
    expect(hottest(study(mended, 2)).ratio - 1).toBeLessThan((before.ratio - 1) / 2);
  });

  it('for a slow pod cuts what callers see at p99', () => {
    const before = tailOf(study(planOf('slow-pod', []), 1))!;
    expect(before.slow!.pods.map(({ pod }) => pod)).toEqual(['catalog-3']);
    expect(before.mend).toEqual(['proxy.mode=ipvs', 'proxy.ipvs.scheduler=lc']);
    const after = tailOf(study(planOf('slow-pod', before.mend), 1))!;
    expect(after.latencyNs).toBeLessThan(before.latencyNs / 5);
  });

  it.each([
    ['slow-pod', 'iptables', ['proxy.mode=ipvs', 'proxy.ipvs.scheduler=lc']],
    ['slow-pod', 'ipvs-rr', ['proxy.ipvs.scheduler=lc']],
    ['keepalive-imbalance', 'for-ever', ['clients[storefront].connection.maxRequests=50']],
  ])('for %s, %s is printed as a variant that does it', (name, from, mend) => {
    const before = scenarioOf(name).variants.find(({ variant }) => variant === from)!;
    const printed = comparedWhyLines([study(before, 1)], PLAIN).join('\n');
    const [, set] = /Try: a variant with set: (\{ .* \})/.exec(printed)!;
    const [tried] = scenarioOf(name, [
      `variants=[{ name: tried, set: ${set} }, { name: x }]`,
    ]).variants;
    expect({ ...tried!, variant: '' }).toEqual({ ...planOf(name, mend), variant: '' });
  });
});
