/** What all generated plans draw from: delays, distributions, what may be missing. */
import fc from 'fast-check';
import type { Duration } from '../../../src/base/time.ts';
import type { Distribution } from '../../../src/contract/plan.ts';
import { constant, exponential, ns } from '../plans.ts';

/** Zero more often than not far from it: delays of nothing take other ways through the code. */
export const delay = (max: Duration): fc.Arbitrary<Duration> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(ns(0)) },
    { weight: 3, arbitrary: fc.integer({ min: 1, max }).map((value) => ns(value)) },
  );

export const distribution = (max: Duration): fc.Arbitrary<Distribution> =>
  fc.oneof(
    delay(max).map(constant),
    fc.integer({ min: 1, max }).map((mean) => exponential(ns(mean))),
  );

export const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(arbitrary, { nil: null });

/** What plans without it must not notice. */
export const rarely = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });
