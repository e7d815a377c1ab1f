import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { markdown } from '../../src/report/markdown/study.ts';
import { compareSummary, compareVerdict } from '../../src/report/text/compare-summary.ts';
import type { CompareSummary } from '../../src/report/text/compare-summary.ts';
import { runSummary } from '../../src/report/text/run-summary.ts';
import type { RunSummary } from '../../src/report/text/run-summary.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import type { RolloutResult } from '../../src/contract/result.ts';
import { concludeStudy } from '../../src/study/conclusion.ts';
import type { Study } from '../../src/study/study.ts';
import { smallPlan } from '../study/small-plan.ts';
import { madeStudy } from './made-study.ts';

const FOOTER = {
  folder: 'results/small/',
  files: ['summary.csv', 'result.json'],
  fingerprint: '53de64a77c1e93b0',
  reproduce: 'svcsim compare small.yaml --seed 42',
};

function comparison(replications: number): CompareSummary {
  const conclusion = concludeStudy(madeStudy(replications), { compares: true });
  return { ...conclusion, comparison: conclusion.comparison!, footer: FOOTER };
}

function run(replications: number, variant: number): RunSummary {
  const { study, judgements } = concludeStudy(madeStudy(replications), { compares: true });
  return {
    variant: study.variants[variant]!,
    judgements: judgements[variant]!,
    partial: false,
    footer: FOOTER,
  };
}

// Colours are control sequences by definition.
// eslint-disable-next-line no-control-regex
const uncoloured = (text: string): string => text.replace(/\u001B\[\d+m/g, '');

describe('the summary of a comparison', () => {
  it('looks like this', () => {
    expect(compareSummary(comparison(3), PLAIN)).toMatchSnapshot();
  });

  it('says that one replication is no sample', () => {
    expect(compareSummary(comparison(1), PLAIN)).toMatchSnapshot();
  });

  it('begins with the verdict, of which --quiet leaves the rest out', () => {
    const whole = compareSummary(comparison(3), PLAIN);
    expect(whole.startsWith(compareVerdict(comparison(3), PLAIN).join('\n'))).toBe(true);
  });

  it('says where it is partial', () => {
    const summary = comparison(3);
    const partial = { ...summary, study: { ...summary.study, partial: true } };
    expect(compareSummary(partial, PLAIN)).toContain('partial: interrupted');
  });

  it('counts the replications that have finished, of the variant that has fewest', () => {
    const { study, ...rest } = comparison(3);
    const [first, second] = study.variants;
    const fewer = { ...second!, runs: second!.runs.slice(0, 2) };
    const partial = { ...study, variants: [first!, fewer], partial: true };
    const whole = (from: CompareSummary): string =>
      compareSummary(from, PLAIN).replaceAll(/\s+/g, ' ');
    expect(whole({ ...rest, study: partial })).toContain('· 2 of 3 replications ·');
    expect(whole({ ...rest, study })).toContain('· 3 replications ·');
  });

  it('charts a Service for the variants that call it, and for no other', () => {
    const { study, ...rest } = comparison(3);
    const [first, second] = study.variants;
    const elsewhere = second!.runs.map((run) => ({
      ...run,
      pods: run.pods.map((pod) => ({ ...pod, service: 'backend-pods' })),
    }));
    const variants = [first!, { ...second!, runs: elsewhere }];
    const text = compareSummary({ ...rest, study: { ...study, variants } }, PLAIN);
    const headOf = (service: string): string | undefined =>
      new RegExp(`^Requests per pod of ${service}[, ].*\\n(.*)$`, 'm').exec(text)?.[1]?.trim();
    expect(headOf('backend')).toBe(first!.plan.variant);
    expect(headOf('backend-pods')).toBe(second!.plan.variant);
  });

  it('heads variants of different size and load with both ends', () => {
    const { study, ...rest } = comparison(3);
    const larger = smallPlan({ variant: 'ipvs', pods: 7, rate: 240 });
    const variants = study.variants.map(({ plan, runs }, i) => ({
      plan: i === 0 ? plan : { ...plan, clients: larger.clients, workloads: larger.workloads },
      runs,
    }));
    const text = compareSummary({ ...rest, study: { ...study, variants } }, PLAIN);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('· 5–7 pods · 1 client pod · 180–240 req/s ·');
  });

  it('survives variants that never ran', () => {
    const { study, ...rest } = comparison(3);
    const none = study.variants.map(({ plan }) => ({ plan, runs: [] }));
    const conclusion = concludeStudy({ variants: none, partial: true }, { compares: true });
    const summary = { ...rest, ...conclusion, comparison: conclusion.comparison! };
    expect(compareSummary(summary, PLAIN)).toContain('FAILED');
  });
});

describe('the summary of a run', () => {
  it('charts more pods than a call takes arguments', () => {
    const { variant, ...rest } = run(1, 0);
    const [first] = variant.runs;
    const pods = Array.from({ length: 130_000 }, (_, i) => ({
      ...first!.pods[0]!,
      pod: `backend-${i}`,
    }));
    const many = { ...rest, variant: { ...variant, runs: [{ ...first!, pods }] } };
    expect(runSummary(many, PLAIN)).toContain('129,992 more in pods.csv');
  });

  it('looks like this when a threshold is missed', () => {
    expect(runSummary(run(3, 0), PLAIN)).toMatchSnapshot();
  });

  it('looks like this when all are met', () => {
    expect(runSummary(run(1, 1), PLAIN)).toMatchSnapshot();
  });

  it('says of what every request fails, and not how soon', () => {
    const { variant, ...rest } = run(1, 1);
    const failing = (errors: Record<string, number>): string => {
      const runs = variant.runs.map((each) => ({
        ...each,
        clients: each.clients.map((client) => ({ ...client, succeeded: 0, errors })),
      }));
      return runSummary({ ...rest, variant: { ...variant, runs }, judgements: [] }, PLAIN);
    };
    const { requests } = variant.runs[0]!.clients[0]!;
    expect(failing({ noPorts: requests })).toContain('\nipvs: every request fails (noPorts).\n');
    expect(failing({ dns: 1, noPorts: requests - 1 })).toContain('fails (mostly noPorts).');
  });

  it('says of whom and when a limit was missed', () => {
    const { variant, judgements, ...rest } = run(3, 0);
    const [missed] = judgements;
    const scoped = {
      ...missed!,
      threshold: { ...missed!.threshold, during: 'rollout', client: 'web' },
    };
    const text = runSummary({ ...rest, variant, judgements: [missed!, scoped] }, PLAIN);
    expect(text.replaceAll(/\s+/g, ' ')).toContain(
      'misses: latency.p99 is 100ms, not < 90ms; latency.p99 during rollout for web is 100ms, not < 90ms.',
    );
  });

  it('says that no run had finished', () => {
    const { variant, ...rest } = run(3, 0);
    const none = { ...rest, variant: { plan: variant.plan, runs: [] }, partial: true };
    expect(runSummary(none, PLAIN)).toContain('No run had finished.');
  });
});

describe('what happened to the cluster', () => {
  const rollout: RolloutResult = {
    workload: 'deployment/backend',
    namespace: 'default',
    window: 'rollout',
    startedNs: 1e9,
    completedNs: 2e9,
    endedNs: 2e9,
    deadlineExceeded: false,
    requests: 200,
    errors: { refused: 3, reset: 1 },
    lateErrors: 0,
    unfinished: 0,
  };
  /** The made study, in which each run has had these rollouts and a pod that was named for too long. */
  const eventful = (replications: number, ...rollouts: readonly RolloutResult[]): Study => {
    const study = madeStudy(replications);
    const node = { zone: '', pods: 1, totalNs: 400e6, maxNs: 400e6 };
    const variants = study.variants.map((variant) => ({
      ...variant,
      runs: variant.runs.map((each) => ({
        ...each,
        rollouts,
        staleView: each.staleView.map(({ window }) => ({
          window,
          stopped: 5,
          nodes: [
            { ...node, node: 'worker-1' },
            { ...node, node: 'worker-2', totalNs: 900e6, maxNs: 900e6 },
          ],
        })),
      })),
    }));
    return { ...study, variants };
  };
  const summaryOf = (study: Study): string => {
    const [variant] = study.variants;
    return runSummary(
      { variant: variant!, judgements: [], partial: false, footer: FOOTER },
      PLAIN,
    ).replaceAll(/\n +/g, ' ');
  };

  it('is told in a sentence a rollout, with its cost', () => {
    expect(summaryOf(eventful(1, rollout))).toContain(
      'The rollout of deployment/backend took 1s and cost 4 of 200 requests (2%): 3 refused, 1 reset.',
    );
    expect(summaryOf(eventful(3, { ...rollout, errors: {} }))).toContain(
      'took 1s ± 0% and cost none of 200 requests.',
    );
  });

  it('does not hide behind a mean that most replications of a rollout lost nothing', () => {
    const study = eventful(3, { ...rollout, errors: {} });
    const losing = (...lost: readonly number[]): Study => ({
      ...study,
      variants: study.variants.map((variant) => ({
        ...variant,
        runs: variant.runs.map((each, i) => ({
          ...each,
          rollouts: [{ ...rollout, errors: (lost[i] ?? 0) > 0 ? { timeout: lost[i]! } : {} }],
        })),
      })),
    });
    expect(summaryOf(losing(0, 69))).toContain(
      'and cost none of 200 requests in 2 of 3 replications, 69 in one: 69 timeout.',
    );
    expect(summaryOf(losing(7, 0, 12))).toContain(
      'and cost none of 200 requests in 1 of 3 replications, 7 to 12 in the others: 19 timeout.',
    );
  });

  it('tells a rollout that did not complete, and which one it was', () => {
    const stuck = { ...rollout, completedNs: null, endedNs: 5e9, deadlineExceeded: true };
    const text = summaryOf(eventful(1, rollout, { ...stuck, window: 'bad' }));
    expect(text).toContain('The rollout of deployment/backend (rollout) took 1s');
    expect(text).toContain(
      'The rollout of deployment/backend (bad) had not completed after 4s, missed its progress deadline and cost 4',
    );
  });

  it('says how long nodes named pods that had stopped, and which were the worst', () => {
    expect(summaryOf(eventful(1))).toContain(
      'Stale    5 pods stopped; rules named them for 650ms more on average (n = 2, by node), at most: worker-2 900ms, worker-1 400ms',
    );
    const study = eventful(1);
    const variants = study.variants.map((variant) => ({
      ...variant,
      runs: variant.runs.map((each) => ({
        ...each,
        staleView: each.staleView.map((view) => ({ ...view, nodes: [] })),
      })),
    }));
    expect(summaryOf({ ...study, variants })).toContain(
      'Stale    5 pods stopped, and every node had dropped them from its rules by then',
    );
  });

  it('is told of each variant by a comparison, and in Markdown', () => {
    const conclusion = concludeStudy(eventful(3, rollout), { compares: true });
    const summary = { ...conclusion, comparison: conclusion.comparison!, footer: FOOTER };
    const text = compareSummary(summary, PLAIN);
    for (const name of ['iptables', 'ipvs']) {
      expect(text).toContain(
        `With ${name}: The rollout of deployment/backend took 1s ± 0% and cost`,
      );
      expect(markdown(conclusion)).toContain(`- With ${name}: The rollout of deployment/backend`);
    }
    expect(text).toMatch(/during rollout +1s +1s\n/);
    expect(text).toMatch(/503 · queueFull +6/);
    expect(text).toMatch(/stopped pods +15 +15\n {2}still named for +650ms ± 0% +650ms ± 0%\n/);
    expect(text).toMatch(/at most +worker-2 900ms +worker-2 900ms\n/);
    for (const line of text.split('\n')) expect([...line].length, line).toBeLessThanOrEqual(100);
  });

  it('says of a threshold that its window never opened', () => {
    const study = madeStudy(1);
    const variants = study.variants.map((variant) => ({
      ...variant,
      runs: variant.runs.map((each) => ({
        ...each,
        windows: each.windows.map((window, i) => (i === 0 ? window : { ...window, openNs: 0 })),
      })),
    }));
    const { judgements } = concludeStudy({ variants, partial: false }, { compares: false });
    const [variant] = variants;
    const summary = { variant: variant!, judgements: judgements[0]!, partial: false };
    const text = runSummary({ ...summary, footer: FOOTER }, PLAIN);
    expect(text).toMatch(/during rollout \(warns only\) +– +the window never opened/);
    expect(text).toMatch(/open +5s +never/);
  });
});

describe('every summary', () => {
  const colours = createColors(true);
  const texts = [
    ...[1, 3].map((n) => [
      `comparison of ${n}`,
      (style = PLAIN) => compareSummary(comparison(n), style),
    ]),
    ...[1, 3].map((n) => [`run of ${n}`, (style = PLAIN) => runSummary(run(n, 0), style)]),
  ] as [string, (style?: typeof PLAIN) => string][];

  it.each(texts)('fits into 100 columns and leaves no trailing blanks: %s', (_, render) => {
    for (const line of render().split('\n')) {
      expect([...line].length, line).toBeLessThanOrEqual(100);
      expect(line).toBe(line.trimEnd());
    }
  });

  it.each(texts)('says the same with colours as without: %s', (_, render) => {
    expect(render(colours)).not.toBe(render());
    expect(uncoloured(render(colours))).toBe(render());
  });

  it.each(texts)('never shows a number that is none: %s', (_, render) => {
    expect(render()).not.toMatch(/NaN|Infinity|undefined|null/);
  });
});

describe('Markdown', () => {
  it('looks like this', () => {
    const conclusion = concludeStudy(madeStudy(), { compares: true });
    expect(markdown({ ...conclusion, fingerprint: FOOTER.fingerprint })).toMatchSnapshot();
  });

  it('keeps a table in shape whatever the names hold', () => {
    const study = madeStudy(1);
    const odd = study.variants.map((variant) => ({
      ...variant,
      plan: { ...variant.plan, variant: 'a|b\nc' },
    }));
    const conclusion = concludeStudy({ variants: odd, partial: false }, { compares: true });
    const table = markdown({ ...conclusion, fingerprint: '' })
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(table.length).toBeGreaterThan(8);
    expect(table[0]).toContain('a\\|b c');
  });
});
