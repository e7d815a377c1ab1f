/** SYNs that nobody answers: when they are sent again, and to whom. */
import { describe, expect, it } from 'vitest';
import type { Plan, ProxyMode } from '../../src/contract/plan.ts';
import { at, constant, conntrack, ms, paced, plan, retry, sec, synOf, us } from './plans.ts';
import type { PlanOptions } from './plans.ts';
import { BACKENDS, recordedTimes } from './recorded-times.ts';
import { latencies, outcomes, record, requestsByPod } from './recorded.ts';

const MODES: readonly ProxyMode[] = ['iptables', 'nftables', 'ipvs'];

/** One of three pods is gone, silently, and the rules will not know of it. */
const oneDead = (options: PlanOptions = {}): Plan =>
  plan({
    pods: 3,
    lag: sec(1000),
    service: constant(ms(1)),
    workload: { controller: { kind: 'None' }, concurrency: 1000 },
    timeline: [{ kind: 'deletePod', at: at(0), workload: 0, pod: 'backend-1' }],
    ...options,
    network: { podGone: { answer: 'none', after: sec(0) }, ...options.network },
  });

describe('the SYNs of one connect()', () => {
  it.each([
    ['since Linux 6.5', synOf(6, 4), 'syn-default', [1, 2, 3, 4, 5, 7, 11, 19, 35, 67]],
    ['before', synOf(6, 0), 'syn-linear0', [1, 3, 7]],
  ] as const)('leave when a real kernel sends them, %s', (_, syn, setting, expected) => {
    const ours = syn.synRetransmissions.map((offset) => offset / 1e9);
    expect(ours.slice(0, expected.length)).toEqual(expected);
    for (const backend of BACKENDS) {
      const recorded = recordedTimes(backend, setting).slice(1);
      expect(recorded).toHaveLength(expected.length);
      // The kernel's timers are late, by 4 % of each wait at most.
      recorded.forEach((time, i) => {
        expect(time).toBeGreaterThanOrEqual(ours[i]! - 0.01);
        expect(time).toBeLessThan(ours[i]! * 1.04 + 0.1);
      });
    }
  });

  it.each([
    [4, sec(131)],
    [0, sec(127)],
  ])('end with ETIMEDOUT after all, with %i linear timeouts', (linear, timeout) => {
    const made = oneDead({
      pods: 1,
      timeline: [{ kind: 'deletePod', at: at(0), workload: 0, pod: 'backend-0' }],
      duration: 1,
      network: synOf(6, linear),
      client: { arrival: paced(10) },
    });
    const result = record(made);
    expect(new Set(outcomes(result))).toEqual(new Set(['connectTimeout']));
    expect(new Set(latencies(result))).toEqual(new Set([timeout]));
  });

  it.each(MODES)(
    'O17: all go to the pod that was picked, however often they are sent, with %s',
    (mode) => {
      const result = record(oneDead({ mode, duration: 10, client: { arrival: paced(30) } }));
      const dead = result.connections.filter(({ pod }) => pod === 'backend-1');
      // In turn a third exactly; by chance 100 of 299 give or take 27 in all but one seed of 1000.
      expect(Math.abs(dead.length - 299 / 3)).toBeLessThan(mode === 'ipvs' ? 1 : 27);
      expect(outcomes(result).filter((outcome) => outcome === 'connectTimeout')).toHaveLength(
        dead.length,
      );
    },
  );

  it('O17: go elsewhere with a new connect(), which picks again: 2/3 get through at each', () => {
    const failures = (attempts: number): number => {
      const made = oneDead({
        duration: 100,
        client: {
          arrival: paced(100),
          connectTimeout: ms(500),
          retry: retry({ attempts, on: ['connectTimeout'] }),
        },
      });
      return outcomes(record(made, 2)).filter((outcome) => outcome !== 'ok').length / 9999;
    };
    // Three standard deviations each, and a bit: beyond them one seed in 300.
    expect(Math.abs(failures(0) - 1 / 3)).toBeLessThan(0.0145);
    expect(Math.abs(failures(1) - 1 / 9)).toBeLessThan(0.0097);
    expect(Math.abs(failures(3) - 1 / 81)).toBeLessThan(0.0034);
  });
});

describe('a node that has forgotten the flow', () => {
  it('decides the next SYN anew, so that it may come to a pod that lives', () => {
    const forgetful = { ...conntrack(1000, sec(120)), synSent: ms(500) };
    const result = record(
      oneDead({ duration: 10, proxy: { conntrack: forgetful }, client: { arrival: paced(30) } }),
    );
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    expect(Object.keys(requestsByPod(result)).sort()).toEqual(['backend-0', 'backend-2']);
    // Every SYN picks again: 1/3 wait for the second, 1/9 for the third.
    const waited = (seconds: number): number =>
      latencies(result).filter((latency) => Math.floor(latency / 1e9) === seconds).length;
    expect(waited(0) + waited(1) + waited(2)).toBeGreaterThan(0.9 * 299);
    expect(waited(1)).toBeGreaterThan(0);
    expect(waited(2)).toBeGreaterThan(0);
  });
});

describe('a process that comes back', () => {
  it('refuses SYNs while it is down: its address is there, so none is lost', () => {
    const made = plan({
      duration: 20,
      hop: us(50),
      service: constant(ms(1)),
      lag: sec(1000),
      workload: { crash: { every: constant(sec(5)), lasts: constant(sec(5)) } },
      client: { arrival: paced(10) },
    });
    const result = record(made);
    const failed = result.requests.filter(({ outcome }) => outcome !== 'ok');
    expect(failed.length).toBeGreaterThan(80);
    expect(new Set(failed.map(({ outcome }) => outcome))).toEqual(new Set(['refused']));
    expect(Math.max(...latencies(result))).toBeLessThan(sec(0.1));
  });
});
