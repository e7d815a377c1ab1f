/** Horizontal bars out of block characters, with a mark: how far chance alone would reach. */

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** The mark of a band's edge. */
export const BAND_MARK = '▕';

/**
 * A bar of `width` cells in which `value` of `full` is filled. `mark`, of the same unit, is drawn
 * over it.
 */
export function bar(options: {
  readonly value: number;
  readonly full: number;
  readonly width: number;
  readonly mark?: number | undefined;
}): string {
  const { value, full, width, mark } = options;
  const eighths = full > 0 ? Math.round(Math.min(1, Math.max(0, value / full)) * width * 8) : 0;
  const cells = [
    ...'█'.repeat(Math.floor(eighths / 8)),
    ...(eighths % 8 > 0 ? [EIGHTHS[eighths % 8]!] : []),
  ];
  while (cells.length < width) cells.push(' ');
  if (mark !== undefined && full > 0 && mark > 0) {
    const at = Math.min(width, Math.round((mark / full) * width)) - 1;
    if (at >= 0) cells[at] = BAND_MARK;
  }
  return cells.join('');
}
