/**
 * Churn semantics: every observation of the e5 tables, repeated in the simulator. What the simulator has
 * no way to do is named as its row of docs/fidelity.md names it.
 */
import type { KernelData, Row } from '../kernel-data.ts';
import { counted, table } from '../page.ts';
import type { Section } from '../page.ts';
import { ADDRESS_TRIALS } from './addresses.ts';
import { AFFINITY_TRIALS } from './affinity.ts';
import { DEAD_POD_TRIALS } from './dead-pod.ts';
import { EXHAUSTION_TRIALS } from './exhaustion.ts';
import { NO_ENDPOINTS_TRIALS } from './no-endpoints.ts';
import { REFUSAL_TRIALS } from './refusals.ts';
import { REMOVED_TCP_TRIALS } from './removed-tcp.ts';
import type { Finding, LeftOut, Mode, Trial, Trials } from './trial.ts';
import { UDP_TRIALS } from './udp.ts';
import { UPDATES_TRIALS } from './updates.ts';

const TRIALS: Trials = {
  ...UPDATES_TRIALS,
  ...UDP_TRIALS,
  ...REMOVED_TCP_TRIALS,
  ...NO_ENDPOINTS_TRIALS,
  ...DEAD_POD_TRIALS,
  ...ADDRESS_TRIALS,
  ...AFFINITY_TRIALS,
  ...EXHAUSTION_TRIALS,
  ...REFUSAL_TRIALS,
};

const COLUMNS = ['mode', 'test', 'what', 'value', 'comment'];

/** An observation, by back end, and what the simulator's modes say of it. */
interface Observation {
  readonly code: string;
  readonly what: string;
  readonly recorded: Map<string, Row>;
}

/** The recorded back ends, in the order in which a row gives them. */
const BACK_ENDS = ['iptables-legacy', 'iptables-nft', 'nftables'];

const modeOf = (backEnd: string): Mode => (backEnd === 'nftables' ? 'nftables' : 'iptables');

/** The rows of all tables; what different back ends did in the same test stands together. */
function observations(data: KernelData): Observation[] {
  const files = [...data.names('e5_churn_'), ...data.names('e5g_conntrack_full_')];
  const found = new Map<string, Observation>();
  for (const file of files) {
    const seen = new Map<string, number>();
    for (const row of data.rows(file, COLUMNS)) {
      const code = row['test']!;
      const turn = seen.get(code) ?? 0;
      seen.set(code, turn + 1);
      const key = `${code}#${turn}`;
      const observation = found.get(key) ?? { code, what: row['what']!, recorded: new Map() };
      found.set(key, observation);
      observation.recorded.set(row['mode']!, row);
    }
  }
  return [...found.values()];
}

const isLeftOut = (trial: Trial | LeftOut): trial is LeftOut => typeof trial !== 'function';

/** What was recorded, by back end in the order of BACK_ENDS; once where all say the same. */
function recordedText(recorded: ReadonlyMap<string, Row>): string {
  const values = BACK_ENDS.flatMap((backEnd) => recorded.get(backEnd)?.['value'] ?? []);
  return new Set(values).size === 1 ? compact(values[0]!) : values.map(compact).join(' · ');
}

/** What was simulated, by mode; once where both say the same. */
function simulatedText(findings: readonly (readonly [Mode, Finding])[]): string {
  const byMode = new Map(findings.map(([mode, { simulated }]) => [mode, compact(simulated)]));
  const texts = [...byMode.values()];
  return new Set(texts).size === 1 ? texts[0]! : texts.join(' · ');
}

/** Words that repeat are written once: `0.00 0.00 1.01` as `0.00 ×2 1.01`. */
const compact = (text: string): string =>
  text.replace(/([^\s,]+)((?: \1)+)(?= |$)/g, (all, word: string, rest: string) =>
    word.length < 3 ? all : `${word} ×${1 + rest.length / (word.length + 1)}`,
  );

/** What is left out, in the words of docs/fidelity.md. */
export const LEFT_OUT: readonly string[] = [
  ...new Set(Object.values(TRIALS).flatMap((trial) => (isLeftOut(trial) ? trial.leftOut : []))),
];

/** A test that a newer recording has and nothing here knows. */
const NO_EXPERIMENT = 'no experiment repeats it';

/** The section; null where the folder has no such tables. */
export function churnSection(data: KernelData): Section | null {
  const all = observations(data);
  if (all.length === 0) return null;
  let same = 0;
  let compared = 0;
  let leftOut = 0;
  const rows = all.map(({ code, what, recorded }) => {
    const trial = TRIALS[code] ?? { leftOut: NO_EXPERIMENT };
    const cells = [code, what, recordedText(recorded)];
    if (isLeftOut(trial)) {
      leftOut++;
      return [...cells, trial.leftOut, 'left out'];
    }
    const findings = [...recorded].map(
      ([backEnd, row]) => [modeOf(backEnd), trial(row, modeOf(backEnd))] as const,
    );
    compared += findings.length;
    const agreeing = findings.filter(([, finding]) => finding.same).length;
    same += agreeing;
    return [...cells, simulatedText(findings), agreeing === findings.length ? 'same' : 'differs'];
  });
  return {
    title: 'What connections live through',
    checks: [
      counted(
        {
          what: 'churn semantics',
          recorded: `${all.length} observations on three back ends`,
          simulated: `the same experiments; ${leftOut} observations left out`,
        },
        same,
        compared,
      ),
    ],
    body: `
Each row of the tables is an experiment on the kernel, repeated by a scenario with the mode whose rules it
had. Codes are those of the recordings: k updates; a TCP connections to an endpoint that was removed; b UDP;
c no endpoints; r refusals at a rate; d dead pods; e closed ports and full queues; f affinity; g a full
conntrack table; h source ports; j addresses. *Same* allows for what the kernel's clocks and chance allow: timers
late by up to 4 %, counts within the binomial range that chance leaves once in 1,000 times. Where they
differ, recordings stand in the order ${BACK_ENDS.join(' · ')}, simulations in the order
iptables · nftables. What is left out stands in [fidelity.md](fidelity.md), too.

${table(['test', 'what', 'recorded', 'simulated', ''], rows)}`,
  };
}
