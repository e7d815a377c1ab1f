/**
 * Settings of modes in which no node of any variant runs: whoever writes `ipvs: { scheduler: lc }` and no
 * `mode: ipvs` would compare iptables with itself. A KubeProxyConfiguration holds all modes' as a rule, so
 * nothing is said of one.
 */
import { PROXY_MODES } from '../../contract/plan.ts';
import type { Plan, ProxyMode } from '../../contract/plan.ts';
import type { ProxyInput } from '../schema/cluster.ts';
import type { Path } from '../text/tree.ts';
import type { ScenarioDocument } from './scenario-document.ts';

/**
 * Takes the base and all variants, each with the document that it came of; and plans that run besides, those of the
 * points of a sweep.
 */
export function reportUnusedModes(
  planned: readonly { readonly plan: Plan; readonly document: ScenarioDocument }[],
  besides: readonly Plan[],
): void {
  const plans = [...planned.map(({ plan }) => plan), ...besides];
  const used = new Set(plans.flatMap(({ proxies }) => proxies.map(({ mode }) => mode)));
  const unused = PROXY_MODES.filter((mode) => !used.has(mode));
  for (const { document } of planned) {
    const { perNode = {}, ...all } = document.spec.proxy ?? {};
    const path = ['spec', 'proxy'];
    reportAt(all, path, unused, document);
    for (const [name, own] of Object.entries(perNode)) {
      reportAt(own, [...path, 'perNode', name], unused, document);
    }
  }
}

function reportAt(
  input: ProxyInput,
  path: Path,
  unused: readonly ProxyMode[],
  document: ScenarioDocument,
): void {
  const costs = typeof input.costs === 'object' ? input.costs : {};
  for (const mode of unused) {
    const message = `without effect: no node runs in mode ${mode}`;
    const hint = `proxy.mode: ${mode} has them do so`;
    if (input[mode] !== undefined) document.warn([...path, mode], 'NoEffect', message, hint);
    if (costs[mode] !== undefined) {
      document.warn([...path, 'costs', mode], 'NoEffect', message, hint);
    }
  }
}
