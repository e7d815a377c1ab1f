/** What each variant changes in the plan. */
import { formatDuration } from '../../../base/units.ts';
import type { Outlook } from '../../../study/outlook/outlook.ts';
import type { PlanDifference } from '../../../study/outlook/plan-differences.ts';
import { itemLines } from './items.ts';

/** Changes of a variant that are shown; JSON has all. */
const SHOWN = 4;

export function variantLines({ variants }: Outlook): readonly string[] {
  return itemLines(
    'Variants',
    variants.map(({ plan, changes }) => [plan.variant, changesText(changes)] as const),
  );
}

function changesText(changes: readonly PlanDifference[]): string {
  if (changes.length === 0) return 'as the scenario stands';
  const texts = changes
    .slice(0, SHOWN)
    .map(({ path, from, to }) => `${path} ${valueText(path, from)} → ${valueText(path, to)}`);
  const more = changes.length > SHOWN ? [`${changes.length - SHOWN} more`] : [];
  return [...texts, ...more].join('; ');
}

/** Fields of a plan that are whole nanoseconds, by the last part of their path. */
const DURATIONS: ReadonlySet<string> = new Set([
  'after',
  'at',
  'base',
  'close',
  'connectTimeout',
  'duration',
  'from',
  'fullSyncPeriod',
  'heartbeat',
  'idleTimeout',
  'initialDelay',
  'interval',
  'lasts',
  'max',
  'maxAge',
  'maxInterval',
  'mean',
  'min',
  'minReady',
  'minSyncPeriod',
  'monitorGracePeriod',
  'monitorPeriod',
  'period',
  'preStop',
  'progressDeadline',
  'sessionAffinity',
  'stabilizationWindow',
  'syncPeriod',
  'tcpEstablishedTimeout',
  'terminationGracePeriod',
  'timeWait',
  'timeout',
  'to',
  'toleration',
  'ttl',
  'value',
  'warmUp',
]);
/** Numbers of the same names that are none. */
const COUNTS = /(?:^|\.)conntrack\.max$|thresholds\[/;

function valueText(path: string, value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 1 ? '1 entry' : `${value.length} entries`;
  if (typeof value === 'object' && value !== null) {
    const { kind, name } = value as { readonly kind?: unknown; readonly name?: unknown };
    return typeof name === 'string' ? name : typeof kind === 'string' ? kind : 'set';
  }
  const field = path.split('.').at(-1)!;
  if (typeof value === 'number' && DURATIONS.has(field) && !COUNTS.test(path)) {
    return formatDuration(value);
  }
  return value === null ? 'none' : String(value);
}
