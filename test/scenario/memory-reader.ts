/** Scenarios from memory, and the pieces that most tests are made of. */
import { renderDiagnostics } from '../../src/scenario/diagnostics/render.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Loaded, LoadedScenario, Overrides } from '../../src/scenario/load.ts';
import { SourceError } from '../../src/scenario/text/source.ts';
import type { SourceReader } from '../../src/scenario/text/source.ts';

/** Files by name; names are relative to nothing. */
export function memoryReader(files: Readonly<Record<string, string>>): SourceReader {
  return {
    read(path) {
      const text = Object.hasOwn(files, path) ? files[path] : undefined;
      if (text === undefined) throw new SourceError('no such file');
      return text;
    },
    resolve: (_from, relative) => relative,
  };
}

export function load(
  text: string,
  files: Readonly<Record<string, string>> = {},
  overrides: Overrides = {},
): Loaded {
  return loadScenario('test.yaml', memoryReader({ 'test.yaml': text, ...files }), overrides);
}

/** The scenario, which must load; its warnings are the caller's to look at. */
export function loaded(
  text: string,
  files: Readonly<Record<string, string>> = {},
  overrides: Overrides = {},
): LoadedScenario {
  const result = load(text, files, overrides);
  if (!result.ok) throw new Error(rendered(result));
  return result.scenario;
}

/** What a person would be shown. */
export function rendered(result: Loaded): string {
  const found = result.ok ? result.warnings : result.diagnostics;
  return renderDiagnostics(found, result.sources, { format: 'text', color: false });
}

/** The diagnostics on one line each: `line:column severity path: message`. */
export function problems(result: Loaded): string[] {
  const found = result.ok ? result.warnings : result.diagnostics;
  return found.map(
    ({ line, column, severity, path, message }) =>
      `${line}:${column} ${severity} ${path === '' ? '' : `${path}: `}${message}`,
  );
}

/** A Service and its Deployment. */
export const SHOP = `---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec:
  selector: { app: shop }
  ports: [{ name: http, port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  replicas: 3
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers: [{ name: main, ports: [{ name: web, containerPort: 8080 }] }]
`;

/** A scenario that calls SHOP. `spec` adds lines to its spec, indented by two. */
export function scenario(spec = '', manifests: string = SHOP): string {
  return `apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: test }
spec:
  workloads: [{ target: deployment/shop, serviceTime: 10ms }]
  clients:
    - name: web
      target: http://shop
      arrival: { poisson: { rate: 100/s } }
${spec === '' ? '' : `${spec}\n`}${manifests}`;
}
