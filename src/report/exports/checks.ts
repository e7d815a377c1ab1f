/** What was checked, whatever checked it: what JUnit files and annotations are written from. */

/** `warned`: something is to be known about it, and it fails nothing. `skipped`: it could not be judged. */
export type CheckStatus = 'passed' | 'failed' | 'warned' | 'skipped';

export interface ReportCheck {
  /** What belongs together: `mi-backend`, or `mi-backend ipvs`. */
  readonly suite: string;
  /** Unique within its suite. */
  readonly name: string;
  readonly status: CheckStatus;
  /** What came of it, in a line. */
  readonly message: string;
  /** More about it, in any number of lines; empty where there is no more. */
  readonly details: string;
  /** The file that it is about; null where there is none. */
  readonly file: string | null;
}
