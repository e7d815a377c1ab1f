/**
 * The scenarios that come with the simulator answer their questions: one replication of each variant, and
 * what the comment of the file says of it. The margins are wide: a run of one seed decides them by far.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/contract/result.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { LoadedScenario } from '../../src/scenario/load.ts';
import { cel } from '../../src/scenario/sweep/constraints.ts';
import { Histogram } from '../../src/stats/histogram.ts';
import { simulate } from '../../src/world/simulate.ts';

const folder = new URL('../../scenarios/', import.meta.url).pathname;

function load(name: string): LoadedScenario {
  const reader = {
    read: (path: string) => readFileSync(join(folder, path), 'utf8'),
    resolve: (_from: string, relative: string) => relative,
  };
  const loaded = loadScenario(`${name}.yaml`, reader, { sweep: { constraints: cel } });
  if (!loaded.ok) throw new Error(`${name} does not load`);
  expect(loaded.warnings.map(({ message }) => message)).toEqual([]);
  return loaded.scenario;
}

/** A run of each variant, by its name. */
function runs(name: string): (variant: string) => RunResult {
  const { variants } = load(name);
  const results = new Map(variants.map((plan) => [plan.variant, simulate(plan, plan.seed)]));
  return (variant) => results.get(variant)!;
}

/** The share of requests that fail in a window. */
function errors({ clients }: RunResult, window: string = 'all'): number {
  const met = clients.filter((client) => client.window === window);
  const sum = (pick: (client: (typeof met)[number]) => number): number =>
    met.reduce((total, client) => total + pick(client), 0);
  return 1 - sum(({ succeeded }) => succeeded) / sum(({ requests }) => requests);
}

function p99({ clients }: RunResult, window: string = 'all'): number {
  const { latency } = clients.find((client) => client.window === window)!;
  return Histogram.fromData(latency).quantile(0.99) / 1e6;
}

describe('every scenario', () => {
  const names = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  it.each(names)('%s asks a question and loads without a warning', (file) => {
    const { question, variants, sweep } = load(file.replace('.yaml', ''));
    expect(question).toMatch(/\?$/);
    expect(Math.max(variants.length, sweep?.points.length ?? 0)).toBeGreaterThan(1);
  });
});

describe('what the scenarios show', () => {
  it('rolling-update: a preStop sleep longer than every lag loses nothing', () => {
    const run = runs('rolling-update');
    expect(errors(run('no-prestop'), 'rollout')).toBeGreaterThan(0.003);
    expect(errors(run('prestop-5s'))).toBeLessThan(errors(run('no-prestop')) / 2);
    expect(errors(run('prestop-15s'))).toBe(0);
    for (const variant of ['no-prestop', 'prestop-5s', 'prestop-15s']) {
      expect(run(variant).rollouts).toMatchObject([{ workload: 'deployment/checkout' }]);
    }
  });

  it('probe-tuning: a faster probe takes a pod that hangs out sooner', () => {
    const run = runs('probe-tuning');
    const [none, slow, fast] = ['none', 'default', 'fast'].map((name) => errors(run(name), 'hang'));
    expect(none).toBeGreaterThan(1.3 * slow!);
    expect(slow).toBeGreaterThan(2 * fast!);
  });

  it('crash-loop: minReadySeconds keeps a revision that crashes from taking over', () => {
    const run = runs('crash-loop');
    expect(errors(run('minReadySeconds-0'))).toBeGreaterThan(0.05);
    expect(errors(run('minReadySeconds-45'))).toBeLessThan(0.001);
  });

  it('cpu-throttling: the tail grows long before the limit is used up', () => {
    const run = runs('cpu-throttling');
    expect(p99(run('limit-500m'))).toBeGreaterThan(2 * p99(run('no-limit')));
    expect(p99(run('limit-300m'))).toBeGreaterThan(2 * p99(run('limit-500m')));
  });

  it('slow-pod: least connections and kept connections send it less', () => {
    const run = runs('slow-pod');
    for (const variant of ['ipvs-lc', 'iptables-keepalive']) {
      expect(p99(run('iptables'), 'slow')).toBeGreaterThan(5 * p99(run(variant), 'slow'));
    }
    expect(p99(run('ipvs-rr'), 'slow')).toBeGreaterThan(1000);
  });

  it('overload-collapse: liveness probes make it worse, a short queue saves it', () => {
    const run = runs('overload-collapse');
    expect(errors(run('liveness-1s'))).toBeGreaterThan(1.2 * errors(run('no-liveness')));
    expect(errors(run('no-liveness'))).toBeGreaterThan(3 * errors(run('short-queue')));
  });

  it('autoscaling-surge: replicas beforehand are the only ones in time, and 80 % is too late', () => {
    const run = runs('autoscaling-surge');
    expect(errors(run('min-20'))).toBe(0);
    expect(errors(run('cpu-50'))).toBeGreaterThan(0.01);
    expect(errors(run('cpu-80'))).toBeGreaterThan(3 * errors(run('cpu-50')));
  });

  it('node-failure: for as long as the node controller waits, a quarter of connections fail', () => {
    const run = runs('node-failure');
    const share = errors(run('default'), 'down');
    // 2 of 8 pods, of which 40 to 55 s of 120 s go by before the rules know.
    expect(share).toBeGreaterThan(0.25 * (35 / 120));
    expect(share).toBeLessThan(0.25 * (55 / 120));
    expect(errors(run('grace-20s'), 'down')).toBeLessThan(0.7 * share);
    expect(errors(run('one-retry'), 'down')).toBeLessThan(0.4 * share);
  });

  it('zone-loss: with PreferSameZone the other zones feel nothing', () => {
    const run = runs('zone-loss');
    expect(errors(run('everywhere'), 'lost')).toBeGreaterThan(0.05);
    expect(errors(run('prefer-same-zone'), 'lost')).toBeLessThan(0.01);
  });

  it('session-affinity: few addresses share unevenly, and new pods wait for new ones', () => {
    const run = runs('session-affinity');
    /** Requests of the pods of the start, and of those of the scale-up. */
    const shares = (variant: string): readonly [hottest: number, fresh: number] => {
      const pods = run(variant).pods.filter(({ window }) => window === 'all');
      const sum = pods.reduce((total, { requests }) => total + requests, 0);
      const fresh = pods.slice(6).reduce((total, { requests }) => total + requests, 0);
      return [Math.max(...pods.map(({ requests }) => requests)) / sum, fresh / sum];
    };
    expect(shares('ClientIP')[0]).toBeGreaterThan(1.5 / 6);
    expect(shares('None')[0]).toBeLessThan(1.1 / 6);
    expect(shares('ClientIP-600-clients')[1]).toBeLessThan(0.01);
    // Ready for half of the time: 4 of 10 pods.
    expect(shares('None')[1]).toBeGreaterThan(0.15);
    expect(shares('ClientIP-600-clients-1s')[1]).toBeGreaterThan(0.15);
  });

  it('grpc-pinning: balancing by the client is even, and only new connections bring new pods in', () => {
    const run = runs('grpc-pinning');
    /** The hottest pod's part of the requests, and that of the pods of the scale-up. */
    const shares = (variant: string): readonly [hottest: number, fresh: number] => {
      const met = run(variant).pods.filter(
        ({ window, requests }) => window === 'all' && requests > 0,
      );
      const sum = (pods: typeof met): number =>
        pods.reduce((total, { requests }) => total + requests, 0);
      const fresh = met.filter(({ pod }) => /-[6-9]$/.test(pod));
      return [Math.max(...met.map(({ requests }) => requests)) / sum(met), sum(fresh) / sum(met)];
    };
    expect(shares('ClusterIP')[0]).toBeGreaterThan(1.5 / 6);
    expect(shares('ClusterIP')[1]).toBe(0);
    expect(shares('round_robin')[0]).toBeLessThan(1.01 / 6);
    expect(shares('round_robin')[1]).toBe(0);
    expect(shares('round_robin-maxAge')[1]).toBeGreaterThan(0.1);
    expect(shares('ClusterIP-maxAge')[1]).toBeGreaterThan(0.1);
    // Ready for two thirds of the time: 4 of 10 pods.
    for (const variant of ['sidecar', 'ambient-waypoint']) {
      expect(shares(variant)[0]).toBeLessThan(0.14);
      expect(shares(variant)[1]).toBeGreaterThan(0.22);
    }
    expect(shares('ambient')[0]).toBeGreaterThan(1.5 / 6);
    expect(shares('ambient')[1]).toBe(0);
    const p50 = (variant: string): number =>
      Histogram.fromData(run(variant).clients[0]!.latency).quantile(0.5);
    expect(p50('sidecar')).toBeGreaterThan(1.03 * p50('round_robin'));
    expect(p50('ambient-waypoint')).toBeGreaterThan(1.1 * p50('sidecar'));
  });

  it('retry-storm: retries multiply by level, and only those at every level outlast the fault', () => {
    const run = runs('retry-storm');
    /** Tries that reach for the database, per request of the callers from outside. */
    const amplification = (variant: string, window: string): number => {
      const of = (name: string): RunResult['clients'][number] =>
        run(variant).clients.find((met) => met.client === name && met.window === window)!;
      return of('backend->database').attempts / of('web').requests;
    };
    /** Of the callers from outside. */
    const failed = (variant: string, window: string): number => {
      const web = run(variant).clients.find(
        (met) => met.client === 'web' && met.window === window,
      )!;
      return 1 - web.succeeded / web.requests;
    };
    // (1 + 2 retries)^3 levels, once every request fails.
    expect(amplification('everywhere', 'afterwards')).toBeGreaterThan(20);
    expect(amplification('everywhere', 'afterwards')).toBeLessThanOrEqual(27);
    expect(amplification('at-the-edge', 'slow')).toBeLessThanOrEqual(3);
    expect(amplification('budget', 'slow')).toBeLessThan(1.1 ** 3 + 0.1);
    expect(failed('everywhere', 'afterwards')).toBeGreaterThan(0.5);
    for (const cure of ['at-the-edge', 'budget', 'circuit-breaker', 'deadline', 'short-queue']) {
      expect(failed(cure, 'slow')).toBeGreaterThan(0.5);
      expect(failed(cure, 'afterwards')).toBeLessThan(0.01);
    }
  });

  it('microservices: what is slow at the bottom is felt at the top, the mode of kube-proxy is not', () => {
    const run = runs('microservices');
    const of = (variant: string, client: string): RunResult['clients'][number] =>
      run(variant).clients.find((met) => met.client === client && met.window === 'all')!;
    const p99Of = (variant: string, client: string = 'browsers'): number =>
      Histogram.fromData(of(variant, client).latency).quantile(0.99);
    // A page asks the cart once and the catalogue once, which asks the database twice for three pages of ten.
    const pages = of('iptables', 'browsers').requests;
    expect(of('iptables', 'cart->database').requests / pages).toBeCloseTo(1, 2);
    expect(of('iptables', 'catalogue->database').requests / pages).toBeCloseTo(0.6, 1);
    expect(p99Of('ipvs') / p99Of('iptables')).toBeCloseTo(1, 1);
    expect(p99Of('slow-database')).toBeGreaterThan(1.1 * p99Of('iptables'));
    expect(p99Of('in-turn')).toBeGreaterThan(1.05 * p99Of('iptables'));
    expect(p99Of('pool-1')).toBeGreaterThan(1.3 * p99Of('iptables'));
    expect(p99Of('pool-1', 'cart->database')).toBeGreaterThan(
      2 * p99Of('iptables', 'cart->database'),
    );
  });

  it('ingress-backend: a proxy that picks for each request is even, Local shares by nodes', () => {
    const run = runs('ingress-backend');
    const hottest = (variant: string): number => {
      const pods = run(variant).pods.filter(
        ({ window, pod }) => window === 'all' && pod.startsWith('backend'),
      );
      const sum = pods.reduce((total, { requests }) => total + requests, 0);
      return (Math.max(...pods.map(({ requests }) => requests)) / sum) * pods.length;
    };
    expect(hottest('Ingress')).toBeGreaterThan(1.25);
    expect(hottest('Ingress-round_robin')).toBeLessThan(1.02);
    expect(hottest('Ingress-least_request')).toBeLessThan(1.1);
    // Two nodes of one pod, two of two: half as much again as six pods of a share.
    expect(hottest('LoadBalancer-Local')).toBeGreaterThan(1.3);
    expect(hottest('LoadBalancer')).toBeLessThan(1.3);
    const p50 = (variant: string): number =>
      Histogram.fromData(run(variant).clients[0]!.latency).quantile(0.5);
    expect(p50('LoadBalancer-Local')).toBeLessThan(p50('LoadBalancer'));
  });

  it('dns-ndots: a name that is tried with each suffix takes four times the queries', () => {
    const run = runs('dns-ndots');
    const perLookup = (variant: string): number => {
      const { queries, lookups } = run(variant).totals.dns;
      return queries / lookups;
    };
    // Three suffixes and the name itself, for A and AAAA.
    expect(perLookup('ndots-5')).toBeCloseTo(8, 1);
    expect(perLookup('ndots-2')).toBeCloseTo(2, 1);
    expect(perLookup('trailing-dot')).toBeCloseTo(2, 1);
    expect(p99(run('ndots-5'))).toBeGreaterThan(1.5 * p99(run('ndots-2')));
    expect(p99(run('answers-kept'))).toBeLessThan(p99(run('ndots-2')));
  });

  it('database-pool: one connection a pod waits in vain, none but those of a request fail', () => {
    const run = runs('database-pool');
    const p50 = (variant: string): number =>
      Histogram.fromData(run(variant).clients[0]!.latency).quantile(0.5);
    expect(p50('pool-1')).toBeGreaterThan(1.2 * p50('pool-4'));
    expect(p50('pool-16')).toBeGreaterThan(0.95 * p50('pool-4'));
    expect(errors(run('pool-16'))).toBe(0);
    expect(errors(run('per-request'), 'burst')).toBeGreaterThan(0.05);
  });

  it('capacity-rate: what more pods bear grows faster than their number', () => {
    const points = new Map(
      load('capacity-rate').sweep!.points.map(({ name, plan }) => [name, plan]),
    );
    const at = (pods: number, rate: number): number => {
      const plan = points.get(`pods=${pods}, rate=${rate}/s`)!;
      return p99(simulate(plan, plan.seed));
    };
    // Of 800/s they bear less than seven eighths; of twice as much, more than two thirds.
    expect(at(4, 500)).toBeLessThan(120);
    expect(at(4, 700)).toBeGreaterThan(120);
    expect(at(8, 1100)).toBeLessThan(120);
    expect(at(8, 1300)).toBeGreaterThan(120);
  });

  it('capacity-replicas: what chance costs falls as the service grows', () => {
    const points = new Map(
      load('capacity-replicas').sweep!.points.map(({ name, plan }) => [name, plan]),
    );
    const at = (loadNow: number, replicas: number): number => {
      const plan = points.get(`load=${loadNow}/s, replicas=${replicas}`)!;
      return p99(simulate(plan, plan.seed));
    };
    // M/M/4 per pod: two thirds busy keep the limit, eight tenths are beyond it.
    expect(at(400, 3)).toBeLessThan(120);
    expect(at(800, 5)).toBeGreaterThan(120);
    expect(at(800, 6)).toBeLessThan(120);
    expect(at(1200, 7)).toBeGreaterThan(120);
    expect(at(1200, 9)).toBeLessThan(120);
  });
});
