/**
 * What a trial of the churn tables is: a recorded observation, an experiment that repeats it in the simulator,
 * and whether the two say the same.
 */
import type { RequestRecord } from '../../src/contract/result.ts';
import { binomialRange } from '../../src/stats/interval.ts';
import { record } from '../experiment.ts';
import type { Recorded } from '../experiment.ts';
import type { Row } from '../kernel-data.ts';

/** The modes that the recorded back ends are rules of. */
export type Mode = 'iptables' | 'nftables';

const ALPHA = 0.001;

/** What the simulator said, and whether the recorded kernel said the same. */
export interface Finding {
  readonly simulated: string;
  readonly same: boolean;
}

/** Repeats a recorded observation: a row of an e5 table. */
export type Trial = (recorded: Row, mode: Mode) => Finding;

/** Something that the simulator has no way to do or to see: its row of docs/fidelity.md. */
export interface LeftOut {
  readonly leftOut: string;
}

/** By the code of the test. */
export type Trials = Readonly<Record<string, Trial | LeftOut>>;

export interface Setting {
  /** Fields of the Scenario's spec. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly manifests: readonly object[];
  /** Fields of `spec.proxy`. */
  readonly proxy?: object;
  readonly seed?: number;
}

/**
 * Runs an experiment of one client node: a network of 50 µs a hop, a control plane and a kube-proxy that react
 * within milliseconds, unless it says otherwise.
 */
export function observe(mode: Mode, { spec, manifests, proxy = {}, seed = 1 }: Setting): Recorded {
  return record(
    {
      spec: {
        duration: '30s',
        network: '50us',
        nodes: [{ name: 'node' }],
        controlPlane: { kubelet: '1ms', endpointSlice: '1ms', watch: '1ms' },
        ...spec,
        proxy: { mode, minSyncPeriod: '0s', costs: 'none', conntrack: 'none', ...proxy },
      },
      manifests,
    },
    seed,
  );
}

/** A client that opens `count` connections, all within a millisecond from the start, and does nothing else. */
export const atOnce = (count: number, client: object = {}): object => ({
  name: 'burst',
  target: 'http://echo',
  arrival: { constant: { rate: `${count}000/s` } },
  ...client,
});
/** How long arrivals of `atOnce` take. */
export const AT_ONCE = '1001us';

/**
 * What a control plane that tells no kube-proxy of a change for the length of an experiment is set to. Kubelets hear of
 * deletions at once.
 */
export const BLIND = { kubelet: '1ms', endpointSlice: '1h', watch: '0s' } as const;

export const SECOND = 1e9;

/** When a request was answered or given up, in seconds from the start of the run. */
export const endOf = ({ issuedNs, latencyNs }: RequestRecord): number =>
  (issuedNs + latencyNs) / SECOND;

export const errorsOf = (requests: readonly RequestRecord[]): RequestRecord[] =>
  requests.filter(({ outcome }) => outcome !== 'ok');

/** The outcomes there were, each once: `ok`, `refused`, … */
export const outcomesOf = (requests: readonly RequestRecord[]): string =>
  [...new Set(requests.map(({ outcome }) => outcome))].sort().join(', ') || 'none';

/** `a` of `b` in a recorded cell such as `95/300`. */
export function shareIn(value: string): { readonly part: number; readonly of: number } {
  const match = /(\d+)\/(\d+)/.exec(value);
  if (match === null) throw new Error(`"${value}" is not a share`);
  return { part: Number(match[1]), of: Number(match[2]) };
}

/** A count beside a recorded one that must be all of its total, or none of it. */
export function allOrNone(recorded: Row, part: number, of: number): Finding {
  const kernel = shareIn(recorded['value']!);
  const same = kernel.part === 0 ? part === 0 : kernel.part === kernel.of && part === of;
  return { simulated: `${part}/${of}`, same: same && of > 0 };
}

/** Two counts, simulated and recorded: both within what a binomial with this chance leaves once in 1,000 times. */
export function byChance(
  ours: { readonly part: number; readonly of: number },
  kernel: { readonly part: number; readonly of: number },
  chance: number,
): Finding {
  const isWithin = ({ part, of }: typeof ours): boolean => {
    const { low, high } = binomialRange({ trials: of, chance }, ALPHA);
    return part >= low && part <= high;
  };
  return { simulated: `${ours.part}/${ours.of}`, same: isWithin(ours) && isWithin(kernel) };
}

/** The seconds of a list such as `0.00 1.01 2.04`. */
export const secondsIn = (value: string): number[] =>
  [...value.matchAll(/\d+\.\d+/g)].map(([word]) => Number(word));

/**
 * Whether moments are the recorded ones. The kernel's timers are late by what its wheels round up, about an eighth of
 * their highest digit: 4 % and 50 ms are allowed.
 */
export const sameMoments = (simulated: readonly number[], recorded: readonly number[]): boolean =>
  simulated.length === recorded.length &&
  simulated.every((moment, i) => Math.abs(moment - recorded[i]!) <= 0.05 + 0.04 * recorded[i]!);

export const moments = (seconds: readonly number[]): string =>
  seconds.map((second) => second.toFixed(2)).join(' ');
