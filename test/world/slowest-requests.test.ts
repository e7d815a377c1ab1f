import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SlowestRequests } from '../../src/world/measure/slowest-requests.ts';

it('keeps what sorting all would put first: by latency, and among equals by number', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 8 }),
      (latencies, limit) => {
        const slowest = new SlowestRequests(limit);
        // They end in another order than they began in.
        const order = latencies.map((_, i) => (i * 7) % latencies.length);
        const ended = latencies.length % 7 === 0 ? latencies.map((_, i) => i) : order;
        for (const request of ended) slowest.offer(request, latencies[request]!);
        const sorted = latencies
          .map((_, request) => request)
          .sort((a, b) => latencies[b]! - latencies[a]! || a - b);
        expect(slowest.numbers).toEqual(sorted.slice(0, limit));
      },
    ),
    { seed: 20_261_125 },
  );
});
