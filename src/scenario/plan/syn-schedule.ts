/**
 * When the kernel sends a SYN again that nobody answers, and when it gives up: `tcp_syn_linear_timeouts`
 * more after one second each, then `tcp_syn_retries` with a timeout that doubles from one second, up to
 * 120 s (linux net/ipv4/tcp_timer.c, include/net/tcp.h; Documentation/networking/ip-sysctl.rst).
 * Linux 6.5 and later has four linear timeouts, older kernels none.
 *
 * Left out: the few percent by which the kernel's timers are late.
 */
import { seconds } from '../../base/time.ts';
import type { Duration } from '../../base/time.ts';

const TIMEOUT_INITIAL_S = 1;
const TIMEOUT_MAX_S = 120;

/** Counted from the first SYN. */
export interface SynSchedule {
  readonly retransmissions: readonly Duration[];
  readonly timeout: Duration;
}

export function synSchedule(retries: number, linearTimeouts: number): SynSchedule {
  const retransmissions: Duration[] = [];
  let at = 0;
  for (let sent = 0; sent < linearTimeouts + retries; sent++) {
    at += timeoutAfter(sent, linearTimeouts);
    retransmissions.push(seconds(at));
  }
  return {
    retransmissions,
    timeout: seconds(at + timeoutAfter(linearTimeouts + retries, linearTimeouts)),
  };
}

/** How long, in seconds, the SYN after `sent` earlier ones is waited for. */
const timeoutAfter = (sent: number, linearTimeouts: number): number =>
  Math.min(TIMEOUT_MAX_S, TIMEOUT_INITIAL_S * 2 ** Math.max(0, sent - linearTimeouts));
