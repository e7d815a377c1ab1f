/** The timeline and random faults: from how they are written to the plan. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario } from './memory-reader.ts';

const NODES = `
  nodes:
    - { namePrefix: node, count: 4, zones: [a, b] }`;

const timeline = (entries: string, more = '') =>
  scenario(`  warmUp: 10s${more}\n  timeline: ${entries}`);
const faults = (entries: string, more = '') =>
  scenario(`  warmUp: 10s${more}\n  faults: ${entries}`);
const planned = (entry: string) => loaded(timeline(`[${entry}]`, NODES)).base;

describe('the timeline', () => {
  it('counts from the start of the measurement; what lasts is undone', () => {
    const { timeline: actions, windows } = loaded(
      timeline(`
    - { at: 20s, scale: { target: deployment/shop, replicas: 5 } }
    - { at: 5s, as: blip, setReady: { target: pod/shop-1, ready: false, for: 3s } }
    - { at: 6s, as: rest, deletePod: { target: deployment/shop, pod: shop-2 } }
    - { at: 7s, setReady: { target: deployment/shop, ready: true } }`),
    ).base;
    expect(actions).toEqual([
      { kind: 'setReady', at: 15e9, window: 2, workload: 0, pod: 'shop-1', ready: false },
      { kind: 'deletePod', at: 16e9, window: 3, workload: 0, pod: 'shop-2' },
      { kind: 'setReady', at: 17e9, window: 4, workload: 0, pod: null, ready: true },
      { kind: 'setReady', at: 18e9, workload: 0, pod: 'shop-1', ready: true },
      { kind: 'scale', at: 30e9, window: 1, workload: 0, replicas: 5 },
    ]);
    expect(windows).toEqual([
      { name: 'all', from: 10e9, to: 70e9 },
      { name: 'scale', from: null, to: null },
      { name: 'blip', from: 15e9, to: 18e9 },
      { name: 'rest', from: null, to: null },
      { name: 'setReady', from: 17e9, to: 70e9 },
    ]);
  });

  it('restarts the kube-proxy of a node, or of all', () => {
    const { timeline: actions, windows } = loaded(
      timeline(`
    - { at: 1s, kubeProxyRestart: { node: node-1, for: 5s }, as: away }
    - { at: 9s, kubeProxyRestart: { for: 0s } }`),
    ).base;
    expect(actions).toMatchObject([
      { kind: 'kubeProxyRestart', at: 11e9, node: 0, lasts: 5e9 },
      { kind: 'kubeProxyRestart', at: 19e9, node: null, lasts: 0 },
    ]);
    expect(windows[1]).toEqual({ name: 'away', from: 11e9, to: 16e9 });
  });

  it.each([
    ['rollout: { target: deployment/shop }', { kind: 'rollout', workload: 0, revision: null }],
    [
      'rollout: { target: deployment/shop, with: { errorRate: 5%, crashesAfter: 3s } }',
      {
        kind: 'rollout',
        workload: 0,
        revision: {
          startUp: null,
          errorRate: 0.05,
          slowdown: 1,
          ready: true,
          crashesAfter: { kind: 'constant', value: 3e9 },
        },
      },
    ],
    ['crash: { target: pod/shop-1 }', { kind: 'crash', workload: 0, pod: 'shop-1', lasts: null }],
    [
      'crash: { target: deployment/shop, restart: 4s }',
      { kind: 'crash', workload: 0, pod: null, lasts: 4e9 },
    ],
    [
      'slowPod: { target: pod/shop-0, factor: 3, for: 1s }',
      { kind: 'slowPod', workload: 0, pod: 'shop-0', factor: 3, lasts: 1e9 },
    ],
    ['nodeDown: { node: node-3, for: 90s }', { kind: 'nodeDown', node: 2, lasts: 90e9 }],
    ['drain: { node: node-1 }', { kind: 'drain', node: 0, lasts: null }],
    ['zoneDown: { zone: b, for: 5s }', { kind: 'zoneDown', zone: 'b', lasts: 5e9 }],
    ['apiServerSlow: { factor: 10 }', { kind: 'apiServerSlow', factor: 10, lasts: null }],
    [
      'setArrival: { client: web, arrival: { constant: { rate: 9/s } }, for: 2s }',
      { kind: 'setArrival', client: 0, arrival: { kind: 'constant', rate: 9 }, lasts: 2e9 },
    ],
    [
      'partition: { between: [a, b], for: 2s }',
      {
        kind: 'partition',
        between: [
          { nodes: [0, 2], external: false, controlPlane: false },
          { nodes: [1, 3], external: false, controlPlane: false },
        ],
        lasts: 2e9,
      },
    ],
    [
      'partition: { between: [[a, node-2], [control-plane, external]] }',
      {
        kind: 'partition',
        between: [
          { nodes: [0, 1, 2], external: false, controlPlane: false },
          { nodes: [], external: true, controlPlane: true },
        ],
        lasts: null,
      },
    ],
  ])('%s', (action, expected) => {
    const { timeline: actions } = planned(`{ at: 1s, ${action} }`);
    expect(actions).toEqual([{ at: 11e9, window: 1, ...expected }]);
  });

  it('opens a window for every action, for its own time, until it is done, or to the end', () => {
    const { windows } = planned(`
      { at: 1s, nodeDown: { node: node-1, for: 2s } },
      { at: 2s, nodeDown: { node: node-2, for: 90s } },
      { at: 3s, as: nodeDown-3, slowPod: { target: pod/shop-0, factor: 2 } },
      { at: 4s, nodeDown: { node: node-3 } },
      { at: 5s, drain: { node: node-4, for: 1s } },
      { at: 6s, drain: { node: node-4 } }`);
    expect(windows.slice(1)).toEqual([
      { name: 'nodeDown', from: 11e9, to: 13e9 },
      { name: 'nodeDown-2', from: 12e9, to: 70e9 },
      { name: 'nodeDown-3', from: 13e9, to: 70e9 },
      { name: 'nodeDown-4', from: 14e9, to: 70e9 },
      { name: 'drain', from: 15e9, to: 16e9 },
      { name: 'drain-2', from: null, to: null },
    ]);
  });

  it.each([
    ['[{ at: 1s, scale: { target: pod/shop-0, replicas: 1 } }]', 'pod/shop-0 cannot be scaled'],
    ['[{ at: 1s, rollout: { target: pod/shop-0 } }]', 'pod/shop-0 cannot be rolled out'],
    ['[{ at: 1s, deletePod: { target: deployment/shop } }]', '"pod" is required: which of them?'],
    ['[{ at: 1s, deletePod: { target: pod/shop-3 } }]', 'no pod "shop-3"; did you mean "shop-0"?'],
    ['[{ at: 1s, scale: { target: deployment/shp, replicas: 1 } }]', 'no deployment "shp"'],
    ['[{ at: 1s, as: all, deletePod: { target: pod/shop-0 } }]', '"all" is the whole measurement'],
    ['[{ at: 1s }]', 'names no action'],
    [
      '[{ at: 1s, kubeProxyRestart: { node: node-9, for: 5s } }]',
      'kubeProxyRestart.node: no node "node-9"; did you mean "node-1"?',
    ],
    ['[{ at: 1s, kubeProxyRestart: {} }]', 'kubeProxyRestart: "for" is required'],
    ['[{ at: 1s, nodeDown: {} }]', 'nodeDown: "node" is required'],
    ['[{ at: 1s, nodeDown: { node: nod-1 } }]', 'no node "nod-1"; did you mean "node-1"?'],
    ['[{ at: 1s, nodeDown: { node: node-1, for: 0s } }]', 'nodeDown.for: must be above 0s'],
    ['[{ at: 1s, zoneDown: { zone: c } }]', 'zoneDown.zone: no zone "c"'],
    ['[{ at: 1s, partition: { between: [a] } }]', 'partition.between'],
    ['[{ at: 1s, partition: { between: [a, eu] } }]', 'between[1]: no zone or node "eu"'],
    [
      '[{ at: 1s, partition: { between: [a, [b, node-1]] } }]',
      'partition.between: the two sides have a part in common',
    ],
    ['[{ at: 1s, slowPod: { target: pod/shop-0, factor: 0 } }]', 'slowPod.factor'],
    [
      '[{ at: 1s, setArrival: { client: wob, arrival: { poisson: { rate: 1/s } } } }]',
      'setArrival.client: no client "wob"; did you mean "web"?',
    ],
    [
      '[{ at: 1s, rolout: { target: deployment/shop } }]',
      'unknown field "rolout"; did you mean "rollout"?',
    ],
    [
      '[{ at: 1s, drain: { node: node-1 }, nodeDown: { node: node-1 } }]',
      'nodeDown and drain exclude each other',
    ],
    ['[{ at: 60s, deletePod: { target: pod/shop-0 } }]', 'after the end of the run'],
    [
      '[{ at: 1s, as: x, drain: { node: node-1 } }, { at: 2s, as: x, drain: { node: node-2 } }]',
      'timeline[1].as: two windows are named "x"',
    ],
  ])('%s', (entries, message) => {
    expect(problems(load(timeline(entries, NODES)))[0]).toContain(message);
  });

  it('says that no node has a zone', () => {
    const found = problems(load(timeline('[{ at: 1s, zoneDown: { zone: a } }]')));
    expect(found[0]).toContain('zoneDown: no node has a zone');
  });
});

describe('random faults', () => {
  it('wait for exponential times unless told otherwise, and open a window', () => {
    const { faults: all, windows } = loaded(
      faults(
        `
    - { nodeDown: { node: node-2 }, every: 20s, for: 2s }
    - { partition: { between: [a, b] }, every: { uniform: { min: 1s, max: 2s } }, for: 1s, as: split }
    - { deletePod: { target: deployment/shop }, every: 5s }`,
        NODES,
      ),
    ).base;
    expect(all).toMatchObject([
      {
        window: 1,
        every: { kind: 'exponential', mean: 20e9 },
        lasts: { kind: 'constant', value: 2e9 },
        actions: [{ kind: 'nodeDown', node: 1, lasts: null }],
      },
      { window: 2, every: { kind: 'uniform' }, actions: [{ kind: 'partition' }] },
      { window: 3, lasts: null, actions: [{ kind: 'deletePod', workload: 0, pod: null }] },
    ]);
    expect(windows.slice(1).map(({ name, from }) => [name, from])).toEqual([
      ['nodeDown', null],
      ['split', null],
      ['deletePod', null],
    ]);
  });

  it.each([
    ['{ nodeDown: {}, every: 20s, for: 2s }', 4],
    ['{ drain: {}, every: 20s, for: 2s }', 4],
    ['{ kubeProxyRestart: {}, every: 20s, for: 2s }', 4],
    ['{ zoneDown: {}, every: 20s, for: 2s }', 2],
    ['{ zoneDown: { zone: a }, every: 20s, for: 2s }', 1],
  ])('%s can be any of %i', (entry, count) => {
    expect(loaded(faults(`[${entry}]`, NODES)).base.faults[0]?.actions).toHaveLength(count);
  });

  it.each([
    ['[{ nodeDown: {}, for: 1s }]', '"every" is required'],
    ['[{ nodeDown: {}, every: 1s }]', '"for" is required: how long does one last?'],
    ['[{ rollout: { target: deployment/shop }, every: 1s, for: 1s }]', 'rollout takes no "for"'],
    ['[{ nodeDown: { for: 1s }, every: 1s, for: 1s }]', 'unknown field "for"'],
    ['[{ nodeDown: {}, every: 0s, for: 1s }]', 'faults[0].every'],
    ['[{ every: 1s, for: 1s }]', 'names no action'],
  ])('%s', (entries, message) => {
    expect(problems(load(faults(entries, NODES)))[0]).toContain(message);
  });
});

describe('both', () => {
  it('share the names of windows', () => {
    const text = scenario(`  warmUp: 10s${NODES}
  timeline: [{ at: 1s, nodeDown: { node: node-1, for: 1s } }]
  faults: [{ nodeDown: {}, every: 9s, for: 1s }]`);
    const { windows } = loaded(text).base;
    expect(windows.map(({ name }) => name)).toEqual(['all', 'nodeDown', 'nodeDown-2']);
  });
});
