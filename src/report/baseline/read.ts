/** From the text of a baseline to a Baseline, with a reason where it is none. */
import * as z from 'zod';
import { METRICS } from '../../contract/metrics.ts';
import { parseMetricKey } from '../../study/figures/query.ts';
import { BASELINE_SCHEMA_VERSION } from '../../study/baseline/baseline.ts';
import type { Baseline, BaselineVariant } from '../../study/baseline/baseline.ts';

/** The text is no baseline that can be used; the message says where and why. */
export class BaselineFormatError extends Error {
  override readonly name = 'BaselineFormatError';
  /** Its schema version where that alone is the trouble: it may be a sound file of another svcsim. */
  readonly otherVersion: number | null;

  constructor(message: string, otherVersion: number | null = null) {
    super(message);
    this.otherVersion = otherVersion;
  }
}

const word = z.string().min(1).max(1000);
const gatedKey = z.string().refine((key) => {
  const metric = METRICS.find(({ name }) => name === parseMetricKey(key)?.metric);
  return metric !== undefined && metric.better !== null;
}, 'no metric that can be gated');

const variantSchema = z.strictObject({
  name: word,
  planDigest: z.string().regex(/^[0-9a-f]+$/, 'not hexadecimal'),
  conditions: z.record(word, z.string()),
  seed: z.number().int().nonnegative(),
  fingerprints: z
    .array(z.string().regex(/^[0-9a-f]+\/[0-9a-f]+$/, 'not two hexadecimal numbers'))
    .min(2, 'fewer than 2 replications'),
  metrics: z.record(gatedKey, z.array(z.number().nullable())),
});

const baselineSchema = z.strictObject({
  schemaVersion: z.number(),
  modelVersion: z.number().int().positive(),
  v8: word,
  scenario: word,
  scope: z.enum(['base', 'variants']),
  chosen: z.array(word).nullable(),
  variants: z.array(variantSchema).min(1, 'no variants'),
});

/**
 * Reads a baseline.
 *
 * @throws BaselineFormatError
 */
export function readBaseline(text: string): Baseline {
  const value = parseJson(text);
  const version = (value as { readonly schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === 'number' && version !== BASELINE_SCHEMA_VERSION) {
    throw new BaselineFormatError(
      `its schema version is ${version}; this svcsim reads ${BASELINE_SCHEMA_VERSION}`,
      version,
    );
  }
  const parsed = baselineSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const { path } = issue;
    const { message } = issue.code === 'invalid_key' ? issue.issues[0]! : issue;
    throw new BaselineFormatError(`not a baseline of svcsim: ${placeOf(path)}${message}`);
  }
  const variants = parsed.data.variants.map(variantOf);
  const names = variants.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new BaselineFormatError('two of its variants have the same name');
  }
  return { ...parsed.data, variants };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BaselineFormatError(`not JSON: ${(error as SyntaxError).message}`);
  }
}

/** `variants[0].metrics["latency.p99"]: `. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) =>
    typeof part === 'number'
      ? `[${part}]`
      : /^\w+$/.test(String(part))
        ? `.${String(part)}`
        : `[${JSON.stringify(String(part))}]`,
  );
  return path.length === 0 ? '' : `${place.join('').replace(/^\./, '')}: `;
}

function variantOf(written: z.infer<typeof variantSchema>): BaselineVariant {
  const { name, fingerprints, metrics } = written;
  for (const [key, values] of Object.entries(metrics)) {
    if (values.length !== fingerprints.length) {
      throw new BaselineFormatError(
        `${key} of ${name} has ${values.length} values for ${fingerprints.length} replications`,
      );
    }
  }
  return {
    ...written,
    fingerprints: fingerprints.map((print) => {
      const [trajectory, result] = print.split('/');
      return { trajectory: trajectory!, result: result! };
    }),
  };
}
