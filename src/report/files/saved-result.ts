/**
 * Reads what result-json.ts writes, as far as it is compared: who ran, and the metrics of every run. The text's place of a
 * mistake is found where it is no JSON; where it is, but no result, what is missing is named.
 */
import * as z from 'zod';
import type { RunFigures, VariantFigures } from '../../study/figures/run-figures.ts';
import { SCHEMA_VERSION } from './result-json.ts';

const RUN = z.object({
  replication: z.int(),
  seed: z.number(),
  fingerprint: z.object({ trajectory: z.string(), result: z.string() }),
  metrics: z.record(z.string(), z.number()),
  batch_means: z
    .object({
      batches: z.int(),
      intervals: z.record(z.string(), z.object({ low: z.number(), high: z.number() })),
    })
    .nullable()
    .default(null),
  windows: z.array(z.object({ window: z.string(), open_s: z.number() })),
});

const RESULT = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  modelVersion: z.int(),
  scenario: z.string(),
  partial: z.boolean(),
  replications: z.int(),
  warm_up_ms: z.number(),
  duration_ms: z.number(),
  variants: z
    .array(z.object({ variant: z.string(), planDigest: z.string(), runs: z.array(RUN) }))
    .min(1),
});

/** What a result file says of a study. */
export interface SavedResult {
  readonly scenario: string;
  readonly modelVersion: number;
  /** The study was interrupted: some replications are missing. */
  readonly partial: boolean;
  /** Of each variant, as asked for. */
  readonly replications: number;
  /** Simulated, ms. */
  readonly warmUpMs: number;
  readonly durationMs: number;
  readonly variants: readonly VariantFigures[];
}

/** What is wrong with a text that should be a result. */
export interface ResultFault {
  /** From 1; null where the text is JSON. */
  readonly place: { readonly line: number; readonly column: number } | null;
  readonly what: string;
  /** A sentence. */
  readonly mend: string;
}

export type ReadResult =
  | { readonly ok: true; readonly result: SavedResult }
  | { readonly ok: false; readonly fault: ResultFault };

/** How every result begins, a truncated one, too. */
const BEGINNING = /^\s*\{\s*"schemaVersion"/;

/** Whether a text is a result, or was to be one; a scenario may be JSON as well. */
export const looksLikeResult = (text: string): boolean => BEGINNING.test(text);

const MENDS = {
  truncated: 'It was cut off on its way; copy it again, or simulate it again.',
  foreign: 'Name a result.json that svcsim has written, or the folder that it is in.',
  otherVersion: 'Simulate it again with this version of svcsim.',
} as const;

const refused = (what: string, mend: keyof typeof MENDS): ReadResult => ({
  ok: false,
  fault: { place: null, what, mend: MENDS[mend] },
});

/** Reads the text of a `result.json`. */
export function readResult(text: string): ReadResult {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { ok: false, fault: syntaxFault(text, error as SyntaxError) };
  }
  const version = (document as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (version === undefined) return refused('it has no schemaVersion', 'foreign');
  if (version !== SCHEMA_VERSION) {
    return refused(
      `its schemaVersion is ${JSON.stringify(version)}, and this version reads ${SCHEMA_VERSION}`,
      'otherVersion',
    );
  }
  const parsed = RESULT.safeParse(document);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refused(`${z.core.toDotPath(issue!.path)}: ${issue!.message}`, 'otherVersion');
  }
  const { scenario, modelVersion, partial, replications, variants, ...lengths } = parsed.data;
  return {
    ok: true,
    result: {
      scenario,
      modelVersion,
      partial,
      replications,
      warmUpMs: lengths.warm_up_ms,
      durationMs: lengths.duration_ms,
      variants: variants.map(({ variant, planDigest, runs }) => ({
        scenario,
        variant,
        planDigest,
        modelVersion,
        runs: runs.map(runOf),
      })),
    },
  };
}

function runOf({ windows, metrics, batch_means: means, ...run }: z.infer<typeof RUN>): RunFigures {
  return {
    ...run,
    opened: windows.flatMap(({ window, open_s }) => (open_s > 0 ? [window] : [])),
    values: metrics,
    batchMeans: means,
  };
}

/** Where V8 stopped reading; its messages hold the position, and none where the text just ends. */
function syntaxFault(text: string, { message }: SyntaxError): ResultFault {
  const found = /at position (\d+)/.exec(message);
  const position = found === null ? text.length : Number(found[1]);
  const before = text.slice(0, position).split('\n');
  const isTruncated = position >= text.trimEnd().length || message.startsWith('Unterminated');
  return {
    place: { line: before.length, column: before.at(-1)!.length + 1 },
    what: isTruncated ? 'it ends in the middle' : 'it is not JSON from here on',
    mend: isTruncated ? MENDS.truncated : MENDS.foreign,
  };
}
