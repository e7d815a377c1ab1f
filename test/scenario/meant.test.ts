/** Values of the wrong form: findings say what to write instead, and what they propose can be written as it stands. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

/** A scenario with these lines in its spec, and these in its client. */
const written = (spec: string, client = ''): string =>
  scenario(spec, SHOP).replace(/( +)target: http:\/\/shop\n/, (line, indent: string) =>
    client === '' ? line : `${line}${indent}${client}\n`,
  );

/** The first finding, and what is to be done about it. */
function found(spec: string, client = ''): { readonly text: string; readonly hint: string } {
  const result = load(written(spec, client));
  const [first] = result.ok ? result.warnings : result.diagnostics;
  return { text: problems(result)[0] ?? '', hint: first?.hint ?? '' };
}

describe('a bare value where a map belongs', () => {
  it.each([
    ['mesh', 'Ambient', '{ mode: Ambient }'],
    ['mesh', 'ambient', '{ mode: Ambient }'],
    ['proxy', 'ipvs', '{ mode: ipvs }'],
    ['dns', 'false', '{ enabled: false }'],
    ['dns', 'none', '{ enabled: false }'],
  ])('of spec, %s: %s, is in that of one field', (field, value, meant) => {
    expect(found(`  ${field}: ${value}`).hint).toContain(`did you mean ${meant}? Its fields: `);
    expect(problems(load(written(`  ${field}: ${meant}`)))).toEqual([]);
  });

  it.each([
    ['connection', 'keepalive', '{ mode: KeepAlive }'],
    ['retry', '3', '{ attempts: 3 }'],
    ['session', '5', '{ requests: 5 }'],
  ])('of a client, %s: %s, is in that of one field', (field, value, meant) => {
    expect(found('', `${field}: ${value}`).hint).toContain(`did you mean ${meant}?`);
    expect(problems(load(written('', `${field}: ${meant}`)))).toEqual([]);
  });

  it('is in the first of several that exclude each other', () => {
    const text = written('').replace(/arrival: .*/, 'arrival: 100/s');
    const result = load(text);
    if (result.ok) throw new Error('loaded');
    expect(result.diagnostics[0]!.hint).toContain('did you mean { poisson: { rate: 100/s } }?');
  });

  it('has no proposal where several fields could be meant, or others are required', () => {
    const uniform = found('  network: { sameNode: { uniform: 3ms } }');
    expect(uniform.hint).toBe('Its fields: min, max');
    expect(found('  network: { sameNode: { lognormal: 3ms } }').hint).toMatch(/^Its fields: p50/);
    expect(found('  controlPlane: none').hint).toMatch(/^Its fields: kubelet/);
  });
});

describe('one entry where a list belongs', () => {
  it('is in a list', () => {
    expect(found('  thresholds: latency.p99 < 3ms').hint).toBe(
      'did you mean ["latency.p99 < 3ms"]?',
    );
    expect(found('  nodes: { count: 3 }').hint).toBe('did you mean [{ … }]?');
    expect(found('', 'retry: { on: "503" }').hint).toBe('did you mean ["503"]?');
    expect(found('  thresholds: 3').hint).toBe('');
  });
});

describe('a word among words and maps', () => {
  it.each(['roundrobin', 'RoundRobin', '{ policy: roundrobin }'])('%s is a policy', (value) => {
    expect(found('', `balancer: ${value}`).text).toMatch(/; did you mean "round_robin"\?$/);
  });

  it('is none by any other case', () => {
    expect(found('  proxy: { costs: None }').text).toMatch(/; did you mean "none"\?$/);
    expect(found('', 'mesh: None').text).toMatch(/"None" is not none or a map; did you mean/);
  });

  it('is no rate of costs', () => {
    expect(found('  proxy: { costs: 0 }').hint).toBe('');
  });
});

describe('a scalar of another kind', () => {
  it('is a share where it is more than one and at most a hundred', () => {
    expect(found('', 'retry: { budget: 20 }').hint).toBe('did you mean 20%?');
    expect(found('', 'retry: { budget: 200 }').hint).toBe('');
  });

  it.each([
    ['yes', 'true'],
    ['Off', 'false'],
  ])('%s is %s', (value, meant) => {
    expect(found(`  dns: { enabled: ${value} }`).hint).toBe(`did you mean ${meant}?`);
  });
});

describe('a name that nothing has', () => {
  it('is no field that is there already', () => {
    const { text } = found('  network: { sameNode: { lognormal: { p50: 3ms, p90: 4ms } } }');
    expect(text).not.toContain('"p50"');
    const all = problems(
      load(written('  network: { sameNode: { lognormal: { p50: 3ms, p90: 4ms } } }')),
    );
    expect(all.join('\n')).toContain('unknown field "p90"; did you mean "p99"?');
  });

  it('is a node of those that there are', () => {
    const down = '  timeline: [{ at: 1s, nodeDown: { node: worker-3 } }]';
    expect(found(down).hint).toBe('Nodes: node-1');
    expect(found('  proxy: { perNode: { worker-3: { mode: ipvs } } }').hint).toBe('Nodes: node-1');
    const many = found(`  nodes: [{ namePrefix: n, count: 12 }]\n${down}`);
    expect(many.hint).toMatch(/^Nodes: n-1, n-2, .*n-10 and 2 more$/);
  });

  it('is a metric by the last part of its name', () => {
    expect(found('  thresholds: [p99 < 3ms]').text).toContain('did you mean "latency.p99"?');
  });
});

describe('spec.mesh', () => {
  it('is none where there is none, which a variant may say', () => {
    const variants = '  variants: [{ name: with }, { name: without, set: { mesh: none } }]';
    const { variants: plans } = loaded(written(`  mesh: { mode: Sidecar }\n${variants}`));
    expect(plans.map(({ clients }) => clients[0]!.mesh?.mode ?? null)).toEqual(['Sidecar', null]);
  });
});
