/** What `svcsim plan` prints: the answer, the load, the theory; then the resolved scenario; then what is modelled. */
import type { Sweep } from '../../../contract/sweep.ts';
import type { StudyCost } from '../../../study/outlook/cost.ts';
import type { Outlook } from '../../../study/outlook/outlook.ts';
import { header } from '../header.ts';
import { spreadingOf } from '../spreading.ts';
import type { Style } from '../style.ts';
import { wrap, wrapAfter } from '../wrap.ts';
import { behaviourLines } from './behaviours.ts';
import { clientLines } from './clients.ts';
import { clusterLines } from './cluster.ts';
import { costText } from './cost.ts';
import { autoscalerLines, eventLines, thresholdPlanLines } from './events.ts';
import { loadLines, outlookSentence, theoryLines } from './load.ts';
import { sweepLines } from './sweep.ts';
import { serviceLines, workloadLines } from './services.ts';
import { variantLines } from './variants.ts';

export interface PlanSummary {
  readonly outlook: Outlook;
  readonly cost: StudyCost;
  /** Of spec.sweep, which `svcsim sweep` goes through; null: there is none. */
  readonly sweep: Sweep | null;
  readonly sweepCost: StudyCost | null;
  /** What was read but plays no part. */
  readonly ignored: readonly string[];
}

/** Without a newline at its end. */
export function planSummary(summary: PlanSummary, style: Style): string {
  const { outlook, cost, ignored } = summary;
  const { plan } = outlook.base;
  const titled = (lines: readonly string[]): readonly string[] =>
    lines.map((line, i) => (i === 0 ? style.bold(line) : line));
  const sections = [
    [
      ...header(plan, [spreadingOf(plan)], style),
      '',
      ...wrap(outlookSentence(outlook)),
      ...wrap(`Cost: ${costText(cost)}.`, '  '),
      ...outlook.notices.flatMap((notice) => wrap(`⚠ ${notice}`, '  ')),
    ],
    titled(loadLines(outlook, style)),
    theoryLines(outlook),
    titled(clusterLines(plan)),
    titled(serviceLines(plan)),
    titled(workloadLines(plan)),
    titled(clientLines(plan)),
    titled(autoscalerLines(plan)),
    titled(eventLines(plan)),
    titled(thresholdPlanLines(plan)),
    titled(variantLines(outlook)),
    titled(sweepLines(summary)),
    behaviourLines(outlook.behaviours),
    ignored.length === 0
      ? []
      : ['Ignored', ...ignored.flatMap((text) => wrapAfter('  ', text, '    '))],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n');
}
