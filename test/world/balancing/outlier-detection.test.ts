/**
 * Who is ejected, when, and for how long: as Envoy's outlier_detection.proto says, and gRPC's A50 of all but failures in
 * a row.
 */
import { describe, expect, it } from 'vitest';
import type { ErrorCause, OutlierDetection } from '../../../src/contract/plan.ts';
import { Health, OutlierDetector } from '../../../src/world/traffic/balancing/outlier-detection.ts';
import { sec } from '../plans.ts';

const RULES: OutlierDetection = {
  consecutiveFailures: 5,
  interval: sec(10),
  baseEjectionTime: sec(30),
  maxEjectionTime: sec(300),
  maxEjection: 0.5,
  failurePercentage: null,
  successRate: null,
};

function watched(hosts: number, rules: Partial<OutlierDetection> = {}) {
  const all = Array.from({ length: hosts }, () => new Health());
  const detector = new OutlierDetector({ ...RULES, ...rules }, 0);
  detector.watch(all);
  const answers = (host: number, cause: ErrorCause | null, times: number, second = 0): void => {
    for (let i = 0; i < times; i++) {
      detector.keepUp(sec(second));
      detector.observe(all[host]!, cause, sec(second));
    }
  };
  const ejected = (second: number): number[] => {
    detector.keepUp(sec(second));
    return all.flatMap(({ isEjected }, i) => (isEjected ? [i] : []));
  };
  return { answers, ejected };
}

describe('failures in a row', () => {
  it('eject at the fifth, and a success begins anew', () => {
    const { answers, ejected } = watched(4);
    answers(0, '500', 4);
    answers(0, null, 1);
    answers(0, '500', 4);
    expect(ejected(0)).toEqual([]);
    answers(0, 'reset', 1);
    expect(ejected(0)).toEqual([0]);
  });

  it.each(['noPorts', 'dns', 'cancelled', 'nodeDown'] as const)(
    'that are not of the endpoint do not: %s',
    (cause) => {
      const { answers, ejected } = watched(4);
      answers(0, cause, 50);
      expect(ejected(0)).toEqual([]);
    },
  );

  it('eject for base × how often, and the endpoint comes back with the next look', () => {
    const { answers, ejected } = watched(4);
    answers(1, '500', 5, 3);
    // Ejected at 3 s for 30 s: back at the first look (every 10 s) from 33 s on.
    expect(ejected(39)).toEqual([1]);
    expect(ejected(40)).toEqual([]);
    // Again before an interval has passed: for 60 s.
    answers(1, '500', 5, 41);
    expect(ejected(100)).toEqual([1]);
    expect(ejected(110)).toEqual([]);
  });

  it('are forgotten in time: each interval without an ejection takes one back', () => {
    const { answers, ejected } = watched(4);
    answers(1, '500', 5, 0);
    expect(ejected(30)).toEqual([]);
    expect(ejected(50)).toEqual([]);
    answers(1, '500', 5, 51);
    // For the base time again.
    expect(ejected(89)).toEqual([1]);
    expect(ejected(90)).toEqual([]);
  });

  it('never eject for longer than the maximum', () => {
    const { answers, ejected } = watched(4, { maxEjectionTime: sec(60) });
    let now = 0;
    for (let times = 1; times <= 6; times++) {
      answers(1, '500', 5, now);
      const from = now;
      while (ejected(now).length > 0) now += 10;
      expect(now - from).toBe(Math.min(30 * times, 60));
    }
  });

  it('eject nobody where so many already are', () => {
    const { answers, ejected } = watched(4, { maxEjection: 0.5 });
    for (let host = 0; host < 4; host++) answers(host, '500', 5);
    expect(ejected(0)).toEqual([0, 1]);
    const few = watched(4, { maxEjection: 0.1 });
    for (let host = 0; host < 4; host++) few.answers(host, '500', 5);
    // One may be, however small the share that it is of.
    expect(few.ejected(0)).toEqual([0]);
  });
});

describe('shares of an interval', () => {
  it('failurePercentage ejects from the threshold on, where there are requests and endpoints enough', () => {
    const rules = {
      consecutiveFailures: null,
      failurePercentage: { threshold: 0.5, minimumHosts: 2, requestVolume: 10 },
    };
    const { answers, ejected } = watched(4, rules);
    answers(0, '500', 5);
    answers(0, null, 5);
    answers(1, '500', 4);
    answers(1, null, 6);
    // Too few to tell.
    answers(2, '500', 9);
    expect(ejected(9)).toEqual([]);
    expect(ejected(10)).toEqual([0]);
    const alone = watched(4, rules);
    alone.answers(0, '500', 10);
    expect(alone.ejected(10)).toEqual([]);
  });

  it('successRate ejects those that stand out from the mean', () => {
    const { answers, ejected } = watched(5, {
      consecutiveFailures: null,
      successRate: { stdevFactor: 1.9, minimumHosts: 5, requestVolume: 100 },
    });
    for (let host = 0; host < 4; host++) answers(host, null, 100);
    // Rates 1, 1, 1, 1, 0.5: mean 0.9, standard deviation 0.2, bound 0.52.
    answers(4, null, 50);
    answers(4, '500', 50);
    expect(ejected(10)).toEqual([4]);
  });

  it('successRate leaves those alone that are within', () => {
    const { answers, ejected } = watched(5, {
      consecutiveFailures: null,
      successRate: { stdevFactor: 2.1, minimumHosts: 5, requestVolume: 100 },
    });
    for (let host = 0; host < 4; host++) answers(host, null, 100);
    // The bound is 0.9 - 2.1 × 0.2 = 0.48.
    answers(4, null, 50);
    answers(4, '500', 50);
    expect(ejected(10)).toEqual([]);
  });

  it('begin anew with each interval', () => {
    const { answers, ejected } = watched(2, {
      consecutiveFailures: null,
      failurePercentage: { threshold: 0.5, minimumHosts: 1, requestVolume: 10 },
    });
    answers(0, '500', 6, 9);
    answers(0, '500', 6, 11);
    expect(ejected(20)).toEqual([]);
  });
});
