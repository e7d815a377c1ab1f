/** Defences of clients: from how they are written to the plan, and what is refused. */
import { describe, expect, it } from 'vitest';
import type { PlannedClient } from '../../src/contract/plan.ts';
import { load, problems, scenario, SHOP } from './memory-reader.ts';

const set = (...fields: string[]) =>
  load(scenario('', SHOP), {}, { set: fields.map((field) => `clients[web].${field}`) });

const planned = (...fields: string[]): PlannedClient => {
  const result = set(...fields);
  if (!result.ok) throw new Error(problems(result).join('\n'));
  return result.scenario.base.clients[0]!;
};

describe('a circuit breaker', () => {
  it('is as resilience4j has it, where nothing else is said', () => {
    expect(planned('circuitBreaker={}').circuitBreaker).toEqual({
      failureRate: 0.5,
      slowCall: null,
      window: { kind: 'requests', requests: 100 },
      minimumRequests: 100,
      open: 60e9,
      halfOpenRequests: 10,
    });
  });

  it('has a window of tries, or of whole seconds', () => {
    const written =
      'circuitBreaker={failureRate: 20%, slowCall: {longerThan: 1s, rate: 0.8}, window: 10s, minimumRequests: 20, open: 30s, halfOpenRequests: 5}';
    expect(planned(written).circuitBreaker).toEqual({
      failureRate: 0.2,
      slowCall: { longerThan: 1e9, rate: 0.8 },
      window: { kind: 'time', seconds: 10 },
      minimumRequests: 20,
      open: 30e9,
      halfOpenRequests: 5,
    });
  });

  it.each([
    ['circuitBreaker={window: 1500ms}', 'must be whole seconds, from 1s to 1h'],
    ['circuitBreaker={window: 2h}', 'must be whole seconds, from 1s to 1h'],
    ['circuitBreaker={failureRate: 0}', 'must be above 0'],
    ['circuitBreaker={slowCall: {longerThan: 1s, rate: 0%}}', 'must be above 0'],
    ['circuitBreaker={open: 0s}', 'must be above 0s'],
    ['circuitBreaker={window: {requests: 5}, minimumRequests: 6}', 'it decides with 5'],
    ['circuitBreaker={window: ten}', '"ten" is not a duration'],
  ])('%s: %s', (written, complaint) => {
    expect(problems(set(written)).join('\n')).toContain(complaint);
  });
});

describe('a concurrency limit', () => {
  it('is a number, or finds itself', () => {
    expect(planned('concurrencyLimit={max: 50, queue: 20}').concurrencyLimit).toEqual({
      limit: { kind: 'fixed', max: 50 },
      queue: 20,
    });
    expect(planned('concurrencyLimit={aimd: {}}').concurrencyLimit).toEqual({
      limit: { kind: 'aimd', initial: 20, min: 20, max: 200, backoffRatio: 0.9, timeout: 5e9 },
      queue: 0,
    });
    // Bounds that are left out keep out of the way.
    expect(planned('concurrencyLimit={gradient2: {max: 10}}').concurrencyLimit!.limit).toEqual({
      kind: 'gradient2',
      initial: 10,
      min: 10,
      max: 10,
      rttTolerance: 1.5,
      smoothing: 0.2,
      longWindow: 600,
      queueSize: 4,
    });
  });

  it.each([
    ['concurrencyLimit={queue: 5}', 'is without a limit'],
    ['concurrencyLimit={max: 5, aimd: {}}', 'max and aimd exclude each other'],
    ['concurrencyLimit={max: 0}', 'max: 0 must be'],
    ['concurrencyLimit={aimd: {backoffRatio: 1}}', 'must be below 1'],
    ['concurrencyLimit={aimd: {min: 30, max: 20}}', 'must be at most max (20)'],
    ['concurrencyLimit={aimd: {initial: 300, max: 200}}', 'must be between 20 and 200'],
  ])('%s: %s', (written, complaint) => {
    expect(problems(set(written)).join('\n')).toContain(complaint);
  });
});

describe('hedged requests', () => {
  it('are two tries, each with a service time of its own, unless more is said', () => {
    expect(planned('hedge={after: 20ms}').hedge).toEqual({
      maxAttempts: 2,
      after: 20e6,
      nonFatal: ['refused', 'connectTimeout', 'timeout', '503', 'dns'],
      budget: null,
      serviceTime: 'Redrawn',
    });
    const written =
      'hedge={after: 1s, maxAttempts: 3, nonFatal: [timeout], budget: 5%, serviceTime: Same}';
    expect(planned(written).hedge).toEqual({
      maxAttempts: 3,
      after: 1e9,
      nonFatal: ['connectTimeout', 'timeout'],
      budget: 0.05,
      serviceTime: 'Same',
    });
  });

  it.each([
    [['hedge={maxAttempts: 3}'], 'after'],
    [['hedge={after: 1s, maxAttempts: 1}'], 'maxAttempts: 1 must be'],
    [['hedge={after: 1s}', 'retry={}'], 'excludes retry, as in gRPC'],
    [['hedge={after: 1s}', 'timeout=1s'], 'no try is under way for so long'],
  ])('%j: %s', (written, complaint) => {
    expect(problems(set(...written)).join('\n')).toContain(complaint);
  });
});

describe('load shedding', () => {
  const shop = (...fields: string[]) =>
    load(scenario('', SHOP), {}, { set: fields.map((field) => `workloads[0].${field}`) });
  const of = (written: string) => {
    const result = shop(written);
    if (!result.ok) throw new Error(problems(result).join('\n'));
    return result.scenario.base.workloads.find(({ name }) => name === 'deployment/shop')!.shedding;
  };

  it('is by queueing time, or by CoDel', () => {
    expect(of('concurrency=1')).toBeNull();
    expect(of('shedding={ queueTime: { limit: 50ms } }')).toEqual({
      kind: 'queueTime',
      limit: 50e6,
      at: 'Arrival',
    });
    expect(of('shedding={ codel: { lifo: true } }')).toEqual({
      kind: 'codel',
      law: 'FailAtScale',
      target: 5e6,
      interval: 100e6,
      lifo: true,
    });
  });

  it.each([
    ['shedding={}', 'is empty; it takes a way of shedding load'],
    ['shedding={ codel: { law: RFC8289, lifo: true } }', 'RFC 8289 serves in order'],
    ['shedding={ codel: { target: 1s } }', 'must be at most the interval'],
    ['shedding={ codel: { interval: 0s, target: 0s } }', 'must be above 0s'],
    ['shedding={ codel: {}, queueTime: { limit: 1s } }', 'queueTime and codel exclude each other'],
    ['shedding={ codel: {} }', 'without effect where nobody waits'],
  ])('%s: %s', (written, complaint) => {
    const found = shop(written, ...(complaint.includes('nobody') ? ['queueLimit=0'] : []));
    expect(problems(found).join('\n')).toContain(complaint);
  });
});

describe('pools', () => {
  it.each([
    [['connection={mode: KeepAlive, warmUp: 2}'], 'must be at most the pool (1)'],
    [['connection={warmUp: 1}'], 'warmUp: without effect on connections of mode PerRequest'],
    [['connection={mode: KeepAlive, maxAgeJitter: 10%}'], 'there is no maxAge'],
  ])('%j: %s', (written, complaint) => {
    expect(problems(set(...written)).join('\n')).toContain(complaint);
  });

  it.each([
    [['connection={mode: KeepAlive, warmUp: 1}', 'mesh={}'], 'clients[0].connection.warmUp'],
    [['mesh={connection: {warmUp: 1}}'], 'clients[0].mesh.connection.warmUp'],
    [
      ['connection={mode: KeepAlive, warmUp: 1}', 'external=true'].concat(
        'via={ingress: deployment/shop, balancer: round_robin}',
      ),
      'clients[0].connection.warmUp',
    ],
  ])('of proxies that balance are not warmed up: %j', (written, path) => {
    const found = set(...written);
    const complaint = `error spec.${path}: a balancer opens connections to each pod by itself`;
    expect(problems(found).join('\n')).toContain(complaint);
    const hints = found.ok ? [] : found.diagnostics.map(({ hint }) => hint);
    expect(hints).toContain('leave it out');
  });

  it('open connections at the start, and close them at different ages', () => {
    const written =
      'connection={mode: KeepAlive, pool: 4, warmUp: 2, maxAge: 10s, maxAgeJitter: 10%}';
    expect(planned(written).connection).toMatchObject({ warmUp: 2, maxAgeJitter: 0.1 });
  });
});
