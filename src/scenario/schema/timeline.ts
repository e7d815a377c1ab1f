/** What is done to the cluster during a run, as it is written: at given moments, or again and again at random. */
import * as z from 'zod';
import { distribution } from './distribution.ts';
import type { DistributionInput } from './distribution.ts';
import { duration, fields, flag, integer, list, number, ratio, reference, text } from './fields.ts';
import { arrival } from './traffic/arrival.ts';
import type { ArrivalInput } from './traffic/arrival.ts';

/** How a new revision of a pod template differs from the one of the start. */
export interface RevisionInput {
  startUp?: DistributionInput | undefined;
  errorRate?: string | number | undefined;
  slowdown?: number | undefined;
  ready?: boolean | undefined;
  crashesAfter?: DistributionInput | undefined;
}

/** One side of a partition: a zone, a node, `control-plane` or `external`, or several of these. */
export type SideInput = string | string[];

interface Timed {
  for?: string | undefined;
}

interface OfPod {
  target: string;
  pod?: string | undefined;
}

/** Of which exactly one is written. */
export interface ActionsInput {
  setReady?: (OfPod & { ready: boolean } & Timed) | undefined;
  scale?: { target: string; replicas: number } | undefined;
  rollout?: { target: string; with?: RevisionInput | undefined } | undefined;
  deletePod?: OfPod | undefined;
  crash?: (OfPod & { restart?: string | undefined }) | undefined;
  slowPod?: (OfPod & { factor: number } & Timed) | undefined;
  nodeDown?: ({ node?: string | undefined } & Timed) | undefined;
  drain?: ({ node?: string | undefined } & Timed) | undefined;
  zoneDown?: ({ zone?: string | undefined } & Timed) | undefined;
  partition?: ({ between: SideInput[] } & Timed) | undefined;
  apiServerSlow?: ({ factor: number } & Timed) | undefined;
  kubeProxyRestart?: ({ node?: string | undefined } & Timed) | undefined;
  setArrival?: ({ client: string; arrival: ArrivalInput } & Timed) | undefined;
}

export interface TimelineInput extends ActionsInput {
  at: string;
  as?: string | undefined;
}

export interface FaultInput extends ActionsInput {
  every: DistributionInput;
  for?: DistributionInput | undefined;
  as?: string | undefined;
}

/** All of them, in the order in which messages list them. */
export const ACTION_KINDS: readonly (keyof ActionsInput)[] = [
  'setReady',
  'scale',
  'rollout',
  'deletePod',
  'crash',
  'slowPod',
  'nodeDown',
  'drain',
  'zoneDown',
  'partition',
  'apiServerSlow',
  'kubeProxyRestart',
  'setArrival',
];
export type ActionKind = keyof ActionsInput;

const positive = (): z.ZodNumber => number().positive();
const side: z.ZodType<SideInput> = z.union([
  text('a zone, a node, control-plane or external'),
  list(text('a zone, a node, control-plane or external')).min(1),
]);
const revision: z.ZodType<RevisionInput> = fields({
  startUp: distribution.optional(),
  errorRate: ratio.optional(),
  slowdown: positive().optional(),
  ready: flag().optional(),
  crashesAfter: distribution.optional(),
});
const ofPod = { target: reference, pod: text().optional() };
const between = list(side, 'a list of two sides').length(2);

/** Actions that end, without the time after which they do. */
const LASTING = {
  setReady: { ...ofPod, ready: flag() },
  slowPod: { ...ofPod, factor: positive() },
  partition: { between },
  apiServerSlow: { factor: positive() },
  setArrival: { client: text(), arrival },
};
const scale = fields({ target: reference, replicas: integer(0, 100_000) });
const rollout = fields({ target: reference, with: revision.optional() });
const deletePod = fields(ofPod);
const timed = { for: duration.optional() };
const onNode = { node: text() };
const onAnyNode = { node: text().optional() };

export const timelineEntry: z.ZodType<TimelineInput> = fields({
  at: duration,
  as: text().optional(),
  setReady: fields({ ...LASTING.setReady, ...timed }).optional(),
  scale: scale.optional(),
  rollout: rollout.optional(),
  deletePod: deletePod.optional(),
  crash: fields({ ...ofPod, restart: duration.optional() }).optional(),
  slowPod: fields({ ...LASTING.slowPod, ...timed }).optional(),
  nodeDown: fields({ ...onNode, ...timed }).optional(),
  drain: fields({ ...onNode, ...timed }).optional(),
  zoneDown: fields({ zone: text(), ...timed }).optional(),
  partition: fields({ ...LASTING.partition, ...timed }).optional(),
  apiServerSlow: fields({ ...LASTING.apiServerSlow, ...timed }).optional(),
  kubeProxyRestart: fields({ ...onAnyNode, for: duration }).optional(),
  setArrival: fields({ ...LASTING.setArrival, ...timed }).optional(),
});

export const faultEntry: z.ZodType<FaultInput> = fields({
  every: distribution,
  for: distribution.optional(),
  as: text().optional(),
  setReady: fields(LASTING.setReady).optional(),
  scale: scale.optional(),
  rollout: rollout.optional(),
  deletePod: deletePod.optional(),
  crash: fields(ofPod).optional(),
  slowPod: fields(LASTING.slowPod).optional(),
  nodeDown: fields(onAnyNode).optional(),
  drain: fields(onAnyNode).optional(),
  zoneDown: fields({ zone: text().optional() }).optional(),
  partition: fields(LASTING.partition).optional(),
  apiServerSlow: fields(LASTING.apiServerSlow).optional(),
  kubeProxyRestart: fields(onAnyNode).optional(),
  setArrival: fields(LASTING.setArrival).optional(),
});
