/** How the pods of a workload behave, as it is written: what manifests do not say. */
import * as z from 'zod';
import type { PlannedProbe, PlannedTermination } from '../../contract/plan.ts';
import { distribution } from './distribution.ts';
import type { DistributionInput } from './distribution.ts';
import {
  choice,
  duration,
  fields,
  integer,
  list,
  number,
  orNone,
  ratio,
  reference,
} from './fields.ts';
import { callStep } from './traffic/call.ts';
import type { CallStepInput } from './traffic/call.ts';

import { shedding } from './shedding.ts';
import type { SheddingInput } from './shedding.ts';

/** Fields of a probe by their names in Kubernetes, over those of the manifest. */
export interface ProbeInput {
  handler?: PlannedProbe['handler'] | undefined;
  initialDelaySeconds?: number | undefined;
  periodSeconds?: number | undefined;
  timeoutSeconds?: number | undefined;
  successThreshold?: number | undefined;
  failureThreshold?: number | undefined;
  terminationGracePeriodSeconds?: number | undefined;
}

/** A hundred days, as in manifests. */
const SECONDS_MAX = 8_640_000;

const probeFields = {
  handler: choice(['httpGet', 'tcpSocket', 'grpc', 'exec']).optional(),
  initialDelaySeconds: integer(0, SECONDS_MAX).optional(),
  periodSeconds: integer(1, SECONDS_MAX).optional(),
  timeoutSeconds: integer(1, SECONDS_MAX).optional(),
  failureThreshold: integer(1).optional(),
};
const readinessProbe = orNone(
  fields({ ...probeFields, successThreshold: integer(1).optional() }, 'none or a map'),
);
const endingProbe = orNone(
  fields(
    {
      ...probeFields,
      successThreshold: integer(1, 1).optional(),
      terminationGracePeriodSeconds: integer(1, SECONDS_MAX).optional(),
    },
    'none or a map',
  ),
);

export interface TerminationInput {
  process?: PlannedTermination['process'] | undefined;
  for?: string | undefined;
  connections?: 'Close' | 'Keep' | undefined;
}

const PROCESSES = ['Exit', 'Finish', 'Serve'] as const;
const termination: z.ZodType<PlannedTermination['process'] | TerminationInput> = z.union([
  choice(PROCESSES),
  fields(
    {
      process: choice(PROCESSES).optional(),
      for: duration.optional(),
      connections: choice(['Close', 'Keep']).optional(),
    },
    'Exit, Finish, Serve or a map',
  ),
]);

export interface WorkloadInput {
  target: string;
  serviceTime?: DistributionInput | undefined;
  cpuShare?: string | number | undefined;
  concurrency?: number | undefined;
  queueLimit?: number | undefined;
  shedding?: SheddingInput | undefined;
  backlog?: number | undefined;
  errorRate?: string | number | undefined;
  imagePull?: DistributionInput | undefined;
  startUp?: DistributionInput | undefined;
  warmUp?: { for: string; slowdown: number } | undefined;
  readinessProbe?: 'none' | ProbeInput | undefined;
  livenessProbe?: 'none' | ProbeInput | undefined;
  startupProbe?: 'none' | ProbeInput | undefined;
  preStop?: string | undefined;
  onTerminate?: PlannedTermination['process'] | TerminationInput | undefined;
  readinessFlap?: { every: DistributionInput; for: DistributionInput } | undefined;
  crash?: { every: DistributionInput; restart: DistributionInput } | undefined;
  calls?: CallStepInput[] | undefined;
  whileCalling?: 'Hold' | 'Release' | undefined;
}

export const workload: z.ZodType<WorkloadInput> = fields({
  target: reference,
  serviceTime: distribution.optional(),
  cpuShare: ratio.optional(),
  concurrency: integer(1, 1_000_000).optional(),
  queueLimit: integer(0).optional(),
  shedding: shedding.optional(),
  backlog: integer(0).optional(),
  errorRate: ratio.optional(),
  imagePull: distribution.optional(),
  startUp: distribution.optional(),
  warmUp: fields({ for: duration, slowdown: number().min(1).max(1000) }).optional(),
  readinessProbe: readinessProbe.optional(),
  livenessProbe: endingProbe.optional(),
  startupProbe: endingProbe.optional(),
  preStop: duration.optional(),
  onTerminate: termination.optional(),
  readinessFlap: fields({ every: distribution, for: distribution }).optional(),
  crash: fields({ every: distribution, restart: distribution }).optional(),
  calls: list(callStep).optional(),
  whileCalling: choice(['Hold', 'Release']).optional(),
});
