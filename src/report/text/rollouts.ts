/** What each rollout took and cost, in a sentence. */
import { ERROR_CAUSES } from '../../contract/plan.ts';
import type { RolloutResult } from '../../contract/result.ts';
import { estimateOf } from '../../study/figures/estimate.ts';
import { durationNs, requestsLost } from '../../study/figures/rollouts.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatRatio, formatSignificant, formatTime, plural } from '../numbers.ts';
import { formatEstimate } from './estimates.ts';

/** Rollouts that are told of; the file holds all of them. */
const SHOWN = 3;

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** `took 42s ± 3%`; of those that had not completed, so far. */
function timeText(found: readonly RolloutResult[]): string {
  const complete = found.filter(({ completedNs }) => completedNs !== null);
  const late = found.some(({ deadlineExceeded }) => deadlineExceeded)
    ? ', missed its progress deadline'
    : '';
  const span = (of: readonly RolloutResult[]): string =>
    formatEstimate(estimateOf(of.map(durationNs)), formatTime);
  if (complete.length === found.length) return `took ${span(complete)}${late}`;
  if (complete.length === 0) return `had not completed after ${span(found)}${late}`;
  const where = `in ${complete.length} of ${plural(found.length, 'replication')}`;
  return `completed ${where}, after ${span(complete)}${late}`;
}

/** `3 refused, 1 reset`: of all of these rollouts, divided by `of`. */
function causesText(found: readonly RolloutResult[], of: number): string {
  const causes = [...ERROR_CAUSES, 'unfinished' as const].flatMap((cause) => {
    const count = sum(
      found.map(({ errors, unfinished }) =>
        cause === 'unfinished' ? unfinished : (errors[cause] ?? 0),
      ),
    );
    return count === 0 ? [] : [`${formatSignificant(count / of)} ${cause}`];
  });
  const late = sum(found.map(({ lateErrors }) => lateErrors));
  const rest = late === 0 ? '' : `; ${formatSignificant(late / of)} of them after its end`;
  return `${causes.join(', ')}${rest}`;
}

/**
 * `cost 123 of 84,000 requests (0.15%): 100 refused, 23 reset`, means over the replications. Where some lost none, a
 * mean would hide that: `cost none of 84,000 requests in 9 of 10 replications, 69 in one: 69 timeout`, sums.
 */
function costText(found: readonly RolloutResult[]): string {
  const n = found.length;
  const requests = sum(found.map((rollout) => rollout.requests));
  const lost = found.map(requestsLost);
  if (requests === 0) return 'no request was due to its Services meanwhile';
  const due = plural(Math.round(requests / n), 'request');
  if (sum(lost) === 0) return `cost none of ${due}`;
  const costly = lost.filter((count) => count > 0).toSorted((a, b) => a - b);
  if (costly.length < n) {
    const free = `none of ${due} in ${n - costly.length} of ${plural(n, 'replication')}`;
    const [least, most] = [costly[0]!, costly.at(-1)!].map(formatCount);
    const others = costly.length === 1 ? `${least} in one` : `${least} to ${most} in the others`;
    return `cost ${free}, ${others}: ${causesText(found, 1)}`;
  }
  const share = formatRatio(sum(lost) / requests);
  const size = formatEstimate(estimateOf(lost), n === 1 ? formatCount : formatSignificant);
  return `cost ${size} of ${due} (${share}): ${causesText(found, n)}`;
}

/** A sentence a rollout; the first one of each replication is the same one, and so on. */
export function rolloutSentences({ runs }: VariantRuns): readonly string[] {
  const count = runs.reduce((most, { rollouts }) => Math.max(most, rollouts.length), 0);
  const sentences: string[] = [];
  for (let i = 0; i < Math.min(count, SHOWN); i++) {
    const found = runs.flatMap(({ rollouts }) => rollouts[i] ?? []);
    const { workload, window } = found[0]!;
    const which = window === null || count === 1 ? '' : ` (${window})`;
    sentences.push(`The rollout of ${workload}${which} ${timeText(found)} and ${costText(found)}.`);
  }
  if (count > SHOWN) sentences.push(`${plural(count - SHOWN, 'more rollout')}: see rollouts.csv.`);
  return sentences;
}
