/**
 * How the containers of a workload start, are probed and end: its manifest, and over it what spec.workloads
 * says. One container of a pod is simulated, the one that serves; the others are taken to be well, and their
 * probes and hooks play no part. What they request of CPU counts.
 */
import { seconds } from '../../base/time.ts';
import type { Duration } from '../../base/time.ts';
import { parseRatio } from '../../base/units.ts';
import type {
  PlannedMembership,
  PlannedProbe,
  PlannedProbes,
  PlannedTermination,
  PlannedWorkload,
} from '../../contract/plan.ts';
import { CPU_SHARE, CPU_SHARE_AUTOSCALED, PROBE, PROBES } from '../defaults.ts';
import type { ContainerManifest, PodTemplate } from '../manifests/model.ts';
import type { ProbeInput, WorkloadInput } from '../schema/workload.ts';
import { durationOf } from './distributions.ts';
import type { Draft } from './workload-drafts.ts';

/** What is planned here. */
export type ContainerSettings = Pick<
  PlannedWorkload,
  | 'cpuShare'
  | 'cpuRequest'
  | 'cpuLimit'
  | 'warmUp'
  | 'probes'
  | 'preStop'
  | 'onTerminate'
  | 'terminationGracePeriod'
  | 'spread'
>;

/** The container that Services send to: the first that declares a port of theirs, or else the first. */
export function servingContainer(
  { containers }: PodTemplate,
  memberships: readonly PlannedMembership[],
): ContainerManifest | undefined {
  const targets = new Set(memberships.flatMap(({ targetPorts }) => targetPorts));
  const declares = ({ ports }: ContainerManifest): boolean =>
    ports.some(({ number }) => targets.has(number));
  return containers.find(declares) ?? containers[0];
}

/** Of endpoints that only a slice tells of. */
const WITHOUT_CONTAINERS: Omit<ContainerSettings, 'cpuShare' | 'warmUp' | 'onTerminate'> = {
  cpuRequest: null,
  cpuLimit: null,
  probes: PROBES,
  preStop: seconds(0),
  terminationGracePeriod: seconds(0),
  spread: [],
};

/** `isScaledByCpu`: an autoscaler needs to know what a pod uses. */
export function planContainers(
  draft: Draft,
  input: WorkloadInput | undefined,
  around: { readonly memberships: readonly PlannedMembership[]; readonly isScaledByCpu: boolean },
): ContainerSettings {
  const cpuShare =
    input?.cpuShare === undefined
      ? around.isScaledByCpu
        ? CPU_SHARE_AUTOSCALED
        : CPU_SHARE
      : (parseRatio(input.cpuShare) ?? CPU_SHARE);
  const asWritten = {
    cpuShare,
    warmUp: planWarmUp(input?.warmUp),
    onTerminate: planTermination(input?.onTerminate),
  };
  if (draft.kind === 'slice') return { ...asWritten, ...WITHOUT_CONTAINERS };
  const { template } = draft.manifest;
  const serving = servingContainer(template, around.memberships);
  return {
    ...asWritten,
    cpuRequest: requestOf(template),
    cpuLimit: serving?.cpuLimit ?? null,
    probes: planProbes(serving, input),
    preStop: preStopOf(serving, input),
    terminationGracePeriod: template.terminationGracePeriod,
    spread: template.spread,
  };
}

/** Null where none of them requests anything. */
function requestOf({ containers }: PodTemplate): number | null {
  const sum = containers.reduce((total, { cpuRequest }) => total + (cpuRequest ?? 0), 0);
  return sum > 0 ? sum : null;
}

function planProbes(
  container: ContainerManifest | undefined,
  input: WorkloadInput | undefined,
): PlannedProbes {
  const { readinessProbe, livenessProbe, startupProbe } = input ?? {};
  return {
    readiness: planProbe(container?.probes.readiness ?? null, readinessProbe),
    liveness: planProbe(container?.probes.liveness ?? null, livenessProbe),
    startup: planProbe(container?.probes.startup ?? null, startupProbe),
    readyWithoutProbe: readinessProbe === 'none' ? 'Running' : PROBES.readyWithoutProbe,
  };
}

/** A probe of the manifest with what the scenario says over it, or in its place. */
function planProbe(
  manifest: PlannedProbe | null,
  input: 'none' | ProbeInput | undefined,
): PlannedProbe | null {
  if (input === undefined) return manifest;
  if (input === 'none') return null;
  const base = manifest ?? PROBE;
  const or = (written: number | undefined, otherwise: Duration): Duration =>
    written === undefined ? otherwise : seconds(written);
  const grace = input.terminationGracePeriodSeconds;
  return {
    handler: input.handler ?? base.handler,
    initialDelay: or(input.initialDelaySeconds, base.initialDelay),
    period: or(input.periodSeconds, base.period),
    timeout: or(input.timeoutSeconds, base.timeout),
    successThreshold: input.successThreshold ?? base.successThreshold,
    failureThreshold: input.failureThreshold ?? base.failureThreshold,
    terminationGracePeriod: grace === undefined ? base.terminationGracePeriod : seconds(grace),
  };
}

/** A hook of which nobody says how long it takes counts as nothing. */
const preStopOf = (
  container: ContainerManifest | undefined,
  input: WorkloadInput | undefined,
): Duration =>
  input?.preStop === undefined
    ? (container?.preStop?.lasts ?? seconds(0))
    : durationOf(input.preStop);

function planWarmUp(input: WorkloadInput['warmUp']): PlannedWorkload['warmUp'] {
  if (input === undefined) return null;
  const lasts = durationOf(input.for);
  // Nothing that is not slower, or no longer, needs any time.
  return lasts === 0 || input.slowdown === 1 ? null : { lasts, slowdown: input.slowdown };
}

/** Whoever goes on as before keeps its connections; the others close them, unless told otherwise. */
function planTermination(input: WorkloadInput['onTerminate']): PlannedTermination | null {
  if (input === undefined) return null;
  const written = typeof input === 'string' ? { process: input } : input;
  const process = written.process ?? 'Finish';
  const connections = written.connections ?? (process === 'Serve' ? 'Keep' : 'Close');
  const lasts = written.for === undefined ? null : durationOf(written.for);
  // Finish and Close without an end of its own is what every process does that is told nothing.
  if (process === 'Finish' && connections === 'Close' && lasts === null) return null;
  return { process, lasts, closesConnections: connections === 'Close' };
}
