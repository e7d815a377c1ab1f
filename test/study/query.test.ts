import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { metricKey, overall, parseMetricKey } from '../../src/study/figures/query.ts';

fc.configureGlobal({ seed: 42 });

const name = fc.stringMatching(/^[a-z0-9][-a-z0-9.]{0,20}$/);
const maybe = fc.option(name, { nil: null });

describe('the key of a query', () => {
  it('reads back as the same query', () => {
    fc.assert(
      fc.property(name, name, maybe, maybe, (metric, window, client, service) => {
        const query = { metric, window, client, service };
        expect(parseMetricKey(metricKey(query))).toEqual(query);
      }),
    );
  });

  it('is the name alone for the whole measurement', () => {
    expect(metricKey(overall('latency.p99'))).toBe('latency.p99');
    expect(parseMetricKey('latency.p99{window=all}')).toEqual(overall('latency.p99'));
  });

  it.each([
    '',
    '{window=a}',
    'a{}',
    'a{window}',
    'a{window=}',
    'a{window=a=b}',
    'a{window=a,window=b}',
    'a{pod=x}',
    'a{window=a',
    'a}b',
  ])('is not %j', (text) => {
    expect(parseMetricKey(text)).toBeNull();
  });
});
