/**
 * How far a study is, on standard error: for a person one line that is drawn over, for a log a line now and then.
 */
import { formatDuration } from '../../base/units.ts';
import { formatCompact, plural } from '../../report/numbers.ts';
import { bar } from '../../report/text/bars.ts';
import type { Progress } from '../../study/executors/executor.ts';

const BAR_WIDTH = 14;
const ERASE_LINE = '\r\u001B[2K';
/** Of a terminal that does not say how wide it is. */
const COLUMNS = 100;
/** Below it, what is left cannot be told from what has been: start-up costs more than that. */
const ETA_FROM_SHARE = 0.01;
/** Real time between two lines of a log. */
const LOG_PERIOD_MS = 10_000;

/** Time left, if what remains takes as long as what is done. */
function etaText(share: number, elapsedMs: number): string {
  if (share < ETA_FROM_SHARE) return 'eta –';
  const leftMs = (elapsedMs / share) * (1 - share);
  return `eta ${formatDuration(Math.ceil(leftMs / 1000) * 1e9)}`;
}

/**
 * The line for one moment, in `columns` at most: what matters least goes first.
 *
 * @param elapsedMs real time since the study began
 */
export function progressLine(
  name: string,
  progress: Progress,
  { elapsedMs, columns = COLUMNS }: { readonly elapsedMs: number; readonly columns?: number },
): string {
  const { finished, jobs, simulatedNs, share, events } = progress;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const done = bar({ value: share, full: 1, width: BAR_WIDTH });
  const perSecond = elapsedMs > 0 ? (events / elapsedMs) * 1000 : 0;
  const parts = {
    name,
    run: `run ${Math.min(finished + 1, jobs)}/${jobs}`,
    bar: `▐${done}▌${percent}`,
    sim: `sim ${formatDuration(Math.floor(simulatedNs / 1e9) * 1e9)}`,
    speed: `${formatCompact(perSecond)} ev/s`,
    eta: etaText(share, elapsedMs),
  };
  const lineWithout = (left: readonly (keyof typeof parts)[]): string =>
    Object.entries(parts)
      .filter(([part]) => !left.includes(part as keyof typeof parts))
      .map(([, text]) => text)
      .join('  ');
  const left: (keyof typeof parts)[] = [];
  for (const next of ['speed', 'sim', 'name', 'run'] as const) {
    if (lineWithout(left).length <= columns) break;
    left.push(next);
  }
  return lineWithout(left).slice(0, columns);
}

/** Draws progress until it is cleared. */
export interface ProgressDisplay {
  /** What follows is work of its own, called `name`. */
  startOver(name: string): void;
  show(progress: Progress): void;
  clear(): void;
}

/** A display on `stream` for the study called `name`. */
export function createProgressDisplay(name: string, stream: NodeJS.WriteStream): ProgressDisplay {
  let title = name;
  let startedMs = performance.now();
  let drawn = false;
  return {
    startOver(next: string): void {
      title = next;
      startedMs = performance.now();
    },
    show(progress: Progress): void {
      // A line that wraps can't be drawn over.
      const columns = Math.max(20, (stream.columns || COLUMNS) - 1);
      const elapsedMs = performance.now() - startedMs;
      stream.write(`${ERASE_LINE}${progressLine(title, progress, { elapsedMs, columns })}`);
      drawn = true;
    },
    clear(): void {
      if (drawn) stream.write(ERASE_LINE);
      drawn = false;
    },
  };
}

/**
 * For logs: to be called whenever one of `runs` has finished; writes a line about it unless there was one in the
 * last ten seconds, so that long work shows and short work stays short.
 */
export function createProgressLog(
  name: string,
  runs: number,
  { write, now }: { write(line: string): void; now(): number },
): () => void {
  const startedMs = now();
  let lastMs = startedMs;
  let finished = 0;
  return () => {
    finished++;
    const at = now();
    if (finished === runs || at - lastMs < LOG_PERIOD_MS) return;
    lastMs = at;
    const eta = etaText(finished / runs, at - startedMs);
    write(`${name}: ${finished} of ${plural(runs, 'run')} done, ${eta}`);
  };
}
