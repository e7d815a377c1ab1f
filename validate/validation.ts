/** The page, from all sections for which the folder has recordings. */
import { balanceSection } from './balance.ts';
import { churnSection } from './churn/churn.ts';
import { firstPacketSection } from './costs/first-packet.ts';
import { ipvsPicksSection } from './ipvs-picks.ts';
import type { KernelData } from './kernel-data.ts';
import { latencySection } from './latency.ts';
import { oracleSection } from './oracles.ts';
import { isAccepted, renderPage } from './page.ts';
import { programmingSection } from './costs/programming.ts';

const INTRODUCTION = `
What a mode of kube-proxy does here beside what a Linux kernel did, programmed as kube-proxy programs it,
and beside published measurements. \`npm run validate\` runs everything below anew and writes this page;
[test/data/kernel](../test/data/kernel) holds the recordings, and \`-- --data FOLDER\` takes others.`;

export interface ValidationPage {
  readonly text: string;
  readonly accepted: boolean;
  /** The checks, a line each. */
  readonly summary: string;
}

export function validationPage(data: KernelData): ValidationPage {
  const sections = [
    ipvsPicksSection(data.folder),
    balanceSection(data),
    firstPacketSection(data),
    programmingSection(data),
    churnSection(data),
    latencySection(data),
    oracleSection(),
  ].filter((section) => section !== null);
  return {
    text: renderPage(INTRODUCTION, sections),
    accepted: isAccepted(sections),
    summary: sections
      .flatMap(({ checks }) => checks)
      .map(({ what, agreement, outcome }) => `${outcome}: ${what}: ${agreement}`)
      .join('\n'),
  };
}
