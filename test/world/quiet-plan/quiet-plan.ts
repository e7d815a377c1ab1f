/** Plans that the express lane tries. */
import fc from 'fast-check';
import type { Plan } from '../../../src/contract/plan.ts';
import { quietPlanOfAny } from './of-any-plan.ts';
import { quietPlanOfCluster } from './of-cluster.ts';

export const quietPlan: fc.Arbitrary<Plan> = fc.oneof(
  { weight: 4, arbitrary: quietPlanOfCluster },
  { weight: 1, arbitrary: quietPlanOfAny },
);
