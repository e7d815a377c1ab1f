/**
 * The coefficients of programming times, from recorded ones (e4_programming): which terms a back end's sync
 * has is chosen by what the recordings show, their size by relative least squares.
 */
import type { SyncCosts } from '../../src/contract/plan.ts';
import type { KernelData, Row } from '../kernel-data.ts';
import { number } from '../kernel-data.ts';
import { relativeFit } from './relative-fit.ts';

export type BackEnd = 'iptables-legacy' | 'iptables-nft' | 'nftables';
export type SyncKind = 'fullSync' | 'partialSync';
export type SyncTerm = Exclude<keyof SyncCosts, 'squaredBeyond'>;

/** A recorded sync: what it wrote and how long it took. */
export interface RecordedSync {
  readonly services: number;
  readonly endpoints: number;
  /** One endpoint was replaced in each. */
  readonly changedServices: number;
  readonly ns: number;
}

interface SyncForm {
  readonly backEnd: BackEnd;
  readonly kind: SyncKind;
  readonly terms: readonly SyncTerm[];
  readonly squaredBeyond: number;
}

/** What was found: no other term makes an error smaller by more than the recordings scatter. */
export const SYNC_FORMS: readonly SyncForm[] = [
  {
    backEnd: 'iptables-legacy',
    kind: 'fullSync',
    terms: ['base', 'perService', 'perEndpoint', 'perChainSquared'],
    squaredBeyond: 0,
  },
  {
    backEnd: 'iptables-legacy',
    kind: 'partialSync',
    terms: ['base', 'perService', 'perEndpoint'],
    squaredBeyond: 0,
  },
  {
    backEnd: 'iptables-nft',
    kind: 'fullSync',
    terms: ['base', 'perService', 'perChainSquared'],
    squaredBeyond: 0,
  },
  {
    backEnd: 'iptables-nft',
    kind: 'partialSync',
    terms: [
      'base',
      'perService',
      'perEndpoint',
      'perServiceSquared',
      'perChangedService',
      'perWrittenEndpoint',
    ],
    squaredBeyond: 0,
  },
  {
    // Linear to 1,000 Services, then as their square: lists that outgrow the caches.
    backEnd: 'nftables',
    kind: 'fullSync',
    terms: ['perService', 'perEndpoint', 'perServiceSquared'],
    squaredBeyond: 1000,
  },
  {
    backEnd: 'nftables',
    kind: 'partialSync',
    terms: ['base', 'perService', 'perEndpoint', 'perChangedService', 'perWrittenEndpoint'],
    squaredBeyond: 0,
  },
];

const COLUMNS = ['mode', 'services', 'endpoints_per_service', 'operation', 'wall_median_s'];

/** The recorded syncs of a form. kube-proxy in nftables mode lists the chains before it writes any. */
export function recordedSyncs(data: KernelData, { backEnd, kind }: SyncForm): RecordedSync[] {
  const rows = data.rows('e4_programming', COLUMNS).filter(({ mode }) => mode === backEnd);
  const listing = new Map(
    rows
      .filter(({ operation }) => operation === 'list-chains')
      .map((row) => [sizeOf(row), number(row, 'wall_median_s')]),
  );
  return rows.flatMap((row) => {
    const changed = changedBy(row['operation']!, kind);
    if (changed === null) return [];
    const services = number(row, 'services');
    const seconds = number(row, 'wall_median_s');
    const listed = kind === 'partialSync' ? (listing.get(sizeOf(row)) ?? 0) : 0;
    return {
      services,
      endpoints: services * number(row, 'endpoints_per_service'),
      changedServices: changed,
      ns: (seconds + listed) * 1e9,
    };
  });
}

/** Coefficients of a form, in ns. */
export function fitSyncs(data: KernelData, form: SyncForm): Record<SyncTerm, number> {
  const syncs = recordedSyncs(data, form);
  const rows = syncs.map(({ services, endpoints, changedServices }) => {
    const size: Record<SyncTerm, number> = {
      base: 1,
      perService: services,
      perEndpoint: endpoints,
      perServiceSquared: Math.max(0, services - form.squaredBeyond) ** 2,
      perChainSquared: (services + endpoints) ** 2,
      perChangedService: changedServices,
      perWrittenEndpoint: (changedServices * endpoints) / services,
      perChangedEndpoint: 2 * changedServices,
    };
    return form.terms.map((term) => size[term]);
  });
  const found = relativeFit(
    rows,
    syncs.map(({ ns }) => ns),
  );
  const costs = {} as Record<SyncTerm, number>;
  form.terms.forEach((term, i) => {
    costs[term] = found[i]!;
  });
  return costs;
}

const sizeOf = (row: Row): string => `${row['services']} ${row['endpoints_per_service']}`;

/** ServicePorts that an operation changed; null: it is not a sync of this kind. */
function changedBy(operation: string, kind: SyncKind): number | null {
  if (kind === 'fullSync') return operation === 'full-resync' ? 0 : null;
  const changed = /^partial-(\d+)$/.exec(operation)?.[1];
  return changed === undefined ? null : Number(changed);
}
