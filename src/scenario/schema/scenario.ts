/** The Scenario document, as it is written: one schema for validation and for editors. */
import * as z from 'zod';
import { network, node, proxy } from './cluster.ts';
import type { NetworkInput, NodeInput, ProxyInput } from './cluster.ts';
import { controlPlane } from './control-plane.ts';
import type { ControlPlaneInput } from './control-plane.ts';
import { dns } from './dns.ts';
import type { DnsInput } from './dns.ts';
import { choice, duration, fields, integer, list, orNone, text } from './fields.ts';
import { faultEntry, timelineEntry } from './timeline.ts';
import type { FaultInput, TimelineInput } from './timeline.ts';
import { client } from './traffic/client.ts';
import type { ClientInput } from './traffic/client.ts';
import { mesh } from './traffic/mesh.ts';
import type { MeshInput } from './traffic/mesh.ts';
import { workload } from './workload.ts';
import type { WorkloadInput } from './workload.ts';

export const API_VERSION = 'svcsim/v1alpha1';

export interface ThresholdInput {
  expr: string;
  during?: string | undefined;
  client?: string | undefined;
  service?: string | undefined;
  severity?: 'Fail' | 'Warn' | undefined;
}

const threshold: z.ZodType<string | ThresholdInput> = z.union([
  text('an expression'),
  fields(
    {
      expr: text(),
      during: text().optional(),
      client: text().optional(),
      service: text().optional(),
      severity: choice(['Fail', 'Warn']).optional(),
    },
    'an expression or a map',
  ),
]);

export interface VariantInput {
  name: string;
  set?: Record<string, unknown> | undefined;
}

const variant: z.ZodType<VariantInput> = fields({
  name: text(),
  set: z.record(z.string(), z.unknown(), { error: 'a map of paths' }).optional(),
});

export interface SpecInput {
  seed?: number | undefined;
  replications?: number | undefined;
  warmUp?: string | undefined;
  duration?: string | undefined;
  interval?: string | undefined;
  include?: string[] | undefined;
  nodes?: NodeInput[] | undefined;
  network?: string | NetworkInput | undefined;
  proxy?: ProxyInput | undefined;
  controlPlane?: ControlPlaneInput | undefined;
  dns?: DnsInput | undefined;
  mesh?: 'none' | MeshInput | undefined;
  workloads?: WorkloadInput[] | undefined;
  clients: ClientInput[];
  timeline?: TimelineInput[] | undefined;
  faults?: FaultInput[] | undefined;
  thresholds?: (string | ThresholdInput)[] | undefined;
  variants?: VariantInput[] | undefined;
  sweep?: SweepInput | undefined;
}

export interface SweepInput {
  parameters?: Record<string, { path: string | string[]; values: unknown }> | undefined;
  constraint?: string | undefined;
  constraints?: string[] | undefined;
  goal?: string | undefined;
}

const sweepValue: z.ZodType<unknown> = z
  .unknown()
  .refine((value) => value !== undefined && value !== null)
  .meta({ description: 'A value, a range (6..12, 100/s..500/s step 100/s), or a list of them.' });

const sweep: z.ZodType<SweepInput> = fields({
  parameters: z
    .record(
      z.string(),
      fields({
        path: z
          .union([text('a path'), list(text('a path'), 'a path or a list of them').min(1)])
          .meta({ description: 'What it sets: proxy.mode, deployment/checkout:spec.replicas.' }),
        values: sweepValue,
      }),
      { error: 'a map of parameters' },
    )
    .optional(),
  constraint: text('an expression').optional(),
  constraints: list(text('an expression')).optional(),
  goal: text('min or max, ":", and a parameter').optional(),
});

const spec = fields({
  seed: integer(0).optional(),
  replications: integer(1, 1_000_000).optional(),
  warmUp: duration.optional(),
  duration: duration.optional(),
  interval: duration.optional(),
  include: list(text()).optional(),
  nodes: list(node).optional(),
  network: network.optional(),
  proxy: proxy.optional(),
  controlPlane: controlPlane.optional(),
  dns: dns.optional(),
  mesh: orNone(mesh).optional(),
  workloads: list(workload).optional(),
  clients: list(client).min(1),
  timeline: list(timelineEntry).optional(),
  faults: list(faultEntry).optional(),
  thresholds: list(threshold).optional(),
  variants: list(variant).min(1).optional(),
  sweep: sweep.optional(),
});

/** What a path may begin with. */
export const SPEC_FIELDS: readonly string[] = Object.keys(spec.shape);

export interface ScenarioInput {
  apiVersion: string;
  kind: 'Scenario';
  metadata: {
    name: string;
    annotations?: Record<string, string> | undefined;
    labels?: Record<string, string> | undefined;
  };
  spec: SpecInput;
}

/** A name that is also the name of a folder of results. */
const scenarioName = text('a name')
  .max(100)
  .check((context) => {
    if (/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(context.value)) return;
    const hint = 'letters, digits, "-", "_" and "." between letters or digits';
    const message = `"${context.value}" cannot name a scenario`;
    context.issues.push({ code: 'custom', message, params: { hint }, input: context.value });
  })
  .meta({ pattern: '^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$' });

export const scenarioSchema: z.ZodType<ScenarioInput> = fields({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal('Scenario'),
  metadata: fields({
    name: scenarioName,
    annotations: z.record(z.string(), z.string({ error: 'text' })).optional(),
    labels: z.record(z.string(), z.string({ error: 'text' })).optional(),
  }),
  spec,
});
