/** Lognormal distributions: mean and standard deviation of the logarithms are the most likely parameters. */
import { assert } from '../../base/assert.ts';
import type { Family } from './family.ts';
import { logMomentsOf } from './family.ts';

export const LOGNORMAL: Family = {
  name: 'lognormal',
  fit(points) {
    const { count, meanLog } = logMomentsOf(points);
    let squares = 0;
    for (let i = 0; i < points.values.length; i++) {
      squares += points.weights[i]! * (Math.log(points.values[i]!) - meanLog) ** 2;
    }
    return { kind: 'lognormal', mu: meanLog, sigma: Math.sqrt(squares / count) };
  },
  coordinates(member) {
    assert(member.kind === 'lognormal', `not lognormal: ${member.kind}`);
    return [member.mu, Math.log(member.sigma)];
  },
  at: ([mu, logSigma]) => ({ kind: 'lognormal', mu, sigma: Math.exp(logSigma) }),
};
