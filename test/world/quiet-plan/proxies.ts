/** Kube-proxies of quiet runs: every mode, every scheduler of IPVS, and what they keep of connections and for how long. */
import fc from 'fast-check';
import { IPVS_ORDERS, IPVS_SCHEDULERS } from '../../../src/contract/plan.ts';
import type { Distribution, PlannedProxy, ProxyMode } from '../../../src/contract/plan.ts';
import { CONNTRACK_TIMEOUTS } from '../../../src/scenario/defaults.ts';
import { constant, FREE, FREE_SYNC, MODE_SETTINGS, ms, ns, sec, us } from '../plans.ts';
import type { Pace } from './pace.ts';

/** IPVS has the most to tell of what happens to connections. */
const mode: fc.Arbitrary<ProxyMode> = fc.constantFrom(
  'iptables',
  'ipvs',
  'ipvs',
  'ipvs',
  'nftables',
  'ebpf',
);

/** How long IPVS remembers an idle connection: shorter than a service time, or longer than any gap. */
const tcpTimeout = fc.constantFrom(
  () => sec(900),
  () => sec(900),
  () => sec(900),
  () => sec(900),
  () => sec(15),
  () => ms(1),
  ({ service }: Pace) => ns(Math.ceil(service / 2)),
  ({ service }: Pace) => ns(2 * service),
);

/** The table has room for so many times what is under way, and what rests, together: it may fill. */
const table = fc.option(
  fc.record({
    room: fc.constantFrom(4, 50, 50, 50, 1.2, 0.7),
    timeWait: fc.constantFrom(sec(0), ms(100), sec(120)),
  }),
  { nil: null, freq: 2 },
);

/** What first packets take, in steps of the grid where there is one. */
const base: fc.Arbitrary<(pace: Pace) => Distribution> = fc.constantFrom<
  ((pace: Pace) => Distribution)[]
>(
  () => constant(ns(0)),
  ({ grid }: Pace) =>
    grid === null ? { kind: 'uniform' as const, min: us(4), max: us(9) } : constant(grid),
  ({ grid }) => ({ kind: 'empirical', values: [0, grid ?? 1000] }),
);

export const proxy: fc.Arbitrary<(pace: Pace) => PlannedProxy> = fc
  .record({
    mode,
    // Only mh goes by source ports.
    scheduler: fc.constantFrom('mh', ...IPVS_SCHEDULERS),
    order: fc.constantFrom(...IPVS_ORDERS),
    connReuseMode: fc.constantFrom(1 as const, 0 as const),
    tcpTimeout,
    table,
    base,
    perRule: fc.constantFrom(0, 5.5),
    masqueradeAll: fc.boolean(),
    otherServices: fc.constantFrom(0, 1000),
    /** Syncs in this part of the run; null: only at its start. */
    resync: fc.option(fc.constantFrom(0.1, 0.3), { nil: null }),
    syncFailure: fc.constantFrom(0, 0.3),
  })
  .map((drawn) => (pace) => {
    const { length } = pace;
    const part = (of: number): ReturnType<typeof ns> => ns(Math.ceil(of * length));
    const sync = { ...FREE_SYNC, base: length / 50 };
    const first = { base: drawn.base(pace), fullSync: sync, partialSync: sync };
    const perServiceRule = pace.grid === null ? drawn.perRule : 0;
    return {
      mode: drawn.mode,
      minSyncPeriod: ns(0),
      syncPeriod: part(0.1),
      burst: 1,
      maxInterval: drawn.resync === null ? null : part(drawn.resync),
      fullSyncPeriod: null,
      syncFailure: drawn.syncFailure,
      ...MODE_SETTINGS,
      iptables: { ...MODE_SETTINGS.iptables, masqueradeAll: drawn.masqueradeAll },
      ipvs: {
        scheduler: drawn.scheduler,
        tcpTimeout: drawn.tcpTimeout(pace),
        udpTimeout: sec(300),
        order: drawn.order,
        connReuseMode: drawn.connReuseMode,
      },
      costs: {
        iptables: { ...FREE.iptables, ...first, perServiceRule },
        nftables: { ...FREE.nftables, ...first },
        ipvs: { ...FREE.ipvs, ...first },
        ebpf: { ...FREE.ebpf, ...first },
      },
      otherServices: drawn.otherServices,
      conntrack: { ...CONNTRACK_TIMEOUTS, ...tableOf(drawn.table, pace) },
    };
  });

function tableOf(
  drawn: { readonly room: number; readonly timeWait: number } | null,
  pace: Pace,
): Pick<PlannedProxy['conntrack'], 'max' | 'timeWait'> {
  if (drawn === null) return { max: null, timeWait: ns(0) };
  const { room, timeWait } = drawn;
  return { max: Math.ceil(room * atOnce(pace, timeWait)), timeWait: ns(timeWait) };
}

/** Roughly how many of a pace's requests are under way at once, or have ended since `rest` (ns). */
export function atOnce({ rate, length, underWay }: Pace, rest: number): number {
  return underWay + (rate * Math.min(length, rest)) / 1e9;
}
