/** What is said of a run that broke, by what broke it. */
import { describe, expect, it } from 'vitest';
import { bugFailure } from '../../src/cli/command-failure.ts';
import { RunFailure } from '../../src/study/executors/run-failure.ts';

const run = { variant: 'default', replication: 1, seed: 7 };
const REPRODUCE = 'svcsim run a.yaml --seed 7 --replications 1';

describe('a run that broke', () => {
  it('by a broken invariant is a bug of ours, with its stack and the command that comes to it', () => {
    const { message, exitCode } = bugFailure(new RunFailure(run, new Error('t < now')), REPRODUCE);
    expect(message).toMatch(/^a bug of ours, not of your scenario: .*seed 7: t < now\n/);
    expect(message).toMatch(/\n {4}at [^]*\nReproduce: svcsim run a\.yaml/);
    expect(exitCode).toBe(1);
  });

  it('by the end of its memory is no bug: what to do about it is said, and no stack', () => {
    const cause = Object.assign(new Error('Worker terminated due to reaching memory limit'), {
      code: 'ERR_WORKER_OUT_OF_MEMORY',
    });
    const { message } = bugFailure(new RunFailure(run, cause), REPRODUCE);
    expect(message).toMatch(/^out of memory: variant default, replication 1, seed 7: Worker/);
    expect(message).toMatch(/--max-old-space-size=\d+ \(MiB\)\nReproduce: svcsim run a\.yaml/);
    expect(message).not.toContain('    at ');
  });
});
