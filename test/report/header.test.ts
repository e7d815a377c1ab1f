/** The header of summaries: it fits, whatever variants are called, and counts the pods that are called. */
import { describe, expect, it } from 'vitest';
import { header } from '../../src/report/text/header.ts';
import { SUMMARY_WIDTH } from '../../src/report/text/wrap.ts';
import { smallPlan } from '../study/small-plan.ts';
import { PLAIN } from '../../src/report/text/style.ts';

describe('the header of a summary', () => {
  const plan = smallPlan();

  it('breaks between the names of variants, and nowhere within one', () => {
    const names = Array.from({ length: 12 }, (_, index) => `a variant by the name of ${index}`);
    const lines = header(plan, names, PLAIN);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(SUMMARY_WIDTH);
    expect(lines[0]).toContain(names[0]);
    for (const name of names) expect(lines.some((line) => line.includes(name))).toBe(true);
  });

  it('counts the pods of a headless Service as those of one with a ClusterIP', () => {
    const { clients } = plan;
    const [client] = clients;
    const { target } = client!;
    if (target.kind !== 'servicePort') throw new Error('no Service is called');
    const headless = { ...target, kind: 'headless' } as const;
    const own = { ...plan, clients: [{ ...client!, target: headless }] };
    const pods = (lines: readonly string[]): string | undefined =>
      /\d+ pods?/.exec(lines.join(' '))?.[0];
    expect(pods(header(own, [], PLAIN))).toBe(pods(header(plan, [], PLAIN)));
    expect(pods(header(plan, [], PLAIN))).not.toMatch(/^0/);
  });
});
