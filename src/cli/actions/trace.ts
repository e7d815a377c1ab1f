/** `svcsim trace`: load, simulate, and show requests event by event. Writes nothing but what is asked for. */
import type { Plan } from '../../contract/plan.ts';
import { chromeTrace } from '../../report/exports/chrome-trace.ts';
import { traceJson } from '../../report/exports/trace-json.ts';
import { formatCount } from '../../report/numbers.ts';
import { PLAIN } from '../../report/text/style.ts';
import type { Style } from '../../report/text/style.ts';
import { traceHeadLine, traceLines } from '../../report/text/trace.ts';
import { traceRun } from '../../study/trace.ts';
import type { Traced, TracedRun, TraceProgress } from '../../study/trace.ts';
import { CommandFailure } from '../command-failure.ts';
import type { TraceFlags, TraceFormat } from '../commands/trace.ts';
import { EXIT } from '../exit-codes.ts';
import type { ExitCode } from '../exit-codes.ts';
import { loadScenarioFile } from '../input/loading.ts';
import { prepareFile, writeWhole } from '../output/output-files.ts';
import { createProgressDisplay } from '../terminal/progress.ts';
import { isInteractive, note, print, styleFor } from '../terminal/terminal.ts';

/** @throws CommandFailure for wrong usage, or a file that cannot be written. */
export async function traceAction(file: string, flags: TraceFlags): Promise<ExitCode> {
  const which = tracedBy(flags);
  const scenario = loadScenarioFile(file, flags);
  if (scenario === null) return EXIT.invalid;
  const plan = planOf(scenario, flags.variant);
  for (const request of flags.export ?? []) prepareFile(request.file);

  const traced = simulate(plan, which, flags);
  const { issued } = traced.result.totals;
  const missing = which.kind === 'requests' ? which.requests.find((n) => n >= issued) : undefined;
  if (missing !== undefined) {
    throw new CommandFailure(
      EXIT.usage,
      `there is no request ${formatCount(missing)} in this run: it has ` +
        (issued === 0 ? 'none' : `those from 0 to ${formatCount(issued - 1)}`),
    );
  }
  if (traced.traces.length === 0) {
    throw new CommandFailure(EXIT.usage, 'no request of the measurement has ended in this run');
  }
  for (const { format, file: path } of flags.export ?? []) {
    writeWhole(path, [rendered(traced, { format, which, style: PLAIN })]);
    if (flags.quiet !== true) note(`Wrote ${path}${format === 'perfetto' ? OPENS_IN : ''}`);
  }
  const style = await styleFor(process.stdout);
  print(rendered(traced, { format: flags.format, which, style }));
  return EXIT.passed;
}

const OPENS_IN = ' (opens in https://ui.perfetto.dev)';

function tracedBy({ request, slowest }: TraceFlags): Traced {
  if (request !== undefined && slowest !== undefined) {
    throw new CommandFailure(EXIT.usage, 'either --request N or --slowest N, not both');
  }
  if (slowest !== undefined) return { kind: 'slowest', count: slowest };
  if (request !== undefined) return { kind: 'requests', requests: request };
  throw new CommandFailure(
    EXIT.usage,
    'which request? Name it with --request N (as in requests.csv), or ask for --slowest N',
  );
}

function planOf(
  scenario: { readonly base: Plan; readonly variants: readonly Plan[] },
  name: string | undefined,
): Plan {
  const { base, variants } = scenario;
  if (name === undefined) return base;
  const plans = [...variants, base];
  const plan = plans.find(({ variant }) => variant === name);
  if (plan !== undefined) return plan;
  const names = [...new Set(plans.map(({ variant }) => variant))].join(', ');
  throw new CommandFailure(EXIT.usage, `there is no variant "${name}": the file has ${names}`);
}

/** Simulates, with progress where somebody looks. */
function simulate(plan: Plan, which: Traced, flags: TraceFlags): TracedRun {
  const isWatched = flags.quiet !== true && flags.progress && isInteractive(process.stderr);
  const display = isWatched ? createProgressDisplay(plan.scenario, process.stderr) : null;
  let events = 0;
  const onProgress = (progress: TraceProgress): void => {
    const { endNs, run, runs, simulatedNs } = progress;
    const part = endNs > 0 ? Math.min(1, simulatedNs / endNs) : 0;
    events = run === 0 ? progress.events : Math.max(events, progress.events);
    display?.show({
      finished: run,
      jobs: runs,
      job: { plan: 0, replication: flags.replication, seed: plan.seed },
      simulatedNs,
      endNs,
      share: (run + part) / runs,
      events: run * events + progress.events,
    });
  };
  try {
    const { replication } = flags;
    return traceRun(plan, which, display === null ? { replication } : { replication, onProgress });
  } finally {
    display?.clear();
  }
}

interface Rendering {
  readonly format: TraceFormat;
  readonly which: Traced;
  readonly style: Style;
}

function rendered(
  { plan, result, traces }: TracedRun,
  { format, which, style }: Rendering,
): string {
  const { clients, replication, seed } = result;
  const run = { scenario: plan.scenario, variant: plan.variant, replication, seed };
  switch (format) {
    case 'json':
      return traceJson(traces, run);
    case 'perfetto':
      return `${JSON.stringify(chromeTrace(traces, run))}\n`;
    case 'text': {
      // Requests that pods make for others are none of the slowest: they come along with those.
      const measured = clients
        .filter(({ window, calledBy }) => window === 'all' && calledBy === undefined)
        .reduce((sum, { requests }) => sum + requests, 0);
      const slowestOf = which.kind === 'slowest' ? measured : null;
      const chosen = traces.filter(({ parent }) => parent === null).length;
      const head = traceHeadLine({ ...run, slowestOf }, chosen, style);
      const each = traces.map((trace) => traceLines(trace, style).join('\n'));
      return `${[head, ...each].join('\n\n')}\n`;
    }
  }
}
