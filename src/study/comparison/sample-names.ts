/** Names for runs from several places: as short as tells them apart. */

/** Where runs come from. */
export interface SampleOrigin {
  /** A folder's or file's own name. */
  readonly source: string;
  /** The same in full. */
  readonly path: string;
  readonly variant: string;
  /** Whether others come from the same place. */
  readonly hasSiblings: boolean;
}

/** In the order of preference: the first that gives every sample a name of its own is taken. */
const FORMS: readonly ((origin: SampleOrigin) => string)[] = [
  ({ source, variant, hasSiblings }) => (hasSiblings ? variant : source),
  ({ source, variant, hasSiblings }) => (hasSiblings ? `${source}/${variant}` : source),
  ({ path, variant, hasSiblings }) => (hasSiblings ? `${path}/${variant}` : path),
];

/** A name each, in their order; where even the longest are alike they are numbered. */
export function sampleNames(origins: readonly SampleOrigin[]): readonly string[] {
  const longest = FORMS.at(-1)!;
  const form = FORMS.find((each) => new Set(origins.map(each)).size === origins.length) ?? longest;
  const seen = new Map<string, number>();
  return origins.map(form).map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}
