/** How a comparison was made, in words: which kind, why that one, and what the marks of the table mean. */
import type { ComparedVariant, Comparison } from '../../study/comparison/compare.ts';
import type { ComparisonKind } from '../../study/comparison/matching.ts';
import { formatCount, formatRatio, plural } from '../numbers.ts';
import { IDENTICAL, INDISTINGUISHABLE, showsMedians } from './comparison-table.ts';

/** Variants by the way in which they were compared, in order. */
function groupsOf(
  variants: readonly ComparedVariant[],
): ReadonlyMap<ComparisonKind, readonly ComparedVariant[]> {
  const groups = new Map<ComparisonKind, ComparedVariant[]>();
  for (const variant of variants) {
    if (variant.kind === null) continue;
    const group = groups.get(variant.kind);
    if (group === undefined) groups.set(variant.kind, [variant]);
    else group.push(variant);
  }
  return groups;
}

/** `10`, or `8 to 10` where variants differ. */
function range(counts: readonly number[]): string {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return least === most ? formatCount(least) : `${formatCount(least)} to ${formatCount(most)}`;
}

/** How many runs there are, and that some were left out where some have no counterpart. */
function pairsText(group: readonly ComparedVariant[], reference: ComparedVariant): string {
  const pairs = range(group.map((variant) => variant.pairs));
  const text = pairs === '1' ? '1 replication' : `${pairs} replications`;
  const most = Math.max(reference.runs, ...group.map(({ runs }) => runs));
  const fewest = Math.min(...group.map((variant) => variant.pairs));
  return fewest < most ? `${text} that both have (of up to ${formatCount(most)})` : text;
}

function kindText(
  kind: ComparisonKind,
  group: readonly ComparedVariant[],
  reference: ComparedVariant,
): string {
  switch (kind) {
    case 'exact':
      return `Exact (same plan, seeds and model version: nothing is left to chance), ${pairsText(group, reference)}`;
    case 'paired':
      return `Paired by seed (common random numbers), ${pairsText(group, reference)}`;
    case 'independent': {
      const shared = group.some(({ pairs }) => pairs > 0) ? 'at most one seed' : 'no seed';
      const runs = range(group.map((variant) => variant.runs));
      return `Independent (${shared} in common), ${runs} against ${plural(reference.runs, 'replication')}`;
    }
  }
}

const TESTS: Readonly<Record<Exclude<ComparisonKind, 'exact'>, string>> = {
  paired: 'paired t tests',
  independent: 'Mann-Whitney tests',
};

/** One paragraph. */
export function methodLine(comparison: Comparison): string {
  const { variants, reference, metrics } = comparison;
  const groups = groupsOf(variants);
  const sentences = [...groups].map(([kind, group], index) => {
    const which = groups.size === 1 ? '' : `${group.map(({ variant }) => variant).join(', ')}: `;
    const last = index === groups.size - 1 ? `, reference ${reference}` : '';
    return `${which}${kindText(kind, group, variants[0]!)}${last}.`;
  });
  if (groups.has('exact')) sentences.push(`${IDENTICAL} is the same to the last bit.`);
  const isTested = metrics.some((row) =>
    row.variants.some(({ difference }) => difference !== null && difference.pValue !== null),
  );
  if (isTested) sentences.push(marksText(comparison, groups));
  return sentences.join(' ');
}

function marksText(
  comparison: Comparison,
  groups: ReadonlyMap<ComparisonKind, readonly ComparedVariant[]>,
): string {
  const confidence = formatRatio(comparison.confidence);
  const tests = (['paired', 'independent'] as const)
    .filter((kind) => groups.has(kind))
    .map((kind) => TESTS[kind])
    .join(' and ');
  const values = showsMedians(comparison) ? ' Values are medians over replications.' : '';
  const shifts = groups.has('independent')
    ? ' Independent differences are the median over all pairs of replications (Hodges-Lehmann).'
    : '';
  return (
    `${INDISTINGUISHABLE} is a difference that may be chance: ${tests}, together at ` +
    `${confidence} confidence (Holm). [ ] is the ${confidence} interval of one change by itself.${values}${shifts}`
  );
}
