/** Which files of a folder hold Kubernetes objects: next to them lie values, kustomizations and scenarios. */
import { Findings } from '../diagnostics/diagnostics.ts';
import { parseDocuments } from '../text/parse.ts';
import { SourceText } from '../text/source.ts';
import { child } from '../text/tree.ts';
import type { Node } from '../text/tree.ts';

/** Whether a file may be one of manifests, by its name. */
export const isManifestName = (name: string): boolean => /^[^.].*\.(?:ya?ml|json)$/i.test(name);

/** Why a file of a folder is passed by; null: it is not. What can't be parsed is the loader's to complain of. */
export function whyNoManifests(name: string, text: string): string | null {
  const findings = new Findings();
  const roots = parseDocuments(new SourceText(name, text.replace(/^\uFEFF/, '')), findings);
  if (findings.errors > 0) return null;
  if (roots.length === 0) return 'it is empty';
  const kinds = roots.map(kindOf);
  if (kinds.includes('Scenario')) return 'it is a scenario itself';
  if (kinds.every((kind) => kind === 'Kustomization')) return 'kustomizations are not carried out';
  const isObject = (root: Node): boolean =>
    kindOf(root) !== undefined || child(root, 'apiVersion') !== undefined;
  return roots.some(isObject) ? null : 'it holds no Kubernetes object';
}

function kindOf(root: Node): string | undefined {
  const kind = child(root, 'kind');
  return kind?.kind === 'scalar' ? String(kind.value) : undefined;
}
