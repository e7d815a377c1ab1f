/** Warnings of what a run will lack: where there is one, the run does lack it, and the other way round. */
import { describe, expect, it } from 'vitest';
import { simulate } from '../../src/world/simulate.ts';
import { load, loaded, problems, scenario } from './memory-reader.ts';

// 100 connections a second of one pod for 10 s: 1000 at most, if nothing is free again before.
const RUN = '  duration: 10s\n';

const outcome = (set: readonly string[], spec = '') => {
  const text = scenario(`${RUN}${spec}`);
  const warnings = problems(load(text, {}, { set }));
  const { clients } = simulate(loaded(text, {}, { set }).base, 1);
  return { warnings, errors: clients[0]!.errors };
};

describe('source ports', () => {
  it.each([
    ['[40000, 40800]', '60s', true],
    ['[40000, 41200]', '60s', false],
    ['[40000, 40800]', '5s', false],
    ['[40000, 40400]', '5s', true],
  ])('of range %s with %s of TIME_WAIT run out: %s', (range, timeWait, runsOut) => {
    const set = [`clients[web].ports.range=${range}`, `clients[web].ports.timeWait=${timeWait}`];
    const { warnings, errors } = outcome(set);
    const warning = expect.stringMatching(/warning spec\.clients\[0\]\.ports: .*source ports/);
    expect(warnings).toEqual(runsOut ? [warning] : []);
    expect((errors.noPorts ?? 0) > 0).toBe(runsOut);
  });

  it('are not missed by connections that are reused, nor without a limit', () => {
    const few = 'clients[web].ports.fixed=5353';
    expect(outcome([few, 'clients[web].connection.mode=KeepAlive']).warnings).toEqual([]);
    expect(outcome(['clients[web].ports=none']).warnings).toEqual([]);
  });
});

describe('conntrack', () => {
  it.each([
    [800, '120s', true],
    [1200, '120s', false],
    [800, '5s', false],
  ])('of %d entries kept for %s fills up: %s', (max, timeWait, fillsUp) => {
    const spec = `  proxy: { conntrack: { max: ${max}, timeWait: ${timeWait} } }\n`;
    const { warnings, errors } = outcome(['clients[web].timeout=900ms'], spec);
    const warning = expect.stringMatching(
      /spec\.proxy\.conntrack\.max: conntrack fills up on node-1/,
    );
    expect(warnings).toEqual(fillsUp ? [warning] : []);
    expect((errors.timeout ?? 0) + (errors.connectTimeout ?? 0) > 0).toBe(fillsUp);
  });
});
