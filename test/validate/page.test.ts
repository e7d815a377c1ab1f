/** docs/validation.md is what `npm run validate` writes, as far as that takes seconds rather than a minute. */
import { describe, expect, it } from 'vitest';
import { readRepositoryFile } from '../source-graph.ts';
import { LEFT_OUT, churnSection } from '../../validate/churn/churn.ts';
import { KernelData } from '../../validate/kernel-data.ts';
import { ipvsPicksSection } from '../../validate/ipvs-picks.ts';
import { oracleSection } from '../../validate/oracles.ts';
import { renderSection } from '../../validate/page.ts';
import { programmingSection } from '../../validate/costs/programming.ts';

const page = readRepositoryFile('docs/validation.md');
const data = new KernelData('test/data/kernel');

describe('docs/validation.md', () => {
  it.each([
    ['IPVS picks', () => ipvsPicksSection(data.folder)],
    ['programming time', () => programmingSection(data)],
    ['what connections live through', () => churnSection(data)],
  ])('says of %s what `npm run validate` finds', (_, section) => {
    expect(page).toContain(renderSection(section()!));
  });

  it('names for every oracle tests that hold it', () => {
    const [check] = oracleSection().checks;
    expect(check!.outcome).toBe('agrees');
    const known = oracleSection().body.split('\n');
    const rows = page.split('\n').filter((line) => /^\| O\d+ /.test(line));
    expect(rows).toHaveLength(24);
    // Tests may have come since, but none that the page names has gone.
    for (const row of rows) {
      const now = known.find((line) => line.startsWith(row.slice(0, 6)))!;
      const files = [...row.matchAll(/\[([^\]]+\.ts)\]/g)].map(([, file]) => file!);
      expect(files.filter((file) => !now.includes(file))).toEqual([]);
    }
  });

  it('finds no difference that is beyond its acceptance', () => {
    expect(page).toMatch(/^\*\*All \d+ checks meet their acceptance\.\*\*$/m);
    expect(page).not.toContain('✗');
  });

  it('leaves out of the churn tables only what docs/fidelity.md names', () => {
    const fidelity = readRepositoryFile('docs/fidelity.md');
    expect(LEFT_OUT.length).toBeGreaterThan(0);
    expect(LEFT_OUT.filter((behaviour) => !fidelity.includes(`| ${behaviour} | left out`))).toEqual(
      [],
    );
    expect(page).not.toContain('no experiment repeats it');
  });
});
