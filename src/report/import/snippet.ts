/** What goes into a scenario: service times and arrivals, as YAML. */
import { formatDuration } from '../../base/units.ts';
import type { Distribution } from '../../contract/distribution.ts';
import type { RateStep } from '../../observed/arrivals.ts';
import { quantileOf } from '../../stats/distributions/tail.ts';
import { momentsOf, squaredCv } from '../../stats/distributions/moments.ts';
import { plural } from '../numbers.ts';
import type { ArrivalChoice, Imported, ServiceTimeChoice } from './imported.ts';

/** The column of the file that holds values. */
export const VALUE_COLUMN = 'service_time_ms';

/** Four digits are more than a log supports; without an exponent. */
const decimal = (value: number): string =>
  String(value >= 1000 ? Math.round(value) : Number(Number(value.toPrecision(4)).toFixed(9)));

/** A rate as scenarios have it. */
export const rateText = (perSecond: number): string => `${decimal(perSecond)}/s`;

/** A fitted distribution as scenarios have it: `{ lognormal: { p50: 8.02ms, p99: 61.3ms } }`. */
export function distributionText(distribution: Distribution): string {
  const { mean } = momentsOf(distribution);
  const cv = decimal(Math.sqrt(squaredCv(momentsOf(distribution))));
  switch (distribution.kind) {
    case 'lognormal': {
      const [p50, p99] = [0.5, 0.99].map((q) => formatDuration(quantileOf(distribution, q)));
      if (p50 === p99) return `{ lognormal: { mean: ${formatDuration(mean)}, cv: ${cv} } }`;
      return `{ lognormal: { p50: ${p50}, p99: ${p99} } }`;
    }
    case 'gamma':
      return `{ gamma: { mean: ${formatDuration(mean)}, cv: ${cv} } }`;
    case 'weibull':
      return `{ weibull: { mean: ${formatDuration(mean)}, shape: ${decimal(distribution.shape)} } }`;
    default:
      return `{ constant: ${formatDuration(mean)} }`;
  }
}

/** A name in YAML's flow style; quoted where it holds more than letters, digits and `._/-`. */
const flowText = (text: string): string => (/^[\w./-]+$/.test(text) ? text : JSON.stringify(text));

const serviceTimeText = (choice: ServiceTimeChoice): string =>
  choice.kind === 'fit'
    ? distributionText(choice.fit.distribution)
    : `{ empirical: { file: ${flowText(choice.file)}, column: ${VALUE_COLUMN}, unit: ms } }`;

const pointLine = ({ atMs, perSecond }: RateStep): string =>
  `    - { at: ${formatDuration(atMs * 1e6)}, rate: ${rateText(perSecond)} }`;

/** Steps of one rate are one. */
const stepLines = (steps: readonly RateStep[]): readonly string[] =>
  steps
    .filter(
      ({ perSecond }, i) => i === 0 || rateText(perSecond) !== rateText(steps[i - 1]!.perSecond),
    )
    .map(pointLine);

function arrivalLines(choice: ArrivalChoice): readonly string[] {
  switch (choice.kind) {
    case 'none':
      return [];
    case 'poisson':
      return [`arrival: { poisson: { rate: ${rateText(choice.perSecond)} } }`];
    case 'trace':
      return [`arrival: { trace: { file: ${flowText(choice.file)} } }`];
    case 'daily':
      return [
        'arrival:',
        '  daily:',
        '    points:',
        ...choice.points.map(pointLine).map((line) => `  ${line}`),
      ];
    case 'steps':
      return ['arrival:', '  steps:', ...stepLines(choice.of.steps)];
  }
}

/** The text of a file, and of what is printed; ends with a newline. */
export function snippet(imported: Imported): string {
  const { sources, what, latencies, serviceTime, arrival } = imported;
  const arrivals = arrivalLines(arrival);
  return [
    `# ${sources.join(', ').replace(/\p{Cc}/gu, ' ')}: ${plural(latencies.count, 'latency').replace(/latencys$/, 'latencies')} (${what.replace(/\p{Cc}/gu, ' ')})`,
    '# of workloads[]:',
    `serviceTime: ${serviceTimeText(serviceTime)}`,
    ...(arrivals.length === 0 ? [] : ['# of clients[]:', ...arrivals]),
    '',
  ].join('\n');
}

/** Values of a distribution as the file that `empirical` reads, in pieces. */
export function* valuesCsv(values: readonly number[]): Generator<string> {
  yield `${VALUE_COLUMN}\n`;
  for (let from = 0; from < values.length; from += 1000) {
    yield values
      .slice(from, from + 1000)
      .map((ns) => `${(ns / 1e6).toFixed(6).replace(/\.?0+$/, '')}\n`)
      .join('');
  }
}
