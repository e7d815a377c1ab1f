/** What `svcsim import` prints: the answer, the latencies beside their fits, a chart, and how requests came. */
import { formatDuration } from '../../base/units.ts';
import type { ObservedArrivals } from '../../observed/arrivals.ts';
import type { Fit } from '../../observed/fits.ts';
import { FIT_MIN } from '../../observed/fits.ts';
import { latencyQuantile } from '../../observed/latencies.ts';
import type { ObservedLatencies } from '../../observed/latencies.ts';
import { momentsOf } from '../../stats/distributions/moments.ts';
import { quantileOf } from '../../stats/distributions/tail.ts';
import { LIMITS } from '../../stats/fitting/goodness.ts';
import { formatCount, formatRate, formatRatio, formatSignificant, formatTime } from '../numbers.ts';
import { grid } from '../text/grid.ts';
import type { Style } from '../text/style.ts';
import { wrap } from '../text/wrap.ts';
import { latencyChart } from './chart.ts';
import type { Imported } from './imported.ts';

const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;
/** Observations beyond a percentile, so that it is shown. */
const BEYOND = 5;

const percentileName = (q: number): string => `p${formatSignificant(q * 100)}`;

const latencies = (count: number): string =>
  `${formatCount(count)} ${count === 1 ? 'latency' : 'latencies'}`;

/** `off by 12% at p99`, or by how much of the shares. */
function faultOf({ goodness: { worst, distance } }: Fit): string {
  if (worst !== null && worst.error > LIMITS.quantile) {
    return `off by ${formatRatio(worst.error)} at ${percentileName(worst.q)}`;
  }
  return `off by ${formatRatio(distance)} of all requests at one time`;
}

/** As texts have it: Weibull is a name. */
const familyName = ({ family }: Fit): string => (family === 'weibull' ? 'Weibull' : family);

/** By what people know a distribution. */
const figuresOf = ({ distribution }: Fit): string =>
  [0.5, 0.99]
    .map((q) => `${percentileName(q)} ${formatTime(quantileOf(distribution, q))}`)
    .join(' and ');

/** The first sentence. */
export function importSentence({
  latencies: observed,
  serviceTime,
  fits,
  sources,
}: Imported): string {
  const of = `${latencies(observed.count)} from ${sources.length === 1 ? sources[0] : `${sources.length} files`}`;
  if (serviceTime.kind === 'fit') {
    const { fit } = serviceTime;
    return `${of} follow a ${familyName(fit)} distribution with ${figuresOf(fit)}.`;
  }
  const best = fits[0];
  if (best === undefined) {
    const why =
      observed.count < FIT_MIN ? `fewer than ${FIT_MIN} are not fitted` : 'there is nothing to fit';
    return `${of}, taken as they are: ${why}.`;
  }
  if (best.goodness.isGood) return `${of}, taken as they are, as you asked.`;
  return `${of}, taken as they are, because no family fits: the nearest, ${familyName(best)}, is ${faultOf(best)}.`;
}

/** Why a fit that was asked for is refused. */
export const refusedFit = (fit: Fit): string =>
  `no ${familyName(fit)} distribution fits: the most likely one is ${faultOf(fit)}`;

function latencyTable({ latencies: observed, fits }: Imported): readonly string[] {
  const shown = QUANTILES.filter((q) => observed.count * (1 - q) >= BEYOND || q === QUANTILES[0]);
  const header = ['', 'mean', ...shown.map(percentileName), 'max', 'n'];
  const rows = [
    [
      'log',
      formatTime(observed.mean),
      ...shown.map((q) => formatTime(latencyQuantile(observed, q))),
      formatTime(observed.max),
      formatCount(observed.count),
    ],
    ...fits.map(({ family, distribution }) => [
      family,
      formatTime(momentsOf(distribution).mean),
      ...shown.map((q) => formatTime(quantileOf(distribution, q))),
      '',
      '',
    ]),
  ];
  return grid([header, ...rows], `l${'r'.repeat(header.length - 1)}`);
}

const pValueText = (p: number | null): string =>
  p === null ? '–' : p > 0.005 ? formatSignificant(p) : '<0.01';

const P_VALUES =
  ' p is that of the Kolmogorov-Smirnov test by parametric bootstrap: with many observations it rejects every fit, so it decides nothing here.';

function fitTable({ fits }: Imported): readonly string[] {
  if (fits.length === 0) return [];
  const isTested = fits.some(({ pValue }) => pValue !== null);
  const header = ['Fit', 'KS distance', 'worst percentile', ...(isTested ? ['p'] : []), 'verdict'];
  const rows = fits.map(({ family, goodness: { distance, worst, isGood }, pValue }) => [
    family,
    formatRatio(distance),
    worst === null ? '–' : `${formatRatio(worst.error)} at ${percentileName(worst.q)}`,
    ...(isTested ? [pValueText(pValue)] : []),
    isGood ? 'fits' : 'refused',
  ]);
  return [
    ...grid([header, ...rows], isTested ? 'lrrrl' : 'lrrl'),
    ...wrap(
      `A fit may be off by ${formatRatio(LIMITS.distance)} of all requests (KS distance) and by ${formatRatio(LIMITS.quantile)} at a percentile that has ${LIMITS.beyond} observations beyond it.` +
        (isTested ? P_VALUES : ''),
    ),
  ];
}

/** Beyond chance from this p-value down. */
const SIGNIFICANT = 0.01;

/** How requests came, against a Poisson process. */
function arrivalSentences(arrivals: ObservedArrivals): string {
  const { perSecond, steps, isSteady, dispersion, gapCv, spanMs } = arrivals;
  const span = formatDuration(
    Math.round(spanMs < 10_000 ? spanMs : spanMs / 1e3) * (spanMs < 10_000 ? 1e6 : 1e9),
  );
  const rates = steps.map((step) => step.perSecond);
  const rate = isSteady
    ? `Requests came at ${formatRate(perSecond)}, steadily, over ${span}.`
    : `Requests came at ${formatRate(perSecond)} on average over ${span}, between ${formatRate(Math.min(...rates))} and ${formatRate(Math.max(...rates))}.`;
  const gaps = gapCv === null ? '' : `, cv ${formatSignificant(gapCv)} of the times between them`;
  if (dispersion === null) return `${rate} They are too few to tell how they scatter${gaps}.`;
  const { index, windowMs, pValue } = dispersion;
  const figures = `index of dispersion ${formatSignificant(index)} in windows of ${formatTime(windowMs * 1e6)}${gaps}`;
  if (pValue > SIGNIFICANT) return `${rate} They scatter as a Poisson process does (${figures}).`;
  const how = index > 1 ? 'burstier than' : 'more regular than';
  return `${rate} They are ${how} a Poisson process (${figures}): --arrival trace keeps them as they came.`;
}

/** Summaries hold no moments; of all else somebody can say where they stand. */
const unknownArrivals = ({ isWhole }: ObservedLatencies): readonly string[] =>
  isWhole
    ? wrap(
        'When requests came is not known: if the log says it, name the column with --time-column.',
      )
    : [];

/** What a person has to know before pasting. */
function notices({ latencies: observed, unanswered, skipped }: Imported): readonly string[] {
  return [
    'A serviceTime is what one request costs a pod that does nothing else. What a client or a proxy has measured holds network and queueing, too: take times of the server itself, at low load. docs/importing.md says how.',
    ...(observed.step === null
      ? []
      : [
          `The log counts in steps of ${formatTime(observed.step)}, which is coarse for these times: each stands for what ${observed.isCut ? 'is cut down' : 'rounds'} to it.`,
        ]),
    ...(observed.percentiles === null
      ? []
      : [
          `The log holds only ${observed.percentiles.map(percentileName).join(', ')}: what lies between and beyond is the fit's.`,
        ]),
    ...(unanswered > 0
      ? [`${formatCount(unanswered)} requests have no latency and are left out.`]
      : []),
    ...(skipped > 0 ? [`${formatCount(skipped)} broken lines are left out.`] : []),
  ];
}

/** Without a newline at its end. */
export function importSummary(imported: Imported, style: Style): string {
  const { latencies: observed, fits, arrivals, serviceTime, what } = imported;
  const shownFit = serviceTime.kind === 'fit' ? serviceTime.fit : fits[0];
  const fit =
    shownFit === undefined ? null : { name: shownFit.family, distribution: shownFit.distribution };
  const sections = [
    [
      ...wrap(importSentence(imported)),
      ...notices(imported).flatMap((line) => wrap(`  ${line}`, '  ')),
    ],
    [style.bold(`Latency (${what})`), ...latencyTable(imported)],
    fitTable(imported),
    latencyChart(observed, fit),
    arrivals === null ? unknownArrivals(observed) : wrap(arrivalSentences(arrivals)),
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}
