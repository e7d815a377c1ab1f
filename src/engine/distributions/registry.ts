/**
 * The distributions a plan may name, one file each. A new one is a file beside this, a row here and a
 * kind in the plan.
 */
import type { Distribution } from '../../contract/plan.ts';
import { constant } from './constant.ts';
import { empirical } from './empirical.ts';
import { exponential } from './exponential.ts';
import { erlang, gamma } from './gamma.ts';
import { histogram } from './histogram.ts';
import { hyperexponential } from './hyperexponential.ts';
import { lognormal } from './lognormal.ts';
import { mixture } from './mixture.ts';
import { pareto } from './pareto.ts';
import { uniform } from './uniform.ts';
import type { Variate } from './variate.ts';
import { weibull } from './weibull.ts';

type Kind = Distribution['kind'];
type OfKind<K extends Kind> = Extract<Distribution, { readonly kind: K }>;

const byKind: { readonly [K in Kind]: (parameters: OfKind<K>) => Variate } = {
  constant: ({ value }) => constant(value),
  uniform,
  exponential,
  erlang,
  gamma,
  lognormal,
  weibull,
  pareto,
  hyperexponential,
  mixture: ({ of }) =>
    mixture(of.map((part) => ({ weight: part.weight, of: createVariate(part.of) }))),
  empirical,
  histogram,
};

/** Every kind of distribution there is. */
export const DISTRIBUTION_KINDS: readonly Kind[] = Object.keys(byKind) as Kind[];

/** The variate that a plan's `distribution` describes. */
export function createVariate<K extends Kind>(distribution: OfKind<K>): Variate {
  return byKind[distribution.kind as K](distribution);
}
