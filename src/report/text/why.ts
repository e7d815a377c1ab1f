/** Why a variant gives what it gives, in sentences: what the slow requests were waiting for, and what makes a pod hot. */
import { shellWord } from '../../base/shell-word.ts';
import type { LatencyPart } from '../../contract/result.ts';
import type { SlowPod, SlowRequests } from '../../study/figures/slow-requests.ts';
import type { HottestPod } from '../../study/reasons/registry.ts';
import type { Reason, Rotation } from '../../study/reasons/reason.ts';
import type { Tail } from '../../study/reasons/tail.ts';
import { whyOf } from '../../study/reasons/why.ts';
import type { VariantRuns } from '../../study/study.ts';
import { formatCount, formatShare, formatTime, plural } from '../numbers.ts';
import type { Style } from './style.ts';
import { wrapWhole } from './wrap.ts';

/** A load, or how many times something is something else: 1.31. */
const factor = (value: number): string => value.toFixed(2);

const PART_NAMES: Readonly<Record<LatencyPart, string>> = {
  dns: 'looking up the name',
  pool: 'waiting for a connection',
  connect: 'connecting',
  proxy: "the node's rules",
  network: 'the network',
  queue: 'queueing',
  service: 'service',
  calls: 'calls of other Services',
  retry: 'failed attempts and waits for the next',
};

/** Edges of the bands around percentiles, as a reader would name them. */
const BANDS: Readonly<Record<Tail['percentile'], string>> = {
  p50: 'p25 to p75',
  p90: 'p85 to p95',
  p99: 'p98.5 to p99.5',
  'p99.9': 'p99.85 to p99.95',
};

const list = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;

/** `, which take(s) 1.50× the service time of others`: what distinguishes them. */
function whatDiffers(pods: readonly SlowPod[]): string {
  if (pods.length > 1) return '';
  const [{ load, times }] = pods as readonly [SlowPod];
  const facts = [
    ...(load >= 1.05 ? [`takes ${factor(load)}× its fair share of requests`] : []),
    ...(times >= 1.25 ? [`serves a request in ${factor(times)}× the time of the others`] : []),
  ];
  return facts.length === 0 ? '' : `, which ${list(facts)}`;
}

function whereText({ fromNs, where, pods, share }: SlowRequests): string {
  const which = `of attempts that spent ${formatTime(fromNs)} or more at a pod`;
  const names = list(pods.map(({ pod }) => pod));
  switch (where) {
    case 'named':
      return ` ${formatShare(share)} ${which} were at ${names}${whatDiffers(pods)}.`;
    case 'oneEach':
      return ` In each replication ${formatShare(share)} ${which} were at one pod or a few (${names} in the first).`;
    case 'spread':
      return ' It is spread over all pods.';
    case 'unknown':
      return '';
  }
}

function tailText({ percentile, count, latencyNs, parts, slow }: Tail): string {
  const named = list(parts.map(({ part, ns }) => `${formatTime(ns)} is ${PART_NAMES[part]}`));
  const population = `mean over ${BANDS[percentile]}, n=${formatCount(count)}`;
  const where = slow === null ? '' : whereText(slow);
  return `of the ${formatTime(latencyNs)} at ${percentile} (${population}), ${named}.${where}`;
}

/** Why pods that come (back) into rotation get less than their time there is worth. */
const LATE: Readonly<Record<Rotation['by'], string>> = {
  names: 'clients that balance by themselves learn of new addresses only when they ask again',
  affinity: 'sessionAffinity keeps clients where they were, so that only new ones come',
  connections: 'connections that went elsewhere meanwhile do not come back',
  rules: 'nodes took them back late',
};

const POLICIES: Readonly<Record<(Reason & { rule: 'locality' })['by'], string>> = {
  trafficDistribution: 'trafficDistribution',
  topologyMode: 'topology-mode',
  internalTrafficPolicy: 'internalTrafficPolicy Local',
  externalTrafficPolicy: 'externalTrafficPolicy Local',
};

const SCHEDULERS: Readonly<Record<(Reason & { rule: 'oneDestination' })['scheduler'], string>> = {
  dh: 'hashes the destination, which is one address for all',
  lblc: 'stays with one server for each destination until that is overloaded',
  lblcr: 'stays with a few servers for each destination until they are overloaded',
  fo: 'takes the first server as long as there is one',
  ovf: 'takes the first server until that is full',
};

/** The reason, as what comes after a colon. */
function reasonText(reason: Reason): string {
  switch (reason.rule) {
    case 'pinnedConnections': {
      const { connections, requestsEach, alike, byChance, connectionLoad } = reason;
      const pinned = `requests share connections, which keep their pod; ${formatCount(connections)} of them carried ${formatCount(requestsEach)} requests each`;
      const uneven = alike < 0.8 * connections ? ` (as uneven as ${formatCount(alike)} alike)` : '';
      return byChance === null
        ? `${pinned}, and the hottest pod has ${factor(connectionLoad)}× its fair share of them`
        : `${pinned}${uneven}, and so many coin flips leave a typical hottest pod at ${factor(byChance)}×`;
    }
    case 'clientAddresses': {
      const { by, addresses, byChance } = reason;
      const what = by === 'sessionAffinity' ? 'sessionAffinity ClientIP' : `the scheduler ${by}`;
      return `${what} sends each client address to one pod, and ${formatCount(addresses)} of them spread by chance leave a typical hottest pod at ${factor(byChance)}×`;
    }
    case 'oneDestination':
      return `the scheduler ${reason.scheduler} ${SCHEDULERS[reason.scheduler]}; it takes ${formatShare(reason.share)} of all requests`;
    case 'locality': {
      const { by, scope, place, pods, share, fair } = reason;
      return `${POLICIES[by]} keeps requests in the ${scope} that they come from, and ${plural(pods, 'pod')} of ${place} ${pods === 1 ? 'has' : 'have'} ${formatShare(share)} of them (fair share ${formatShare(fair)})`;
    }
    case 'slowPods': {
      const { by, pods, times, share, fair } = reason;
      const slow = `${list(pods)} ${pods.length === 1 ? 'takes' : 'take'} ${factor(times)}× as long for a request`;
      const spared =
        by === 'leastConnections'
          ? 'so the scheduler finds more connections there'
          : 'so connections to it are busy, and clients take the next idle one';
      return `${slow}, ${spared}: ${formatShare(share)} of requests instead of ${formatShare(fair)}, and the others take the rest`;
    }
    case 'rotation': {
      const { by, away, pods, awayLoad, stayedLoad } = reason;
      return `${formatCount(away)} of ${plural(pods, 'pod')} were out of rotation for a while and got ${factor(awayLoad)}× what their time in it is worth, the others ${factor(stayedLoad)}×: ${LATE[by]}`;
    }
    case 'chance':
      return `no more than chance, which leaves a typical hottest of ${plural(reason.pods, 'pod')} at ${factor(reason.byChance)}× after ${formatCount(reason.requests)} requests`;
  }
}

/** Loads below this are even enough. */
const UNEVEN = 1.02;

function hottestText({ service, pod, load, ratio, finding }: HottestPod, runs: number): string {
  const what =
    runs > 1
      ? `the hottest pod of ${service} takes ${factor(ratio)}× its fair share on average`
      : `${pod} takes ${factor(load)}× its fair share of ${service}`;
  return `${what}: ${reasonText(finding!.reason)}.`;
}

/** A sentence, and what to try: arguments of `--set`, and words on what is known of their effect. */
interface Answer {
  readonly text: string;
  readonly mend: readonly string[];
  readonly effect: readonly string[];
}

/** What to try, in words that stay whole on a line. */
type MendWords = (mend: readonly string[]) => readonly string[];

const asFlags: MendWords = (mend) => mend.map((argument) => `--set ${shellWord(argument)}`);

/** Of variants one more, since what they set themselves comes after `--set`. */
const asVariant: MendWords = (mend) => {
  const entries = mend.map((argument) => {
    const [path, value] = splitAtFirst(argument, '=');
    return `${/^[\w.-]+$/.test(path) ? path : `"${path}"`}: ${value}`;
  });
  return [`a variant with set: { ${entries.join(', ')} }`];
};

const splitAtFirst = (text: string, mark: string): readonly [string, string] => {
  const at = text.indexOf(mark);
  return [text.slice(0, at), text.slice(at + mark.length)];
};

function effectWords({ finding }: HottestPod): readonly string[] {
  const reason = finding!.reason;
  return reason.rule === 'pinnedConnections' && reason.mended !== null
    ? `(about ${factor(reason.mended)}×, by the same chance)`.split(' ')
    : [];
}

function answersFor(variant: VariantRuns, saysChance: boolean): readonly Answer[] {
  const { tail, hottest } = whyOf(variant);
  const isSaid = ({ finding, ratio }: HottestPod): boolean =>
    finding !== null && ratio >= UNEVEN && (saysChance || finding.reason.rule !== 'chance');
  const uneven = hottest
    .filter(isSaid)
    .toSorted((a, b) => b.ratio - a.ratio)
    .slice(0, 1);
  return [
    ...(tail === null ? [] : [{ text: tailText(tail), mend: tail.mend, effect: [] }]),
    ...uneven.map((pod) => ({
      text: hottestText(pod, variant.runs.length),
      mend: pod.finding!.mend,
      effect: effectWords(pod),
    })),
  ];
}

const INDENT = '     ';

const linesOf = (
  { text, mend, effect }: Answer,
  label: string,
  words: MendWords,
): readonly string[] => [
  ...wrapWhole([label, ...text.split(' ')], INDENT),
  ...(mend.length === 0 ? [] : wrapWhole([`${INDENT}Try:`, ...words(mend), ...effect], INDENT)),
];

/** The paragraphs of a run; nothing where nothing is known. */
export const whyLines = (variant: VariantRuns, style: Style): readonly string[] =>
  answersFor(variant, true).flatMap((answer) => {
    const [first, ...rest] = linesOf(answer, 'Why:', asFlags);
    return [`${style.bold('Why:')}${first!.slice(4)}`, ...rest];
  });

/** The same of variants, each by its name, without what is chance alone. What is the same for several is said once. */
export function comparedWhyLines(
  variants: readonly VariantRuns[],
  style: Style,
): readonly string[] {
  const names = new Map<string, string[]>();
  const answers = new Map<string, Answer>();
  for (const variant of variants.filter(({ runs }) => runs.length > 0)) {
    for (const answer of answersFor(variant, false)) {
      const known = names.get(answer.text);
      if (known === undefined) names.set(answer.text, [variant.plan.variant]);
      else known.push(variant.plan.variant);
      answers.set(answer.text, answer);
    }
  }
  return [...answers.values()].flatMap((answer) => {
    const label = `Why, ${list(names.get(answer.text)!)}:`;
    const [first, ...rest] = linesOf(answer, label, asVariant);
    return [`${style.bold(label)}${first!.slice(label.length)}`, ...rest];
  });
}
