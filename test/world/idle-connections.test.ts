/** Kept connections that are idle for longer than a node remembers them. */
import { describe, expect, it } from 'vitest';
import type { Plan, ProxyMode } from '../../src/contract/plan.ts';
import { CONNTRACK_TIMEOUTS } from '../../src/scenario/defaults.ts';
import { constant, keepAlive, ms, multiplexed, paced, plan, sec, us } from './plans.ts';
import type { PlanOptions } from './plans.ts';
import { latencies, outcomes, record, requestsByPod } from './recorded.ts';

const HOP = us(50);

/** A request every `gap` seconds over one kept connection, four in all. */
const every = (gap: number, options: PlanOptions = {}): Plan =>
  plan({
    pods: 1,
    hop: HOP,
    service: constant(ms(1)),
    duration: 4.5 * gap,
    ...options,
    client: { arrival: paced(1 / gap), connection: keepAlive(), ...options.client },
  });

/** Of conntrack that forgets established connections after 100 s. */
const forgetful = {
  proxy: { conntrack: { max: 1000, ...CONNTRACK_TIMEOUTS, tcpEstablishedTimeout: sec(100) } },
};

describe('an ipvs node', () => {
  it.each([keepAlive(), multiplexed()])(
    'forgets a connection that is idle for 900 s, and a few more: its timers are coarse',
    (connection) => {
      const kept = record(every(899, { mode: 'ipvs', client: { connection } }));
      expect(outcomes(kept)).toEqual(['ok', 'ok', 'ok', 'ok']);
      expect(kept.connections).toHaveLength(1);
      const lost = record(every(950, { mode: 'ipvs', client: { connection } }));
      // Its packet meets a RST; the next request opens a new connection, which is lost as well.
      expect(outcomes(lost)).toEqual(['ok', 'reset', 'ok', 'reset']);
      expect(lost.connections).toHaveLength(2);
      expect(latencies(lost)[1]).toBe(2 * HOP);
    },
  );

  it('remembers one that is busy for longer', () => {
    const made = every(300, { mode: 'ipvs', duration: 3000 });
    const result = record(made);
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
    expect(result.connections).toHaveLength(1);
  });
});

describe('conntrack', () => {
  const modes: readonly ProxyMode[] = ['iptables', 'nftables'];

  it.each(modes)('remembers a connection for a day, with %s', (mode) => {
    const result = record(every(86_000, { mode }));
    expect(new Set(outcomes(result))).toEqual(new Set(['ok']));
  });

  it.each(modes)(
    'forgets it after tcpEstablishedTimeout: the next packet goes to any pod, and to its own by chance, with %s',
    (mode) => {
      const alone = record(every(101, { mode, ...forgetful }));
      // There is only one pod to come to.
      expect(outcomes(alone)).toEqual(['ok', 'ok', 'ok', 'ok']);
      expect(alone.connections).toHaveLength(1);
      const many = record(every(101, { mode, pods: 4, ...forgetful, duration: 101 * 400.5 }), 3);
      const resets = outcomes(many).filter((outcome) => outcome === 'reset').length;
      expect(new Set(outcomes(many))).toEqual(new Set(['ok', 'reset']));
      // After a reset a new connection is fine; then 3 of 4 packets go elsewhere: 3/7 of all are resets.
      // A standard deviation is 5: all but one seed in 1000 are within 17 of 171.
      expect(Math.abs(resets - (400 * 3) / 7)).toBeLessThan(20);
      expect(Object.keys(requestsByPod(many))).toHaveLength(4);
    },
  );

  it('has no say where sockets hold the address of their backend: eBPF', () => {
    const result = record(every(101, { mode: 'ebpf', pods: 4, ...forgetful }));
    expect(outcomes(result)).toEqual(['ok', 'ok', 'ok', 'ok']);
  });
});
