/** The families there are, in the order in which they are tried. A new one is a file beside this and a row here. */
import type { Family } from './family.ts';
import { GAMMA } from './gamma.ts';
import { LOGNORMAL } from './lognormal.ts';
import { WEIBULL } from './weibull.ts';

export const FAMILIES: readonly Family[] = [LOGNORMAL, GAMMA, WEIBULL];
