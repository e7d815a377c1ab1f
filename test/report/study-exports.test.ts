/** Every form that a study is exported in: laws for all of them, then what each says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../src/contract/metrics.ts';
import type { Threshold } from '../../src/contract/plan.ts';
import { STUDY_EXPORTS } from '../../src/report/exports/formats.ts';
import type { StudyExport } from '../../src/report/exports/formats.ts';
import { latencyFiles } from '../../src/report/exports/hgrm.ts';
import { familyName } from '../../src/report/exports/prometheus-families.ts';
import { prometheusText } from '../../src/report/exports/prometheus-text.ts';
import { STUDY_REPORTERS } from '../../src/report/exports/study-reporters.ts';
import type { StudyReport } from '../../src/report/exports/study-reporters.ts';
import { thresholdChecks } from '../../src/report/exports/threshold-checks.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { concludeStudy } from '../../src/study/conclusion.ts';
import type { Study } from '../../src/study/study.ts';
import type { Judgement } from '../../src/study/thresholds.ts';
import { threshold } from '../study/small-plan.ts';
import { madeStudy } from './made-study.ts';

fc.configureGlobal({ seed: 42 });

/** A study whose scenario, variants and thresholds are called something else. */
function named(scenario: string, variants: readonly string[]): Study {
  const study = madeStudy();
  return {
    ...study,
    variants: study.variants.map(({ plan, runs }, index) => {
      const variant = variants[index]!;
      const thresholds = plan.thresholds.map((own) => ({ ...own, expr: `${own.expr}${scenario}` }));
      return {
        plan: { ...plan, scenario, variant, thresholds },
        runs: runs.map((run) => ({ ...run, scenario, variant })),
      };
    }),
  };
}

const reportOf = (study: Study): StudyReport => ({
  conclusion: concludeStudy(study, { compares: true }),
  file: 'scenario.yaml',
  reproduce: 'svcsim compare scenario.yaml --seed 42',
});

/** Each file of a format by its suffix. */
function written(format: StudyExport, report: StudyReport): ReadonlyMap<string, string> {
  const plans = report.conclusion.study.variants.map(({ plan }) => plan);
  return new Map(
    STUDY_REPORTERS[format]
      .files(plans)
      .map(({ suffix, pieces }) => [suffix, [...pieces(report)].join('')]),
  );
}

const only = (format: StudyExport, report: StudyReport): string =>
  [...written(format, report).values()].join('');

interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface ParsedFamily {
  readonly type: string;
  readonly help: string;
  readonly samples: ParsedSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const LABEL = String.raw`[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"`;
const VALUE = String.raw`[+-]?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Inf)|NaN`;

const unescape = (text: string): string =>
  text.replace(/\\([\\"n])/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter));

/**
 * The grammar of the text format, version 0.0.4, strictly: HELP and TYPE stand once, before the samples of their family; these stand
 * together, and no two of them are alike. Throws for anything else.
 */
function parsePrometheus(text: string): ReadonlyMap<string, ParsedFamily> {
  const families = new Map<string, ParsedFamily>();
  const seen = new Set<string>();
  let current = '';
  let help = '';
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (comment !== null) {
      const [, kind, name, rest] = comment;
      if (!new RegExp(`^${NAME}$`).test(name!)) throw new Error(`no name: ${name}`);
      if (kind === 'HELP') help = unescape(rest!);
      else {
        if (families.has(name!)) throw new Error(`${name} twice`);
        families.set(name!, { type: rest!, help, samples: [] });
        current = name!;
      }
      continue;
    }
    const sample = new RegExp(`^(${NAME})(?:\\{(${LABEL}(?:,${LABEL})*)\\})? (${VALUE})$`).exec(
      line,
    );
    if (sample === null) throw new Error(`not a sample: ${line}`);
    const [, name, list = '', value] = sample;
    const family = families.get(current)!;
    const own = family.type === 'summary' ? name!.replace(/_(?:sum|count)$/, '') : name;
    if (own !== current) throw new Error(`${name} among the samples of ${current}`);
    if (seen.has(`${name}{${list}}`)) throw new Error(`twice: ${line}`);
    seen.add(`${name}{${list}}`);
    const labels: Record<string, string> = {};
    for (const [, label, escaped] of list.matchAll(/([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"/g)) {
      if (label! in labels) throw new Error(`label ${label} twice`);
      labels[label!] = unescape(escaped!);
    }
    family.samples.push({ name: name!, labels, value: Number(value!.replace('Inf', 'Infinity')) });
  }
  return families;
}

describe.each(STUDY_EXPORTS)('the export %s', (format) => {
  it('writes the same bytes for the same study', () => {
    expect(written(format, reportOf(madeStudy()))).toEqual(written(format, reportOf(madeStudy())));
  });

  it('writes whole lines, no clock, and no path but the one that was typed', () => {
    for (const text of written(format, reportOf(madeStudy())).values()) {
      expect(text === '' || text.endsWith('\n')).toBe(true);
      expect(text).not.toMatch(/\b20\d\d-\d\d-\d\d|\d\d:\d\d:\d\d/);
      expect(text).not.toContain(process.cwd());
      expect(text).not.toMatch(/\b(?:undefined|\[object)/);
    }
  });

  it('takes any name, and gives files of different names', () => {
    const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(name, name, name, (scenario, first, second) => {
        const files = written(format, reportOf(named(scenario, [first, `${second}2`])));
        for (const [suffix, text] of files) {
          expect(suffix).toMatch(/^[\w.=-]*$/);
          expect(text).not.toContain('undefined');
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('Prometheus text', () => {
  const report = reportOf(madeStudy());
  const families = parsePrometheus(only('prometheus', report));
  const all = { scenario: 'small', variant: 'iptables', window: 'all' };

  it('keeps to the grammar whatever names there are, and gives them back', () => {
    // All of Unicode but halves of surrogate pairs, which UTF-8 does not have.
    const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(text, text, (scenario, variant) => {
        const study = named(scenario, [variant, `${variant}-`]);
        const info = parsePrometheus(only('prometheus', reportOf(study))).get(
          'svcsim_variant_info',
        );
        expect(info!.samples.map(({ labels }) => [labels['scenario'], labels['variant']])).toEqual([
          [scenario, variant],
          [scenario, `${variant}-`],
        ]);
      }),
      { numRuns: 50 },
    );
  });

  it('has latencies in seconds as a summary, with the population beside the quantiles', () => {
    const { type, samples } = families.get('svcsim_latency_seconds')!;
    expect(type).toBe('summary');
    const { figures } = report.conclusion;
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / values.length;
    const p99 = mean(figures[0]!.runs.map(({ values }) => values['latency.p99']!)) / 1e9;
    expect(samples).toContainEqual({
      name: 'svcsim_latency_seconds',
      labels: { ...all, quantile: '0.99' },
      value: expect.closeTo(p99, 12) as number,
    });
    // 1,000 requests in each of three replications.
    expect(samples).toContainEqual({
      name: 'svcsim_latency_seconds_count',
      labels: all,
      value: 3000,
    });
    const sum = samples.find(
      ({ name, labels }) => name.endsWith('_sum') && labels['variant'] === 'iptables',
    );
    const means = figures[0]!.runs.map(({ values }) => values['latency.mean']!);
    expect(sum!.value).toBeCloseTo((mean(means) * 3000) / 1e9, 9);
  });

  it('says how well a figure is known, in its own unit, and of how many replications it is', () => {
    const labels = { ...all, metric: 'latency.p99' };
    const [half] = families
      .get('svcsim_half_width_seconds')!
      .samples.filter((sample) => JSON.stringify(sample.labels) === JSON.stringify(labels));
    // 100, 101 and 102 ms at most: 1 ms between neighbours, t(2) = 4.303, √3.
    expect(half!.value).toBeGreaterThan(0.0023);
    expect(half!.value).toBeLessThan(0.0026);
    expect(families.get('svcsim_replications')!.samples).toContainEqual({
      name: 'svcsim_replications',
      labels,
      value: 3,
    });
  });

  it('judges thresholds: 1 where they hold, 0 where they do not or nothing was measured', () => {
    const own = families
      .get('svcsim_threshold_holds')!
      .samples.filter(({ labels }) => labels['variant'] === 'iptables')
      .map(({ labels, value }) => [labels['threshold'], labels['severity'], value]);
    expect(own).toEqual([
      ['latency.p99 < 90ms', 'Fail', 0],
      ['balance.maxOverMean < 1.5', 'Fail', 1],
      ['errors.ratio < 10%', 'Warn', 0],
    ]);
  });

  it('has a family of its own for each metric, named by the rules: base units, and no suffix of another type', () => {
    const names = METRICS.map(familyName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name).toMatch(/^svcsim_[a-z0-9]+(?:_[a-z0-9]+)*$/);
      expect(name).not.toMatch(/_(?:sum|count|bucket|total|info|ms|ns)$/);
    }
    expect(familyName({ name: 'pods.inFlight.mean.sum', unit: 'number' })).toBe(
      'svcsim_pods_in_flight_mean_summed',
    );
    expect(familyName({ name: 'errors.ratio', unit: 'ratio' })).toBe('svcsim_errors_ratio');
  });

  it('writes what is no number as the format has it', () => {
    const samples = [Infinity, -Infinity, NaN, 1e-9, 1e21].map((value) => ({
      suffix: '' as const,
      labels: {},
      value,
    }));
    const text = [...prometheusText([{ name: 'a', type: 'gauge', help: 'b\\\nc', samples }])].join(
      '',
    );
    expect(text).toBe(
      '# HELP a b\\\\\\nc\n# TYPE a gauge\na +Inf\na -Inf\na NaN\na 1e-9\na 1e+21\n',
    );
  });
});

describe('percentile distributions', () => {
  it('count every request of all replications, in milliseconds, to the largest', () => {
    const { conclusion } = reportOf(madeStudy());
    const files = written('hgrm', reportOf(madeStudy()));
    expect([...files.keys()]).toEqual(['-iptables', '-ipvs']);
    const rows = files
      .get('-iptables')!
      .split('\n')
      .filter((line) => /^ *\d/.test(line))
      .map((line) => line.trim().split(/ +/).map(Number));
    expect(rows.at(-1)!.slice(1, 3)).toEqual([1, 3000]);
    const pooled = new Histogram();
    for (const run of conclusion.study.variants[0]!.runs) {
      pooled.merge(Histogram.fromData(run.clients[0]!.latency));
    }
    for (const [value, percentile] of rows) {
      const exact = pooled.quantile(percentile!) / 1e6;
      expect(Math.abs(value! - exact)).toBeLessThan(0.02 * exact);
    }
  });

  it('have a file for all clients and one for each, and no two of one name', () => {
    const [{ plan }] = madeStudy().variants as [Study['variants'][number]];
    const client = plan.clients[0]!;
    const names = (variants: readonly string[], clients: readonly string[]): readonly string[] =>
      latencyFiles(
        variants.map((variant) => ({
          ...plan,
          variant,
          clients: clients.map((name) => ({ ...client, name })),
        })),
      ).map(({ suffix }) => suffix);
    expect(names(['base'], ['web'])).toEqual(['']);
    expect(names(['base'], ['web', 'batch'])).toEqual(['', '-web', '-batch']);
    expect(names(['a', 'a-b'], ['b', 'c'])).toEqual([
      '-a',
      '-a-b',
      '-a-c',
      '-a-b-2',
      '-a-b-b',
      '-a-b-c',
    ]);
    expect(names(['rate=1/s', 'RATE=1 s'], ['web'])).toEqual(['-rate=1-s', '-RATE=1-s-2']);
  });
});

describe('thresholds as checks', () => {
  const judged = (over: Partial<Judgement>, own: Partial<Threshold> = {}): Judgement => ({
    threshold: threshold('latency.p99 < 90ms', {
      metric: 'latency.p99',
      operator: '<',
      value: 90e6,
      ...own,
    }),
    status: 'Passed',
    holds: true,
    value: 80e6,
    estimate: { mean: 80e6, halfWidth: null, low: null, high: null, method: null, n: 1 },
    margin: -1 / 9,
    replicationsNeeded: null,
    neverOpened: false,
    ...over,
  });
  const checksOf = (...judgements: readonly Judgement[]): readonly (readonly string[])[] =>
    thresholdChecks({ suite: 's', judgements, reproduce: 'again', file: 'a.yaml' }).map(
      ({ name, status, message }) => [name, status, message],
    );

  it('pass, fail, or warn where they fail nothing', () => {
    expect(
      checksOf(
        judged({}),
        judged({ status: 'Failed', holds: false, value: 99e6, margin: 0.1 }, { client: 'web' }),
        judged({ status: 'Failed', holds: false, value: 99e6, margin: 0.1 }, { severity: 'Warn' }),
      ),
    ).toEqual([
      ['latency.p99 < 90ms', 'passed', '80ms, 11.1% below the limit'],
      ['latency.p99 < 90ms for web', 'failed', '80ms, over by 10.0%'],
      ['latency.p99 < 90ms (warns only)', 'warned', '80ms, over by 10.0%'],
    ]);
  });

  it('say what would decide, and fail by the mean', () => {
    const open = { status: 'Undecided', replicationsNeeded: 34 } as const;
    const message = '80ms, undecided; about 34 would decide';
    expect(checksOf(judged(open), judged({ ...open, holds: false }))).toEqual([
      ['latency.p99 < 90ms', 'warned', message],
      ['latency.p99 < 90ms (2)', 'failed', message],
    ]);
  });

  it('fail where nothing was measured', () => {
    const empty = { status: 'Empty', holds: false, value: null, estimate: null } as const;
    const [check] = checksOf(judged(empty));
    expect(check!.slice(1, 2)).toEqual(['failed']);
    expect(check![2]).toContain('nothing to measure');
  });
});
