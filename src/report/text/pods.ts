/**
 * Requests per pod against its fair share, with the band that chance alone would give.
 *
 * The chart shows one replication, the first: pods are its pods, and it can be repeated by its seed.
 * Averaged over replications, the luck that makes one pod hot would vanish from it.
 *
 * The band holds the shares of all pods of a Service in 95 % of runs where chance alone picks pods, as often as they
 * were picked in effect (see figures/picks.ts): each pod's number of picks is binomial, and the chance
 * to leave the band is divided among the pods (Bonferroni).
 */
import type { Plan } from '../../contract/plan.ts';
import type { PodResult, RunResult } from '../../contract/result.ts';
import { compareCodeUnits } from '../../base/order.ts';
import { picksOf, sharedConnectionsTo, sharingOver } from '../../study/figures/picks.ts';
import type { VariantRuns } from '../../study/study.ts';
import { bar, BAND_MARK } from './bars.ts';
import { formatCount, formatShare, formatTime } from '../numbers.ts';
import type { Style } from './style.ts';
import { quantileOf } from '../../stats/histogram-data.ts';
import { binomialRange } from '../../stats/interval.ts';
import { grid } from './grid.ts';
import { wrap } from './wrap.ts';

/** How often chance alone takes some pod of a Service beyond its band. */
const BEYOND = 0.05;
const PODS_SHOWN_MAX = 12;
/** Of a Service with more pods, this many of the hottest and of the coolest are shown. */
const PODS_SHOWN_EACH = 4;
const SERVICES_SHOWN_MAX = 3;
const BAR_WIDTH = 22;
const BAR_WIDTH_SIDE_BY_SIDE = 12;
const VARIANTS_PER_BLOCK = 3;

interface Band {
  readonly low: number;
  readonly high: number;
}

interface PodShare {
  readonly pod: PodResult;
  readonly share: number;
  readonly fair: number;
  /** Its share over the fair one; 0 where it has no fair one. */
  readonly load: number;
  /** The shares between which chance alone stays. */
  readonly band: Band;
}

interface ServiceShares {
  readonly service: string;
  readonly requests: number;
  /** Picks of a pod in effect. */
  readonly picks: number;
  readonly pods: readonly PodShare[];
  /** The fair share, where it is the same for all pods. */
  readonly fair: number | null;
}

/** How many picks of a pod chance had to work with. */
const picksIn = (plan: Plan, run: RunResult, service: string, requests: number): number =>
  Math.round(picksOf(requests, sharingOver(sharedConnectionsTo(service, plan, run))));

/** The shares of `picks` that a pod of fair share `fair` stays between, but for a chance of `beyond`. */
function bandOf(fair: number, picks: number, beyond: number): Band {
  const { low, high } = binomialRange({ trials: picks, chance: fair }, beyond);
  return { low: low / picks, high: high / picks };
}

function sharesOf({ plan, runs }: VariantRuns, service: string): ServiceShares | null {
  const run = runs[0]!;
  const pods = run.pods.filter((pod) => pod.window === 'all' && pod.service === service);
  const requests = pods.reduce((sum, pod) => sum + pod.requests, 0);
  const fairNs = pods.reduce((sum, pod) => sum + pod.fairNs, 0);
  if (requests === 0 || fairNs === 0) return null;
  const picks = picksIn(plan, run, service, requests);
  const shares = pods.map((pod): PodShare => {
    const fair = pod.fairNs / fairNs;
    const band = bandOf(fair, picks, BEYOND / pods.length);
    const share = pod.requests / requests;
    return { pod, share, fair, load: fair > 0 ? share / fair : 0, band };
  });
  const [first] = shares;
  const even = shares.every(({ fair }) => Math.abs(fair - first!.fair) < 5e-4);
  return {
    service,
    requests,
    picks,
    pods: shares,
    fair: even ? first!.fair : null,
  };
}

/** Names of the Services that were called in any of the runs, busiest first. */
function calledServices(runs: readonly RunResult[]): readonly string[] {
  const requests = new Map<string, number>();
  for (const run of runs) {
    for (const pod of run.pods) {
      if (pod.window !== 'all' || pod.requests === 0) continue;
      requests.set(pod.service, (requests.get(pod.service) ?? 0) + pod.requests);
    }
  }
  return [...requests]
    .sort(([a, m], [b, n]) => n - m || compareCodeUnits(a, b))
    .map(([service]) => service);
}

/** All pods in the order of the files, or the extremes of many. */
function chosenPods(pods: readonly PodShare[]): readonly PodShare[] {
  if (pods.length <= PODS_SHOWN_MAX) return pods;
  const byHeat = [...pods].sort(
    (a, b) => b.load - a.load || compareCodeUnits(a.pod.pod, b.pod.pod),
  );
  return [...byHeat.slice(0, PODS_SHOWN_EACH), ...byHeat.slice(-PODS_SHOWN_EACH)];
}

const chanceMark = ({ share, band }: PodShare): string => {
  if (share > band.high) return '↑';
  return share < band.low ? '↓' : ' ';
};

function barOf(pod: PodShare, full: number, width: number): string {
  return bar({
    value: pod.share,
    full,
    width,
    mark: pod.band.high,
  });
}

const fullOf = (shares: readonly ServiceShares[]): number =>
  shares
    .flatMap(({ pods }) => pods)
    .reduce((most, { share, band }) => Math.max(most, share, band.high), 0);

function title(service: string, shares: ServiceShares, run: RunResult, runs: number): string {
  const fair =
    shares.fair === null ? 'fair share by time ready' : `fair share ${formatShare(shares.fair)}`;
  const which = runs > 1 ? `, replication ${run.replication}` : '';
  return `Requests per pod of ${service}${which} (${fair})`;
}

/** What the marks mean, for the picks that chance had in each of the columns. */
function legend(columns: readonly ServiceShares[]): string {
  const picks = columns.map((column) => column.picks);
  const counts = new Set(picks).size === 1 ? picks.slice(0, 1) : picks;
  return `${BAND_MARK} chance alone keeps all pods within it in 95% of runs, for as many picks (${counts.map(formatCount).join(', ')}); ↑ ↓ beyond`;
}

function moreLine(hidden: number, file: string): readonly string[] {
  return hidden > 0 ? [`… ${formatCount(hidden)} more in ${file}`] : [];
}

/** The chart of one variant: a line a pod, with its server-side p99. */
export function podLines(variant: VariantRuns, style: Style): readonly string[] {
  const run = variant.runs[0];
  if (run === undefined) return [];
  const services = calledServices([run]);
  const lines: string[] = [];
  for (const service of services.slice(0, SERVICES_SHOWN_MAX)) {
    const shares = sharesOf(variant, service);
    if (shares === null) continue;
    const full = fullOf([shares]);
    const chosen = chosenPods(shares.pods);
    const hottest = chosen.reduce((a, b) => (b.load > a.load ? b : a));
    const rows = chosen.map((pod) => [
      pod.pod.pod,
      barOf(pod, full, BAR_WIDTH),
      `${formatShare(pod.share)}${chanceMark(pod)}`,
      ...(shares.fair === null ? [`of ${formatShare(pod.fair)}`] : []),
      formatCount(pod.pod.requests),
      pod.pod.latency.count > 0 ? `p99 ${formatTime(quantileOf(pod.pod.latency, 0.99))}` : '',
      pod === hottest ? 'hottest' : '',
    ]);
    if (lines.length > 0) lines.push('');
    lines.push(
      style.bold(title(service, shares, run, variant.runs.length)),
      ...grid(rows, shares.fair === null ? 'llrrrrl' : 'llrrrl'),
      ...moreLine(shares.pods.length - chosen.length, 'pods.csv'),
      ...wrap(legend([shares])).map(style.dim),
    );
  }
  return [...lines, ...moreLine(services.length - SERVICES_SHOWN_MAX, 'Services in pods.csv')];
}

/** One Service of several variants side by side. */
function sideBySide(
  variants: readonly VariantRuns[],
  columns: readonly ServiceShares[],
): { readonly lines: readonly string[]; readonly hidden: number } {
  const full = fullOf(columns);
  const names = new Set<string>();
  let all = 0;
  for (const column of columns) {
    all = Math.max(all, column.pods.length);
    for (const { pod } of chosenPods(column.pods)) names.add(pod.pod);
  }
  const cell = (column: ServiceShares, name: string): string => {
    const found = column.pods.find(({ pod }) => pod.pod === name);
    if (found === undefined) return '';
    const share = `${formatShare(found.share).padStart(6)}${chanceMark(found)}`;
    const fair = column.fair === null ? ` of ${formatShare(found.fair)}` : '';
    return `${barOf(found, full, BAR_WIDTH_SIDE_BY_SIDE)} ${share}${fair}`;
  };
  const rows = [...names].map((name) => [name, ...columns.map((column) => cell(column, name))]);
  const head = ['', ...variants.map(({ plan }) => plan.variant)];
  return {
    lines: grid([head, ...rows], `l${'l'.repeat(variants.length)}`),
    hidden: all - Math.min(all, names.size),
  };
}

/** The chart of a comparison: a line a pod, a column a variant that calls its Service. */
export function comparedPodLines(
  variants: readonly VariantRuns[],
  style: Style,
): readonly string[] {
  const shown = variants.filter(({ runs }) => runs.length > 0);
  const services = calledServices(shown.map(({ runs }) => runs[0]!));
  const lines: string[] = [];
  for (const service of services.slice(0, SERVICES_SHOWN_MAX)) {
    const callers = shown.flatMap((variant) => {
      const shares = sharesOf(variant, service);
      return shares === null ? [] : [{ variant, shares }];
    });
    for (let at = 0; at < callers.length; at += VARIANTS_PER_BLOCK) {
      const block = callers.slice(at, at + VARIANTS_PER_BLOCK);
      const columns = block.map(({ shares }) => shares);
      const { runs } = block[0]!.variant;
      const { lines: chart, hidden } = sideBySide(
        block.map(({ variant }) => variant),
        columns,
      );
      if (lines.length > 0) lines.push('');
      lines.push(
        style.bold(title(service, columns[0]!, runs[0]!, runs.length)),
        ...chart,
        ...moreLine(hidden, 'pods.csv'),
        ...wrap(legend(columns)).map(style.dim),
      );
    }
  }
  return [...lines, ...moreLine(services.length - SERVICES_SHOWN_MAX, 'Services in pods.csv')];
}
