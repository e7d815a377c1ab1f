/** spec.sweep and the flags that add to it: parameters, ranges, constraints, the goal; and what is wrong with them. */
import { describe, expect, it } from 'vitest';
import type { Sweep } from '../../src/contract/sweep.ts';
import type { Loaded } from '../../src/scenario/load.ts';
import { cel } from '../../src/scenario/sweep/constraints.ts';
import { numberOf, parseRange } from '../../src/scenario/sweep/values.ts';
import { load, problems, rendered, SHOP } from './memory-reader.ts';

/** A scenario with this sweep; its lines begin on line 9. */
const withSweep = (sweep: string): string => `apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: test }
spec:
  workloads: [{ target: deployment/shop, serviceTime: 10ms }]
  clients: [{ name: web, target: service/shop, arrival: { poisson: { rate: 10/s } } }]
  thresholds: [latency.p99 < 1s]
  sweep:
${sweep
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
${SHOP}`;

interface Flags {
  readonly parameters?: readonly string[];
  readonly goal?: string;
  readonly seed?: number;
  readonly set?: readonly string[];
}

function loadSweep(sweep: string, { seed, set, ...flags }: Flags = {}): Loaded {
  return load(
    withSweep(sweep),
    {},
    {
      sweep: { ...flags, constraints: cel },
      ...(seed === undefined ? {} : { seed }),
      ...(set === undefined ? {} : { set }),
    },
  );
}

function swept(sweep: string, flags: Flags = {}): Sweep {
  const result = loadSweep(sweep, flags);
  if (!result.ok) throw new Error(rendered(result));
  return result.scenario.sweep!;
}

const names = ({ points }: Sweep): string[] => points.map(({ name }) => name);

const REPLICAS =
  'parameters: { replicas: { path: "deployment/shop:spec.replicas", values: 2..4 } }';
const GRID = `parameters:
  rate: { path: "clients[web].arrival.poisson.rate", values: [100/s, 2/m..6/m step 2/m] }
  replicas: { path: "deployment/shop:spec.replicas", values: [8, 2..3] }`;

describe('a range', () => {
  it.each([
    ['6..9', ['6', '7', '8', '9']],
    ['6..12 step 2', ['6', '8', '10', '12']],
    ['6..11 step 2', ['6', '8', '10']],
    ['3..3', ['3']],
    ['0.1..0.4 step 0.1', ['0.1', '0.2', '0.3', '0.4']],
    ['1e3..3e3 step 1e3', ['1000', '2000', '3000']],
    ['100/s..300/s step 100/s', ['100/s', '200/s', '300/s']],
    ['30/m..2/s step 0.5/s', ['0.5/s', '1/s', '1.5/s', '2/s']],
    ['10ms..50ms step 20ms', ['10ms', '30ms', '50ms']],
    ['500ms..2s step 500ms', ['500ms', '1s', '1.5s', '2s']],
    ['1m30s..2m30s step 30s', ['1m30s', '2m', '2m30s']],
    ['0.1%..0.3% step 0.1%', ['0.1%', '0.2%', '0.3%']],
    ['100m..300m step 100m', ['100m', '200m', '300m']],
    ['64Mi..192Mi step 64Mi', ['64Mi', '128Mi', '192Mi']],
  ])('%s', (text, values) => {
    expect(parseRange(text)).toEqual({ ok: true, values });
  });

  it('has as many tenths as it should, though a tenth is no double', () => {
    for (let count = 1; count <= 1000; count += 1) {
      const range = parseRange(`0..${count / 10} step 0.1`);
      expect(range.ok && range.values.length).toBe(count + 1);
      expect(range.ok && range.values.at(-1)).toBe(String(count / 10));
    }
  });

  it.each([
    ['12..6', 'ends before it begins'],
    ['6..12 step 0', 'has a step of 0'],
    ['6..12 step -1', 'has a step of -1'],
    ['10ms..50ms', 'has a unit and no step'],
    ['10ms..50/s step 1ms', 'is not a range of one kind'],
    ['10x..50x step 1x', 'is not a range of one kind'],
    ['1..', 'is not a range'],
    ['0..1e9', 'has 1000000001 values'],
  ])('%s is none: %s', (text, message) => {
    const range = parseRange(text);
    expect(range.ok ? '' : range.message).toContain(message);
  });
});

describe('a value as a number', () => {
  it.each([
    ['9', false, 9],
    ['250ms', false, 0.25],
    ['90/m', false, 1.5],
    ['0.1%', false, 0.001],
    ['500m', false, 30_000],
    ['500m', true, 0.5],
    ['128Mi', false, 134_217_728],
    ['ipvs', false, null],
    ['true', false, null],
  ])('%s (a quantity: %j) is %j', (text, isQuantity, number) => {
    expect(numberOf(text, isQuantity)).toBe(number);
  });
});

describe('a sweep', () => {
  it('is the grid of its parameters, the last one fastest, each point planned', () => {
    const sweep = swept(GRID);
    expect(names(sweep)).toEqual(
      ['100/s', '2/m', '4/m', '6/m'].flatMap((rate) =>
        [8, 2, 3].map((replicas) => `rate=${rate}, replicas=${replicas}`),
      ),
    );
    const { plan, values } = sweep.points[4]!;
    expect(plan.variant).toBe('rate=2/m, replicas=2');
    expect(plan.workloads[0]!.pods).toHaveLength(2);
    expect(plan.clients[0]!.arrival).toEqual({ kind: 'poisson', rate: 2 / 60 });
    expect(values).toEqual([
      { text: '2/m', number: 2 / 60 },
      { text: '2', number: 2 },
    ]);
  });

  it('is not looked at where nobody asks for it, but for what the schema says', () => {
    const result = load(withSweep(REPLICAS.replace('2..4', '4..2')));
    expect(result.ok && result.scenario.sweep).toBeNull();
    expect(rendered(result)).toBe('');
    const misspelt = load(withSweep('parameter: {}'));
    expect(problems(misspelt)).toEqual([
      '9:5 error spec.sweep: unknown field "parameter"; did you mean "parameters"?',
    ]);
  });

  it('sets several paths together', () => {
    const sweep = swept(`parameters:
  time: { path: [duration, warmUp], values: [20s, 30s] }`);
    expect(sweep.points.map(({ plan }) => [plan.duration, plan.warmUp])).toEqual([
      [20e9, 20e9],
      [30e9, 30e9],
    ]);
  });

  it('takes values that are more than one word', () => {
    const sweep = swept(`parameters:
  time:
    path: workloads[0].serviceTime
    values: [10ms, { exponential: { mean: 10ms } }]`);
    expect(names(sweep)).toEqual(['time=10ms', 'time={"exponential":{"mean":"10ms"}}']);
    expect(sweep.points[1]!.plan.workloads[0]!.serviceTime).toMatchObject({ kind: 'exponential' });
  });

  it('takes other values and more parameters from flags', () => {
    const sweep = swept(REPLICAS, {
      parameters: ['replicas=5,7', 'proxy.mode=iptables,ipvs', 'clients[web].timeout=1s'],
      set: ['proxy.minSyncPeriod=5s'],
      seed: 9,
    });
    expect(names(sweep)).toEqual([
      'replicas=5, mode=iptables, timeout=1s',
      'replicas=5, mode=ipvs, timeout=1s',
      'replicas=7, mode=iptables, timeout=1s',
      'replicas=7, mode=ipvs, timeout=1s',
    ]);
    const { plan } = sweep.points[3]!;
    expect([plan.seed, plan.proxies[0]!.mode, plan.proxies[0]!.minSyncPeriod]).toEqual([
      9,
      'ipvs',
      5e9,
    ]);
  });

  it('tells paths with one end apart', () => {
    const parameters = [
      'deployment/shop:spec.replicas=2',
      'clients[web].replicas=3',
      'duration=5s',
    ];
    expect(names(swept(REPLICAS, { parameters: parameters.slice(1) }))[0]).toBe(
      'replicas=2, web_replicas=3, duration=5s',
    );
    expect(names(swept('parameters: {}', { parameters }))).toEqual([
      'replicas=2, web_replicas=3, duration=5s',
    ]);
  });

  it('has the goal of the file, or that of the flag', () => {
    expect(swept(`${GRID}\ngoal: min:replicas`).goal).toEqual({ direction: 'min', parameter: 1 });
    const goal = { direction: 'max', parameter: 0 };
    expect(swept(`${GRID}\ngoal: min:replicas`, { goal: 'max:rate' }).goal).toEqual(goal);
    expect(swept(GRID).goal).toBeNull();
  });
});

describe('a constraint', () => {
  const constrained = (constraint: string): string[] =>
    names(
      swept(`parameters:
  users: { path: "clients[web].replicas", values: [10, 20, 30] }
  replicas: { path: "deployment/shop:spec.replicas", values: 5..7 }
  mode: { path: proxy.mode, values: [iptables, ipvs] }
  pause: { path: warmUp, values: [500ms] }
${constraint}`),
    );

  it.each([
    ['constraint: replicas * 4 >= users', 3 * 2 + 3 * 2 + 0],
    ['constraint: replicas / 2 > 2.9', 3 * 2 * 2],
    ['constraint: replicas % 2 == 0', 3 * 2],
    ['constraint: mode == "ipvs" || users > 15', 3 + 2 * 6],
    ['constraint: users in [10.0, 30.0]', 12],
    ['constraint: pause * 12 >= replicas', 12],
    ['constraint: mode.startsWith("ip")', 18],
    ["constraint: 'replicas - 5 == users / 10 - 1'", 6],
    ['constraints: [users > 15, replicas > 5, mode != "ipvs"]', 4],
  ])('%s leaves %i points', (constraint, count) => {
    expect(constrained(constraint)).toHaveLength(count);
  });

  it('agrees with arithmetic on every point', () => {
    const expected: string[] = [];
    for (const users of [10, 20, 30]) {
      for (const replicas of [5, 6, 7]) {
        if (replicas * 4 - users / 3 < 17) continue;
        for (const mode of ['iptables', 'ipvs']) {
          expected.push(`users=${users}, replicas=${replicas}, mode=${mode}, pause=500ms`);
        }
      }
    }
    expect(constrained('constraint: replicas * 4 - users / 3 >= 17')).toEqual(expected);
  });
});

describe('what is wrong with a sweep has its place', () => {
  it.each([
    [
      `${REPLICAS}\nconstraint: replicas * 4`,
      '10:17 error spec.sweep.constraint: "replicas * 4": is double, and not true or false',
    ],
    [
      `${REPLICAS}\nconstraint: 1 < 2`,
      '10:17 error spec.sweep.constraint: "1 < 2": names no parameter; there are: replicas',
    ],
    [
      `${REPLICAS}\nconstraint: replcas > 3`,
      '10:17 error spec.sweep.constraint: "replcas > 3": no parameter "replcas"; did you mean "replicas"?',
    ],
    [
      `${REPLICAS}\nconstraints: ["replicas > 1", 'replicas > "a"']`,
      `10:36 error spec.sweep.constraints[1]: "replicas > "a"": no such overload: double > string`,
    ],
    [
      `${REPLICAS}\nconstraint: replicas >`,
      '10:27 error spec.sweep.constraint: "replicas >": unexpected token: EOF',
    ],
    [
      `${REPLICAS}\nconstraint: replicas > 30`,
      '10:17 error spec.sweep: no point of the grid (3) meets the constraints',
    ],
    [
      `${REPLICAS}\ngoal: replicas`,
      '10:11 error spec.sweep.goal: "replicas" is not a goal: min or max, ":", and a parameter',
    ],
    [
      `${REPLICAS}\ngoal: min:replica`,
      '10:11 error spec.sweep.goal: no parameter "replica"; did you mean "replicas"?',
    ],
    [
      'parameters: { mode: { path: proxy.mode, values: [iptables, ipvs] } }\ngoal: min:mode',
      '10:11 error spec.sweep.goal: "iptables" of mode is no number: none of its values is the smallest',
    ],
    [
      'parameters: { mode: { path: proxy.mode, values: [iptables, iptable] } }',
      '9:64 error spec.proxy.mode: "iptable" is not supported; did you mean "iptables"? (at mode=iptable)',
    ],
    [
      'parameters: { mode: { path: proxy.mod, values: [ipvs] } }',
      '9:33 error spec.proxy: unknown field "mod"; did you mean "mode"? (at mode=ipvs)',
    ],
    [
      'parameters: { r: { path: "deployment/shp:spec.replicas", values: 2..3 } }',
      '9:30 error spec.sweep.parameters.r: no deployment "shp"; did you mean "shop"? (at r=2)',
    ],
    [
      REPLICAS.replace('2..4', '[2, 3, 2..4]'),
      '9:78 error spec.sweep.parameters.replicas: "2" is there twice',
    ],
    [
      REPLICAS.replace('2..4', '4..2'),
      '9:78 error spec.sweep.parameters.replicas: "4..2" ends before it begins',
    ],
    [
      REPLICAS.replace('replicas:', 'in:'),
      '9:19 error spec.sweep.parameters.in: "in" cannot name a parameter',
    ],
    [
      'parameters: { mode: { path: proxy.mode, values: [] } }',
      '9:53 error spec.sweep.parameters.mode: there are no values',
    ],
    [
      'parameters: { mode: { path: proxy.mode } }',
      '9:19 error spec.sweep.parameters.mode: "values" is required',
    ],
    [
      'parameters: { duration: { path: duration, values: 1s..9999s step 1ms } }',
      '9:55 error spec.sweep.parameters.duration: "1s..9999s step 1ms" has 9998001 values',
    ],
    [
      'parameters: { duration: { path: duration, values: 1s..20000s step 1s } }',
      '9:19 error spec.sweep: 20000 points are to be simulated; the limit is 10000',
    ],
  ])('%s', (sweep, problem) => {
    expect(problems(loadSweep(sweep))).toContain(problem);
  });

  it.each([
    [['replcas=2'], '1:1 error no parameter "replcas"; did you mean "replicas"?'],
    [['replicas'], '1:1 error "replicas" is not name=values'],
    [['replicas=9..6'], '1:10 error -P: "9..6" ends before it begins'],
    [['replicas=two'], expect.stringContaining('(at replicas=two)') as string],
    [
      ['proxy.mode=ipvs,iptable'],
      expect.stringContaining('(at replicas=2, mode=iptable)') as string,
    ],
  ])('-P %j', (parameters, problem) => {
    expect(problems(loadSweep(REPLICAS, { parameters }))).toContainEqual(problem);
  });

  it('names the first point only of what is wrong with many', () => {
    const found = problems(
      loadSweep(`parameters:
  replicas: { path: "deployment/shop:spec.replicas", values: 2..4 }
  mode: { path: proxy.mode, values: [iptables, iptable] }`),
    );
    expect(found).toHaveLength(1);
  });
});
