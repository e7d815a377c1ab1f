/** Runs that should be the same to the last bit: whether they are, and where they part. */
import type { RunPair } from './matching.ts';

/** A metric that differs in at least one pair of runs. */
export interface ChangedMetric {
  /** See figures/query.ts. */
  readonly key: string;
  /** Pairs in which it differs. */
  readonly runs: number;
  /** The first of these: the replication of the variant, and the values; null: nothing was measured. */
  readonly replication: number;
  readonly value: number | null;
  readonly reference: number | null;
}

export interface ExactFindings {
  /** Every pair has the same trajectory and the same results. */
  readonly identical: boolean;
  /** Metrics that any of the runs has. */
  readonly metrics: number;
  /** In the order in which the runs list them. */
  readonly changed: readonly ChangedMetric[];
  /** The first replication with another fingerprint; null where they are identical. */
  readonly firstReplication: number | null;
}

/** Holds runs with the same plan, seed and model version against each other. */
export function exactFindings(pairs: readonly RunPair[]): ExactFindings {
  const keys = new Set(
    pairs.flatMap(({ own, reference }) => [
      ...Object.keys(reference.values),
      ...Object.keys(own.values),
    ]),
  );
  const changed = [...keys].flatMap((key) => changeOf(key, pairs) ?? []);
  const first = pairs.find(
    ({ own, reference }) =>
      own.fingerprint.trajectory !== reference.fingerprint.trajectory ||
      own.fingerprint.result !== reference.fingerprint.result,
  );
  return {
    identical: first === undefined && changed.length === 0,
    metrics: keys.size,
    changed,
    firstReplication: first?.own.replication ?? changed[0]?.replication ?? null,
  };
}

function changeOf(key: string, pairs: readonly RunPair[]): ChangedMetric | null {
  const differing = pairs.filter(({ own, reference }) => own.values[key] !== reference.values[key]);
  const [first] = differing;
  if (first === undefined) return null;
  return {
    key,
    runs: differing.length,
    replication: first.own.replication,
    value: first.own.values[key] ?? null,
    reference: first.reference.values[key] ?? null,
  };
}
