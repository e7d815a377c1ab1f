/** What a person, a program and GitHub are shown. */
import { describe, expect, it } from 'vitest';
import { renderDiagnostics } from '../../src/scenario/diagnostics/render.ts';
import { load, rendered, scenario, SHOP } from './memory-reader.ts';

const BROKEN = scenario(`  duration: 60sec
  proxy:
    mode: iptable`).replace('arrival:', 'arival:');

describe('diagnostics as text', () => {
  it('are one line each, the source below, a mark under the place with the advice', () => {
    expect(`\n${rendered(load(BROKEN))}`).toMatchInlineSnapshot(`
      "
      test.yaml:9:7    error    spec.clients[0]: unknown field "arival"; did you mean the required field "arrival"?
            9 │       arival: { poisson: { rate: 100/s } }
              │       ^^^^^^
      test.yaml:10:13  error    spec.duration: "60sec" is not a duration
           10 │   duration: 60sec
              │             ^^^^^ did you mean "60s"? Units: ns us ms s m h, e.g. 250ms, 1m30s
      test.yaml:12:11  error    spec.proxy.mode: "iptable" is not supported; did you mean "iptables"?
           12 │     mode: iptable
              │           ^^^^^^^ Supported: iptables, nftables, ipvs, ebpf

      3 errors in 1 file. Nothing was run.      svcsim validate --format github prints annotations
      "
    `);
  });

  it('name the file of each, files in the order of reading', () => {
    const text = scenario('  include: [shop.yaml]\n  warmUp: soon', '');
    const shop = SHOP.replace('port: 80,', 'port: 0,').replace(
      'replicas: 3',
      'replicas: 3\n  strategy: {}',
    );
    expect(`\n${rendered(load(text, { 'shop.yaml': shop }))}`).toMatchInlineSnapshot(`
      "
      test.yaml:11:11  error    spec.warmUp: "soon" is not a duration
           11 │   warmUp: soon
              │           ^^^^ Units: ns us ms s m h, e.g. 250ms, 1m30s
      shop.yaml:7:31   error    Service/shop spec.ports[0].port: 0 must be 1 to 65535
            7 │   ports: [{ name: http, port: 0, targetPort: 8080 }]
              │                               ^

      2 errors in 2 files. Nothing was run.      svcsim validate --format github prints annotations
      "
    `);
  });

  it('end in a summary without a verdict where there are only warnings', () => {
    const result = load(
      scenario('', SHOP.replace('selector: { app: shop }', 'selector: { app: other }')),
    );
    expect(result.ok).toBe(true);
    expect(rendered(result).split('\n').at(-2)).toBe('1 warning in 1 file.');
  });

  it('are nothing at all where there is nothing to say', () => {
    expect(rendered(load(scenario()))).toBe('');
  });

  it('show a window of a long line', () => {
    const text = `{"apiVersion":"svcsim/v1alpha1","kind":"Scenario","metadata":{"name":"a"},"spec":{"x-pad":"${'y'.repeat(500)}","duration":5}}`;
    const lines = rendered(load(text)).split('\n');
    const at = lines.findIndex((line) => line.includes('spec.duration'));
    expect(lines[at + 1]!.length).toBeLessThan(120);
    const column = lines[at + 2]!.indexOf('^');
    expect(lines[at + 1]![column]).toBe('5');
  });

  it('let no control character through', () => {
    const output = rendered(
      load(scenario('  duration: "\\e[31mred"\n  proxy: { mode: "\\u0007" }')),
    );
    // oxlint-disable-next-line no-control-regex
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  it('in colour say the same', () => {
    const result = load(BROKEN);
    if (result.ok) throw new Error();
    const coloured = renderDiagnostics(result.diagnostics, result.sources, {
      format: 'text',
      color: true,
    });
    expect(coloured).toContain('\u001b[31m');
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(rendered(result));
  });
});

describe('diagnostics for machines', () => {
  const result = load(BROKEN);
  if (result.ok) throw new Error();
  const { diagnostics, sources } = result;

  it('as JSON keep their codes, in the words of Kubernetes', () => {
    const json = JSON.parse(
      renderDiagnostics(diagnostics, sources, { format: 'json', color: false }),
    );
    expect(json.diagnostics.map(({ code, path, line }: never) => ({ code, path, line }))).toEqual([
      { code: 'UnknownField', path: 'spec.clients[0]', line: 9 },
      { code: 'Invalid', path: 'spec.duration', line: 10 },
      { code: 'NotSupported', path: 'spec.proxy.mode', line: 12 },
    ]);
  });

  it('as annotations for GitHub are one line each, escaped', () => {
    const output = renderDiagnostics(diagnostics, sources, { format: 'github', color: false });
    expect(output.split('\n')[1]).toBe(
      '::error file=test.yaml,line=10,col=13,endColumn=18,title=Invalid::spec.duration: "60sec" is not a duration%0Adid you mean "60s"? Units: ns us ms s m h, e.g. 250ms, 1m30s',
    );
    expect(output.trimEnd().split('\n')).toHaveLength(3);
  });
});
