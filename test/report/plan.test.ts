/** What `svcsim plan` prints of the scenarios that come with the simulator. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planJson } from '../../src/report/files/plan-json.ts';
import { planSummary } from '../../src/report/text/plan/plan-summary.ts';
import type { PlanSummary } from '../../src/report/text/plan/plan-summary.ts';
import { PLAIN } from '../../src/report/text/style.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { costOf } from '../../src/study/outlook/cost.ts';
import { outlookOf } from '../../src/study/outlook/outlook.ts';

const folder = new URL('../../scenarios/', import.meta.url).pathname;

function summaryOf(file: string): PlanSummary {
  const loaded = loadScenario(file, {
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    resolve: (_from, relative) => relative,
  });
  if (!loaded.ok) throw new Error(`${file} does not load`);
  const { base, variants, ignored } = loaded.scenario;
  return {
    outlook: outlookOf(base, variants),
    cost: costOf([base], { workers: 1, gauge: null }),
    sweep: null,
    sweepCost: null,
    ignored,
  };
}

describe.each(readdirSync(folder).filter((file) => file.endsWith('.yaml')))('%s', (file) => {
  const summary = summaryOf(file);
  const lines = planSummary(summary, PLAIN).split('\n');

  it('has no figure that is none, and no section without content', () => {
    const text = lines.join('\n');
    expect(text).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
    expect(text).not.toMatch(/\n\n\n|\n\w+\n(?:\n|$)/);
    for (const title of ['Load of', 'Cluster', 'Services', 'Workloads', 'Clients', 'Modelled']) {
      expect(lines.filter((line) => line.startsWith(title))).toHaveLength(1);
    }
  });

  it('is as JSON what it is as text', () => {
    const report = JSON.parse(planJson(summary)) as {
      base: { outlook: { workloads: object[] }[] };
      variants: object[];
    };
    expect(report.base.outlook[0]!.workloads.length).toBeGreaterThan(0);
    expect(report.variants).toHaveLength(summary.outlook.variants.length);
  });
});

it.each(['mi-backend.yaml', 'overload-collapse.yaml'])('%s reads so', (file) => {
  expect(`\n${planSummary(summaryOf(file), PLAIN)}\n`).toMatchSnapshot();
});
