/** What the exit status of `svcsim` says. 1 and 2 are never verdicts: shells and make use them for their own. */
export const EXIT = {
  /** Done, every gate passed. */
  passed: 0,
  /** A bug of ours. */
  bug: 1,
  /** Wrong usage. */
  usage: 2,
  /** Invalid scenario or manifest, or results that can't be written. */
  invalid: 3,
  /** A threshold failed. */
  thresholdFailed: 10,
  /** Worse than the baseline. */
  regression: 11,
  /** The baseline is missing, or not comparable. */
  notComparable: 12,
  /** Interrupted; what had finished is kept. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
