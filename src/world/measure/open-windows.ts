/**
 * The windows that are open at an instant: shared by all that happens until one opens or closes. Nearly
 * always that is `all` or nothing, so `all` stands apart from the list of the named ones.
 */
export interface OpenWindows {
  /** Whether the measurement runs: the window `all`, the first of the plan's. */
  readonly measured: boolean;
  /** Other windows, as indices into the plan's; null: none. */
  readonly named: readonly number[] | null;
}

export const NO_WINDOWS: OpenWindows = { measured: false, named: null };

/** The windows as they are once `window` has opened or closed. */
export function changed(windows: OpenWindows, window: number, open: boolean): OpenWindows {
  if (window === 0) return { measured: open, named: windows.named };
  const others = (windows.named ?? []).filter((other) => other !== window);
  const named = open ? [...others, window].sort((a, b) => a - b) : others;
  return { measured: windows.measured, named: named.length === 0 ? null : named };
}
