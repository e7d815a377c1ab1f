import { decodeFromCompressedBase64 } from 'hdr-histogram-js';
import { describe, expect, it } from 'vitest';
import { ERROR_CAUSES } from '../../src/contract/plan.ts';
import { LATENCY_PARTS } from '../../src/contract/result.ts';
import { csvChunks } from '../../src/report/files/csv.ts';
import { encodeHistogram } from '../../src/report/files/histogram-encoding.ts';
import { resultJsonChunks } from '../../src/report/files/result-json.ts';
import { planDigest } from '../../src/study/plan-digest.ts';
import { EXPORT_TABLES, TABLES } from '../../src/report/files/tables.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { concludeStudy } from '../../src/study/conclusion.ts';
import { studyFingerprint } from '../../src/study/fingerprint.ts';
import type { Study } from '../../src/study/study.ts';
import { smallPlan } from '../study/small-plan.ts';
import { madeStudy } from './made-study.ts';

const RUN = 'scenario,variant,replication,seed';

/** The columns that are promised, in their order. */
const PROMISED: Readonly<Record<string, string>> = {
  summary: `${RUN},window,client,requests,succeeded,errors,error_ratio,throughput_rps,latency_ms_mean,latency_ms_p50,latency_ms_p90,latency_ms_p95,latency_ms_p99,latency_ms_p999,latency_ms_max,attempts_per_request,calls_per_request`,
  balance: `${RUN},window,service,pods,requests,max_over_mean,min_over_mean,cv,jain,chi_square,p_value`,
  pods: `${RUN},window,service,pod,node,zone,requests,share,fair_share,connections,in_flight_mean,in_flight_max,queue_ms_mean,latency_ms_p99,utilisation,ready_s`,
  errors: `${RUN},window,client,cause,count`,
  failures: `${RUN},window,client,cause,reason,retry,count`,
  breakdown: 'scenario,variant,client,band,part,mean_ms,share',
  timeline: `${RUN},at_s,requests,errors,latency_ms_p50,latency_ms_p99,ready_pods`,
  stale: `${RUN},window,node,zone,pods,stale_ms_mean,stale_ms_max,stale_ms_total`,
  rollouts: `${RUN},rollout,workload,namespace,window,started_s,completed_s,deadline_exceeded,requests,lost,lost_late,unfinished,${ERROR_CAUSES.join(',')}`,
  connections:
    'scenario,variant,replication,connection,client,client_ip,client_port,node,service,opened_ms,closed_ms,verdict,pod,endpoint,requests',
  requests:
    'scenario,variant,replication,request,client,node,pod,issued_ms,latency_ms,outcome,attempts,dns_ms,pool_ms,connect_ms,proxy_ms,network_ms,queue_ms,service_ms,calls_ms,retry_ms',
};

const study = madeStudy();
const csv = (name: string, of: Study = study): string => {
  const table = [...TABLES, ...EXPORT_TABLES].find((candidate) => candidate.name === name)!;
  return [...csvChunks(table, of)].join('');
};
const rowsOf = (text: string): Record<string, string>[] => {
  const [head, ...rows] = text.trimEnd().split('\n');
  const names = head!.split(',');
  return rows.map((row) =>
    Object.fromEntries(row.split(',').map((cell, at) => [names[at]!, cell])),
  );
};

describe('CSV files', () => {
  it.each(Object.entries(PROMISED))('%s.csv has the promised columns', (name, header) => {
    expect(csv(name).split('\n')[0]).toBe(header);
  });

  it.each(Object.keys(PROMISED))(
    '%s.csv ends every line with LF, and each has every column',
    (name) => {
      const text = csv(name);
      expect(text.endsWith('\n')).toBe(true);
      expect(text).not.toContain('\r');
      const lines = text.trimEnd().split('\n');
      const width = lines[0]!.split(',').length;
      for (const line of lines) expect(line.split(',')).toHaveLength(width);
    },
  );

  it.each([
    ['summary', 2 * 3 * 2],
    ['balance', 2 * 3 * 2],
    ['pods', 2 * 3 * 2 * 5],
    ['errors', 2 * 3 * 2],
    ['breakdown', 2 * 5 * 9],
    ['timeline', 2 * 3 * 2],
    ['connections', 2 * 3],
    ['requests', 2 * 3],
  ])('%s.csv has a row for each of what it is about', (name, rows) => {
    expect(rowsOf(csv(name))).toHaveLength(rows);
  });

  it('leave cells empty where nothing was measured', () => {
    const empty = rowsOf(csv('summary')).filter(({ window }) => window === 'rollout');
    expect(empty).toHaveLength(6);
    for (const row of empty) {
      expect(row['requests']).toBe('0');
      expect(row['error_ratio']).toBe('');
      expect(row['latency_ms_p99']).toBe('');
    }
    const pods = rowsOf(csv('pods')).filter(({ window }) => window === 'rollout');
    for (const { share, fair_share } of pods) expect([share, fair_share]).toEqual(['', '0.200000']);
  });

  it('shares of a Service add up to one, and so do fair shares', () => {
    const rows = rowsOf(csv('pods')).filter(
      (row) => row['window'] === 'all' && row['replication'] === '0' && row['variant'] === 'ipvs',
    );
    const sum = (name: string): number => rows.reduce((all, row) => all + Number(row[name]), 0);
    expect(sum('share')).toBeCloseTo(1, 5);
    expect(sum('fair_share')).toBeCloseTo(1, 5);
  });

  it('breakdown.csv: shares of a band add up to one, and an empty band has none', () => {
    const rows = rowsOf(csv('breakdown')).filter(({ variant }) => variant === 'iptables');
    const shares = (band: string): string[] =>
      rows.filter((row) => row['band'] === band).map((row) => row['share']!);
    const whole = shares('p50-p90').reduce((sum, share) => sum + Number(share), 0);
    expect(whole).toBeCloseTo(1, 5);
    expect(shares('p99.9-p100')).toEqual(LATENCY_PARTS.map(() => ''));
  });

  it('quote as RFC 4180 says', () => {
    const [variant] = study.variants;
    const odd = {
      variants: [
        {
          ...variant!,
          runs: variant!.runs.slice(0, 1).map((run) => ({ ...run, scenario: 'a,"b"\nc' })),
        },
      ],
      partial: false,
    };
    expect(csv('balance', odd)).toContain('"a,""b""\nc",iptables,0,');
  });
});

describe('result.json', () => {
  const text = [
    ...resultJsonChunks(concludeStudy(study, { compares: true }), encodeHistogram),
  ].join('');
  const document = JSON.parse(text) as {
    partial: boolean;
    fingerprint: string;
    variants: {
      planDigest: string;
      thresholds: { status: string; expr: string; low: number | null; high: number | null }[];
      runs: Record<string, Record<string, unknown>[]>[];
    }[];
  };

  it('holds every row of every file, with the same values', () => {
    for (const name of [
      'summary',
      'balance',
      'pods',
      'errors',
      'failures',
      'timeline',
      'stale',
      'rollouts',
    ]) {
      const rows = rowsOf(csv(name));
      const held = document.variants.flatMap(({ runs }) => runs.flatMap((run) => run[name]!));
      expect(held).toHaveLength(rows.length);
      for (const [index, row] of held.entries()) {
        for (const [column, value] of Object.entries(row)) {
          const cell = rows[index]![column]!;
          expect(value, `${name} ${column}`).toEqual(
            value === null ? null : typeof value === 'number' ? Number(cell) : cell,
          );
          if (value === null) expect(cell).toBe('');
        }
      }
    }
  });

  it('tells network programming latency by window', () => {
    const [all, rollout] = document.variants[0]!.runs[0]!['networkProgramming']!;
    expect(all).toMatchObject({ window: 'all', changes: 7, pending: 1, ms_max: 900 });
    expect(rollout).toMatchObject({ window: 'rollout', changes: 0, pending: 0, ms_p99: null });
  });

  it('says what it is', () => {
    expect(Object.keys(document)).toEqual([
      'schemaVersion',
      'modelVersion',
      'scenario',
      'question',
      'partial',
      'seed',
      'replications',
      'fingerprint',
      'warm_up_ms',
      'duration_ms',
      'histogramEncoding',
      'precision',
      'short_warm_ups',
      'short_runs',
      'comparison',
      'variants',
    ]);
    expect(document.partial).toBe(false);
    expect(document.fingerprint).toBe(studyFingerprint(study));
  });

  it('keeps thresholds with their outcome, its interval and what would decide', () => {
    const { thresholds } = document.variants[0]!;
    expect(thresholds.map(({ status }) => status)).toEqual(['Failed', 'Undecided', 'Empty']);
    const [failed, undecided, empty] = thresholds;
    expect(failed).toMatchObject({ holds: false, replications: 3, replications_needed: null });
    expect(undecided).toMatchObject({ holds: true, limit: 1.5, replications_needed: 4 });
    expect(undecided!.low).toBeLessThan(1.5);
    expect(undecided!.high).toBeGreaterThan(1.5);
    expect(empty).toMatchObject({ holds: false, replications: 0, value: null, low: null });
  });

  it('has a digest of the plan that no seed changes, but everything else does', () => {
    const digest = planDigest(smallPlan());
    expect(planDigest(smallPlan({ seed: 7, replications: 9 }))).toBe(digest);
    expect(planDigest(smallPlan({ rate: 181 }))).not.toBe(digest);
  });

  it('is the same for the same study, and has another fingerprint for another', () => {
    expect(
      [...resultJsonChunks(concludeStudy(madeStudy(), { compares: true }), encodeHistogram)].join(
        '',
      ),
    ).toBe(text);
    expect(studyFingerprint(madeStudy(2))).not.toBe(studyFingerprint(study));
  });
});

describe('encoded histograms', () => {
  it('are read by HdrHistogram with every count, and quantiles within half a bucket', () => {
    const own = new Histogram();
    for (let i = 1; i <= 20_000; i += 1) own.record(i * i * 7);
    const decoded = decodeFromCompressedBase64(encodeHistogram(own.toData()));
    expect(decoded.totalCount).toBe(20_000);
    for (const percentile of [10, 50, 90, 99, 99.9]) {
      const ours = own.quantile(percentile / 100);
      const theirs = decoded.getValueAtPercentile(percentile);
      // Half of our bucket (2^-7) and a three-digit bucket of theirs.
      expect(Math.abs(theirs / ours - 1)).toBeLessThan(2 ** -8 + 1e-3);
    }
  });

  it('work for no value, and for a single one of any size', () => {
    const none = decodeFromCompressedBase64(encodeHistogram(new Histogram().toData()));
    expect(none.totalCount).toBe(0);
    for (const value of [1, 1000, 2 ** 46 + 1]) {
      const one = new Histogram();
      one.record(value);
      const decoded = decodeFromCompressedBase64(encodeHistogram(one.toData()));
      expect(decoded.totalCount).toBe(1);
      // A bucket of three digits is at most a thousandth wide.
      expect(Math.abs(decoded.getValueAtPercentile(50) / value - 1)).toBeLessThan(1e-3);
    }
  });
});
