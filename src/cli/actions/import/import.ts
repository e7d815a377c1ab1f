/** `svcsim import`: logs in, service times and arrivals out, as files and as what to paste. */
import { join } from 'node:path';
import type { ObservedArrivals } from '../../../observed/arrivals.ts';
import type { Fit } from '../../../observed/fits.ts';
import { FIT_MIN, fitsOf } from '../../../observed/fits.ts';
import type { ObservedLatencies } from '../../../observed/latencies.ts';
import { resampledValues } from '../../../observed/latencies.ts';
import type { Conclusion } from '../../../observed/log-book.ts';
import { LogBook } from '../../../observed/log-book.ts';
import type {
  ArrivalChoice,
  Imported,
  ServiceTimeChoice,
} from '../../../report/import/imported.ts';
import { snippet, valuesCsv } from '../../../report/import/snippet.ts';
import { importSummary, refusedFit } from '../../../report/import/summary.ts';
import { CommandFailure } from '../../command-failure.ts';
import type { ImportFlags } from '../../commands/import.ts';
import { EXIT } from '../../exit-codes.ts';
import type { ExitCode } from '../../exit-codes.ts';
import { STANDARD_INPUT } from '../../input/source-files.ts';
import { prepareFile, writeWhole } from '../../output/output-files.ts';
import { TraceFile } from '../../output/trace-file.ts';
import { note, print, styleFor } from '../../terminal/terminal.ts';
import { readLogs } from './reading.ts';

const VALUES_FILE = 'service-times.csv';
const TRACE_FILE = 'arrivals.csv';
const SNIPPET_FILE = 'snippet.yaml';

/** Buckets of a histogram that stand for themselves; with fewer only a fit tells what lies between. */
const BUCKETS_MIN = 8;

/** A file of the import as a scenario beside its folder names it. */
const named = (out: string, file: string): string => join(out, file).replaceAll('\\', '/');

/** @throws CommandFailure where the fit that was asked for is refused. */
function serviceTimeOf(
  observed: ObservedLatencies,
  fits: readonly Fit[],
  { fit: wanted, out }: ImportFlags,
): ServiceTimeChoice {
  if (wanted !== 'none') {
    const best = wanted === 'auto' ? fits[0] : fits.find(({ family }) => family === wanted);
    if (best?.goodness.isGood === true) return { kind: 'fit', fit: best };
    if (wanted !== 'auto') {
      throw new CommandFailure(EXIT.invalid, `${whyNot(best, observed)}. ${OTHERWISE}`);
    }
  }
  if (!observed.isWhole && observed.buckets.counts.length < BUCKETS_MIN) {
    throw new CommandFailure(
      EXIT.invalid,
      `${whyNot(fits[0], observed)}, and ${observed.buckets.counts.length} buckets are too few to be a distribution by themselves. ` +
        'Import a log of single requests, or a histogram with more buckets',
    );
  }
  const count = resampledValues(observed).length;
  return { kind: 'empirical', file: named(out, VALUES_FILE), count };
}

const OTHERWISE = 'Nothing was written. --fit auto takes what fits best, or the log as it is';

function whyNot(fit: Fit | undefined, { count }: ObservedLatencies): string {
  if (fit !== undefined) return refusedFit(fit);
  return count < FIT_MIN
    ? `${count} latencies are too few to be fitted: it takes ${FIT_MIN}`
    : 'nothing can be fitted: all latencies are equal';
}

/** @throws CommandFailure where the log does not say what is needed. */
function arrivalOf(
  { arrivals, rate }: Conclusion,
  trace: TraceFile | null,
  { arrival: wanted, out }: ImportFlags,
): ArrivalChoice {
  if (wanted === 'none') return { kind: 'none' };
  if (trace !== null && trace.count > 0) {
    if (arrivals?.isWholeSeconds === true) {
      throw new CommandFailure(
        EXIT.invalid,
        'the moments of the log are whole seconds, and a trace of them would be bursts: take --arrival steps, or log fractions (nginx: $msec)',
      );
    }
    return { kind: 'trace', file: named(out, TRACE_FILE), count: trace.count };
  }
  if (arrivals === null) {
    if (rate !== null && wanted !== 'steps' && wanted !== 'trace') {
      return { kind: 'poisson', perSecond: rate };
    }
    if (wanted === 'auto') return { kind: 'none' };
    throw new CommandFailure(
      EXIT.usage,
      `--arrival ${wanted} needs the moment of each request: name its column with --time-column`,
    );
  }
  return rateChoice(arrivals, wanted);
}

/** @throws CommandFailure where the log does not go through a whole day. */
function rateChoice(arrivals: ObservedArrivals, wanted: ImportFlags['arrival']): ArrivalChoice {
  const { hours, isSteady, perSecond } = arrivals;
  if (wanted === 'daily' && hours === null) {
    throw new CommandFailure(
      EXIT.usage,
      '--arrival daily needs a log that goes through all hours of a day. --arrival steps takes any',
    );
  }
  if (wanted === 'poisson' || (wanted === 'auto' && isSteady))
    return { kind: 'poisson', perSecond };
  if (hours !== null && wanted !== 'steps') return { kind: 'daily', points: hours };
  return { kind: 'steps', of: arrivals };
}

/** @throws CommandFailure */
export async function importAction(
  files: readonly string[],
  flags: ImportFlags,
): Promise<ExitCode> {
  const trace = flags.arrival === 'trace' ? new TraceFile(join(flags.out, TRACE_FILE)) : null;
  try {
    const book = new LogBook(trace === null ? undefined : (at, latency) => trace.add(at, latency));
    const what = await readLogs(files, flags, book);
    const conclusion = book.conclude();
    if (conclusion === null) {
      throw new CommandFailure(EXIT.invalid, `${files.join(', ')}: no line tells of a latency`);
    }
    if (trace !== null && book.late > 0) {
      throw new CommandFailure(
        EXIT.invalid,
        `${book.late} requests of the log are far out of order: sort it by time for --arrival trace`,
      );
    }
    const { latencies } = conclusion;
    const fits = fitsOf(latencies);
    const imported: Imported = {
      sources: files.map((file) => (file === STANDARD_INPUT ? 'standard input' : file)),
      what,
      latencies,
      arrivals: conclusion.arrivals,
      fits,
      serviceTime: serviceTimeOf(latencies, fits, flags),
      arrival: arrivalOf(conclusion, trace, flags),
      unanswered: book.unanswered,
      skipped: book.broken.total,
    };
    const written = write(imported, trace, flags);
    if (flags.quiet !== true) {
      const style = await styleFor(process.stdout);
      print(`${importSummary(imported, style)}\n\n`);
    }
    print(snippet(imported));
    if (flags.quiet !== true) note(`Wrote ${written.join(', ')}`);
    return EXIT.passed;
  } catch (error) {
    trace?.discard();
    throw error;
  }
}

/** The snippet comes last: whoever finds it finds what it names. */
function write(
  imported: Imported,
  trace: TraceFile | null,
  { out }: ImportFlags,
): readonly string[] {
  const { latencies, serviceTime, arrival } = imported;
  const snippetPath = join(out, SNIPPET_FILE);
  prepareFile(snippetPath);
  const written: string[] = [];
  if (serviceTime.kind === 'empirical') {
    const path = join(out, VALUES_FILE);
    writeWhole(path, valuesCsv(resampledValues(latencies)));
    written.push(path);
  }
  if (trace !== null && arrival.kind === 'trace') {
    trace.keep();
    written.push(join(out, TRACE_FILE));
  }
  writeWhole(snippetPath, [snippet(imported)]);
  return [...written, snippetPath];
}
