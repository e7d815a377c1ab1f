/** What can be exported, by the names that `--export` takes. Nothing is loaded with it, so that `--help` answers at once. */

/** Of simulated runs: `run` and `compare`. */
export const STUDY_EXPORTS = [
  'connections',
  'requests',
  'csv',
  'json',
  'markdown',
  'junit',
  'github',
  'prometheus',
  'hgrm',
] as const;
export type StudyExport = (typeof STUDY_EXPORTS)[number];

/** Of saved results that are compared: what needs neither runs nor thresholds. */
export const SAVED_EXPORTS = ['csv', 'json', 'markdown', 'prometheus'] as const;
export type SavedExport = (typeof SAVED_EXPORTS)[number];

/** Of a sweep, beside the files that every sweep leaves. */
export const SWEEP_EXPORTS = ['csv', 'json', 'markdown', 'junit', 'github', 'prometheus'] as const;
export type SweepExport = (typeof SWEEP_EXPORTS)[number];

/** Of a check against a baseline; standard output takes them, too. */
export const BASELINE_EXPORTS = ['json', 'markdown', 'junit', 'github'] as const;
export type BaselineExport = (typeof BASELINE_EXPORTS)[number];
