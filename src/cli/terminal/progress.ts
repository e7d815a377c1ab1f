/** How far a study is, on standard error: one line that is drawn over, for a person to look at. */
import { formatDuration } from '../../base/units.ts';
import { formatCompact } from '../../report/numbers.ts';
import { bar } from '../../report/text/bars.ts';
import type { Progress } from '../../study/executors/executor.ts';

const BAR_WIDTH = 14;
const ERASE_LINE = '\r\u001B[2K';

/** The line for one moment; `elapsedMs` is real time since the study began. */
export function progressLine(name: string, progress: Progress, elapsedMs: number): string {
  const { finished, jobs, simulatedNs, share, events } = progress;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const done = bar({ value: share, full: 1, width: BAR_WIDTH });
  const perSecond = elapsedMs > 0 ? (events / elapsedMs) * 1000 : 0;
  const leftMs = share > 0 ? (elapsedMs / share) * (1 - share) : 0;
  const simulated = formatDuration(Math.floor(simulatedNs / 1e9) * 1e9);
  const eta = formatDuration(Math.ceil(leftMs / 1000) * 1e9);
  return [
    name,
    `run ${Math.min(finished + 1, jobs)}/${jobs}`,
    `▐${done}▌${percent}`,
    `sim ${simulated}`,
    `${formatCompact(perSecond)} ev/s`,
    `eta ${eta}`,
  ].join('  ');
}

/** Draws progress until it is cleared. */
export interface ProgressDisplay {
  show(progress: Progress): void;
  clear(): void;
}

/** A display on `stream` for the study called `name`. */
export function createProgressDisplay(name: string, stream: NodeJS.WriteStream): ProgressDisplay {
  const startedMs = performance.now();
  let drawn = false;
  return {
    show(progress: Progress): void {
      const line = progressLine(name, progress, performance.now() - startedMs);
      // A line that wraps can't be drawn over.
      stream.write(`${ERASE_LINE}${line.slice(0, Math.max(20, (stream.columns || 100) - 1))}`);
      drawn = true;
    },
    clear(): void {
      if (drawn) stream.write(ERASE_LINE);
      drawn = false;
    },
  };
}
