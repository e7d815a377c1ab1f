/**
 * How fast a generated run goes. Service times lie between 20 µs and 1,000 s, and the gaps between requests in any proportion to
 * them: pods are idle or overloaded, and runs last a few ms or hours, in which entries of IPVS and of conntrack expire.
 * Whatever else takes time is drawn as a function of this.
 */
import fc from 'fast-check';
import type { Duration } from '../../../src/base/time.ts';
import { ms, ns, sec, us } from '../plans.ts';

export interface Pace {
  /** Mean service time, ns. */
  readonly service: Duration;
  /** Requests per second, of all clients. */
  readonly rate: number;
  readonly length: Duration;
  /** Everything happens at multiples of it (ns), so that instants tie all the time; null: at any ns. */
  readonly grid: Duration | null;
  /** How many requests are under way at once, roughly. */
  readonly underWay: number;
}

/** Waits in an overloaded run add up to the square of its requests: to so much at most (s), which sums of ns hold. */
const LONGEST_SUM_S = 1e6;

/** Of pods that have so many workers together. */
export const pace: fc.Arbitrary<(workers: number) => Pace> = fc
  .record({
    service: fc.oneof(
      fc.constantFrom(us(20), ms(1), ms(10), ms(100)),
      fc.constantFrom(sec(2), sec(60), sec(150), sec(1000)),
    ),
    load: fc.constantFrom(0.5, 0.05, 0.9, 1.6),
    // Requests per second at most: so few that ports come again while IPVS still has them in TIME_WAIT, 120 s.
    sparse: fc.option(fc.constantFrom(0.3, 1, 5), { nil: Infinity, freq: 2 }),
    requests: fc.oneof(
      { weight: 2, arbitrary: fc.integer({ min: 1, max: 60 }) },
      { weight: 3, arbitrary: fc.integer({ min: 60, max: 300 }) },
      { weight: 1, arbitrary: fc.integer({ min: 300, max: 1000 }) },
    ),
    onGrid: fc.constantFrom(false, false, false, true),
  })
  .map(({ service, load, sparse, requests, onGrid }) => (workers) => {
    const seconds = service / 1e9;
    // A backlog of long requests would not be worked off before the run is cut off.
    const bearable = seconds > 10 ? Math.min(load, 0.5) : load;
    const rate = Math.min(sparse, (bearable * workers) / seconds);
    const wanted = Math.min(requests, Math.ceil(Math.sqrt(LONGEST_SUM_S / seconds)));
    const step = onGrid ? service / 2 : 1;
    const eighth = Math.ceil(((wanted / rate) * 1e9) / 8 / step) * step;
    const isOverloaded = rate * seconds > 0.95 * workers;
    return {
      service,
      rate,
      length: ns(8 * eighth),
      grid: onGrid ? ns(step) : null,
      underWay: isOverloaded ? wanted : Math.min(wanted, 1 + 2 * rate * seconds),
    };
  });
