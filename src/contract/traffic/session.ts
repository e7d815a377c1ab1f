/** Sessions: several requests of one user, one after the other. */
import type { Distribution } from '../distribution.ts';

/** How many requests a session has. */
export type SessionLength =
  | { readonly kind: 'constant'; readonly value: number }
  /** Each whole number from min to max alike. */
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  /** At least one, and after each another with the same chance. */
  | { readonly kind: 'geometric'; readonly mean: number };

export interface SessionPolicy {
  readonly requests: SessionLength;
  /** From the end of a request to the next. */
  readonly think: Distribution;
  /** What a request that has failed does to the rest of its session. */
  readonly onError: 'Continue' | 'End';
}

/** Requests of a session on average, where none fails. */
export function meanSessionLength(requests: SessionLength): number {
  switch (requests.kind) {
    case 'constant':
      return requests.value;
    case 'uniform':
      return (requests.min + requests.max) / 2;
    case 'geometric':
      return requests.mean;
  }
}
