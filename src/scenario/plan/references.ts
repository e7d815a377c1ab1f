/** References to objects by kind and name, as users write them: `deployment/shop/checkout`. */
import { suggest } from '../../base/suggest.ts';

export interface Reference {
  readonly kind: string;
  /** null: not given. */
  readonly namespace: string | null;
  readonly name: string;
}

/** Short names, as kubectl takes them. */
const KINDS: ReadonlyMap<string, string> = new Map([
  ['deployment', 'deployment'],
  ['deployments', 'deployment'],
  ['deploy', 'deployment'],
  ['statefulset', 'statefulset'],
  ['statefulsets', 'statefulset'],
  ['sts', 'statefulset'],
  ['pod', 'pod'],
  ['pods', 'pod'],
  ['po', 'pod'],
  ['service', 'service'],
  ['services', 'service'],
  ['svc', 'service'],
  ['endpointslice', 'endpointslice'],
]);

/** Short names of kinds that are no reference's, but have fields to set. */
const OTHER_KINDS: ReadonlyMap<string, string> = new Map([
  ['hpa', 'horizontalpodautoscaler'],
  ['pdb', 'poddisruptionbudget'],
  ['no', 'node'],
]);

/** The long name, in lower case, of any kind that kubectl knows by a short one. */
export function longKind(kind: string): string {
  const lower = kind.toLowerCase();
  return KINDS.get(lower) ?? OTHER_KINDS.get(lower) ?? lower;
}

/** Undefined where the text is no reference; the kind is brought to its long name where it is known. */
export function parseReference(text: string): Reference | undefined {
  const parts = text.split('/');
  if (parts.length < 2 || parts.length > 3 || parts.includes('')) return undefined;
  const kind = (parts[0] as string).toLowerCase();
  return {
    kind: KINDS.get(kind) ?? kind,
    namespace: parts.length === 3 ? (parts[1] as string) : null,
    name: parts.at(-1) as string,
  };
}

export const isKnownKind = (kind: string): boolean => [...KINDS.values()].includes(kind);

export const suggestKind = (kind: string): string | undefined => suggest(kind, KINDS.values());
