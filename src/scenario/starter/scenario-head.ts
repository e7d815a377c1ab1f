/** How every scenario that is written for somebody begins. */
import { scalar } from './scalar.ts';

/** The schema is a file that `svcsim schema` prints; editors look for it beside the scenario. */
const MODELINE = `# yaml-language-server: $schema=svcsim.schema.json
# (completion in editors: svcsim schema > svcsim.schema.json)`;

export const scenarioHead = (name: string, question: string): string => `${MODELINE}
apiVersion: svcsim/v1alpha1
kind: Scenario
metadata:
  name: ${scalar(name)}
  annotations:
    svcsim/question: ${question}
`;
