import type { RandomStream } from '../random.ts';
import { standardExponential } from '../ziggurat.ts';
import { constant } from './constant.ts';
import type { Variate } from './variate.ts';

/**
 * Density proportional to x^-(alpha+1) from `min` ns on, up to `max` where one is given. By
 * inversion: min × exp(E/alpha) with a standard exponential E for -ln U, and the truncated
 * distribution function for the bounded one.
 */
export function pareto({
  min,
  alpha,
  max = Infinity,
}: {
  min: number;
  alpha: number;
  max?: number;
}): Variate {
  if (max === min || min === 0) return constant(min);
  if (max === Infinity) return unbounded({ min, alpha });
  return bounded({ min, alpha, max });
}

function unbounded({ min, alpha }: { min: number; alpha: number }): Variate {
  return {
    mean: alpha > 1 ? (alpha * min) / (alpha - 1) : Infinity,
    constant: null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) out[i] = min * Math.exp(standardExponential(stream) / alpha);
    },
  };
}

function bounded({ min, alpha, max }: { min: number; alpha: number; max: number }): Variate {
  const ratio = max / min;
  /** Share of the unbounded distribution that lies below max: 1 - ratio^-alpha. */
  const below = -Math.expm1(-alpha * Math.log(ratio));
  const draw = (stream: RandomStream): number =>
    min * Math.pow(1 - below * stream.next(), -1 / alpha);
  return {
    mean: ((alpha * min) / below) * integralOfPower({ exponent: -alpha, to: ratio }),
    constant: null,
    fill(out, count, stream) {
      for (let i = 0; i < count; i++) out[i] = draw(stream);
    },
  };
}

/** ∫ x^exponent dx from 1 to `to`; continuous through exponent -1, where it is ln(to). */
function integralOfPower({ exponent, to }: { exponent: number; to: number }): number {
  const power = exponent + 1;
  return power === 0 ? Math.log(to) : Math.expm1(power * Math.log(to)) / power;
}
