/** Client-side balancing, as it is written: what it becomes, and what is refused with which mend. */
import { describe, expect, it } from 'vitest';
import { load, loaded, problems, scenario, SHOP } from './memory-reader.ts';

const headless = SHOP.replace(
  '  selector: { app: shop }',
  '  clusterIP: None\n  selector: { app: shop }',
);
const GRPC = '\n      connection: { mode: Multiplexed }';
const calling = (balancer: string, more = GRPC, target = 'http://shop:8080'): string =>
  scenario('', target.endsWith('8080') ? headless : SHOP).replace(
    'target: http://shop',
    `target: ${target}${more}\n      balancer: ${balancer}`,
  );
const planned = (text: string) => loaded(text).base.clients[0]!.balancer;
const found = (text: string) => {
  const result = load(text);
  const [first] = result.ok ? result.warnings : result.diagnostics;
  return { text: problems(result)[0], hint: first?.hint };
};

describe('a balancer', () => {
  it('is a policy by its name, with the defaults of gRPC', () => {
    expect(planned(calling('round_robin'))).toEqual({
      policy: { kind: 'round_robin' },
      key: null,
      resolution: { onDisconnect: true, minInterval: 30e9, every: null },
      connectBackoff: { base: 1e9, factor: 1.6, jitter: 0.2, max: 120e9 },
      outlierDetection: null,
      hostSelectionRetries: 0,
    });
    expect(planned(calling('least_request'))!.policy).toEqual({
      kind: 'least_request',
      choices: 2,
    });
    expect(planned(calling('ring_hash'))).toMatchObject({
      policy: { kind: 'ring_hash', minRingSize: 1024, maxRingSize: 4096 },
      key: { kind: 'clientIp' },
    });
    expect(planned(calling('maglev'))!.policy).toEqual({ kind: 'maglev', tableSize: 65_537 });
  });

  it('is a map where there is more to say', () => {
    const text =
      '{ policy: { least_request: { choices: all } }, resolution: { onDisconnect: false, every: 10s }, ' +
      'outlierDetection: { consecutive5xx: none, failurePercentage: {}, successRate: { stdevFactor: 2000 } } }';
    expect(planned(calling(text))).toMatchObject({
      policy: { kind: 'least_request', choices: Infinity },
      resolution: { onDisconnect: false, every: 10e9 },
      outlierDetection: {
        consecutiveFailures: null,
        interval: 10e9,
        baseEjectionTime: 30e9,
        maxEjectionTime: 300e9,
        maxEjection: 0.1,
        failurePercentage: { threshold: 0.85, minimumHosts: 5, requestVolume: 50 },
        successRate: { stdevFactor: 2, minimumHosts: 5, requestVolume: 100 },
      },
    });
    expect(planned(calling('{ policy: maglev, hashOn: { keys: 10, skew: 0.9 } }'))!.key).toEqual({
      kind: 'request',
      keys: 10,
      skew: 0.9,
    });
  });

  it('backs off over gRPC connections alone', () => {
    expect(planned(calling('round_robin', ''))!.connectBackoff).toBeNull();
  });

  it('is no use where kube-proxy picks: call a headless Service', () => {
    const { text, hint } = found(calling('round_robin', GRPC, 'http://shop'));
    expect(text).toContain('error spec.clients[0].balancer: a client can balance over pods');
    expect(hint).toContain('clusterIP: None');
  });

  it.each([
    ['pick_first', '', 'pick_first is what a gRPC channel does'],
    [
      'round_robin',
      '\n      connection: { mode: Multiplexed, warmUp: 1 }',
      'error spec.clients[0].connection.warmUp: a balancer opens connections to each pod by itself',
    ],
    ['{ policy: { maglev: { tableSize: 1000 } } }', GRPC, 'a Maglev table has a prime size'],
    [
      '{ policy: { ring_hash: { minRingSize: 9, maxRingSize: 8 } } }',
      GRPC,
      'minRingSize 9 is above maxRingSize 8',
    ],
    ['{ policy: random, hashOn: clientIp }', GRPC, 'without effect: random does not hash'],
    ['{ policy: random, resolution: { every: 0s } }', GRPC, 'must be above 0s'],
    ['{ policy: random, connectBackoff: { base: 5s } }', '', 'without effect: gRPC channels'],
    ['{ policy: random, connectBackoff: { max: 5ms } }', GRPC, 'must be at least the base'],
    ['{ policy: random, hostSelectionRetries: 3 }', GRPC, 'without effect: nothing is tried again'],
    ['{ policy: random, outlierDetection: { interval: 0s } }', GRPC, 'must be above 0s'],
    [
      '{ policy: random, outlierDetection: { maxEjectionPercent: 0 } }',
      GRPC,
      'without effect: where 0 percent',
    ],
    [
      '{ policy: random, resolution: { onDisconnect: false, minInterval: 5s } }',
      GRPC,
      'without effect where a lost connection',
    ],
    ['roundrobin', GRPC, 'round_robin'],
  ])('%s is told what is wrong', (balancer, connection, message) => {
    expect(found(calling(balancer, connection)).text).toContain(message);
  });

  it('can be set by a variant, beside its target: modes and balancers in one table', () => {
    const result = loaded(calling('round_robin'), {}, { set: ['clients[0].balancer=random'] });
    expect(result.base.clients[0]!.balancer!.policy).toEqual({ kind: 'random' });
  });
});
