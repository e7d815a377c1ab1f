/** Generated plans with requests of traces, which whoever runs them opens. */
import fc from 'fast-check';
import type { Plan, PlannedClient } from '../../../src/contract/plan.ts';
import { madeTrace } from '../made-traces.ts';
import { at, ms } from '../plans.ts';
import { anyPlan } from './any-plan.ts';

const request = fc.record({
  at: fc.integer({ min: 0, max: 3000 }),
  client: fc.constantFrom('web', 'other'),
  demand: fc.option(fc.integer({ min: 0, max: 50 }), { nil: '' }),
});

/** Requests of a trace, which some clients share with others. */
const traceArrival: fc.Arbitrary<PlannedClient['arrival']> = fc
  .record({
    rows: fc.array(request, { minLength: 1, maxLength: 200 }),
    isShared: fc.boolean(),
    speed: fc.constantFrom(0.3, 1, 7),
    repeat: fc.constantFrom(null, ms(3100)),
  })
  .map(({ rows, isShared, speed, repeat }) => {
    const lines = rows
      .sort((a, b) => a.at - b.at)
      .map((row) => `${row.at},${row.client},${row.demand}`);
    const trace = madeTrace(['at_ms,client,service_time_ms', ...lines].join('\n'));
    return {
      kind: 'trace' as const,
      trace,
      client: isShared ? 0 : -1,
      rows: rows.length,
      from: at(0.2),
      speed,
      repeat,
      points: [],
    };
  });

/** The same with traces, which whoever runs them opens. */
export const anyPlanWithTraces: fc.Arbitrary<Plan> = fc
  .tuple(anyPlan, fc.option(traceArrival, { nil: null }))
  .map(([plan, arrival]) =>
    arrival === null
      ? plan
      : {
          ...plan,
          clients: plan.clients.map((client, i) => (i === 0 ? { ...client, arrival } : client)),
        },
  );
