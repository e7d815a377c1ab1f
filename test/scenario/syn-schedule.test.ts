import { describe, expect, it } from 'vitest';
import { synSchedule } from '../../src/scenario/plan/syn-schedule.ts';

const inSeconds = (retries: number, linear: number): { sent: number[]; fails: number } => {
  const { retransmissions, timeout } = synSchedule(retries, linear);
  return { sent: retransmissions.map((at) => at / 1e9), fails: timeout / 1e9 };
};

describe('the schedule of SYN retransmissions', () => {
  it('doubles from one second up to Linux 6.4, and gives up after 127 s', () => {
    expect(inSeconds(6, 0)).toEqual({ sent: [1, 3, 7, 15, 31, 63], fails: 127 });
  });

  it('begins with four linear timeouts since Linux 6.5, and gives up after 131 s', () => {
    expect(inSeconds(6, 4)).toEqual({ sent: [1, 2, 3, 4, 5, 7, 11, 19, 35, 67], fails: 131 });
  });

  it('takes tcp_syn_retries as it is set, and waits for 120 s at most', () => {
    expect(inSeconds(1, 0)).toEqual({ sent: [1], fails: 3 });
    const { sent, fails } = inSeconds(9, 0);
    expect(sent.slice(-3)).toEqual([127, 247, 367]);
    expect(fails).toBe(487);
  });
});
