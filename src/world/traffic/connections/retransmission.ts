/**
 * When TCP sends data again that nobody acknowledges: after 200 ms, then after twice as long each time up to 120 s, 15
 * times in all; 924.6 s after the first time the kernel gives the connection up (ETIMEDOUT).
 *
 * Sources: linux include/net/tcp.h (TCP_RTO_MIN, TCP_RTO_MAX, TCP_RETR2), Documentation/networking/ip-sysctl.rst
 * (tcp_retries2).
 *
 * Left out: round trips above 200 ms, which make all of it longer; the probe of a lost tail; keep-alive probes, so that
 * who waits for an answer that will never come hears nothing of it.
 */
const RTO_MIN_NS = 200e6;
const RTO_MAX_NS = 120e9;
const RETRIES = 15;

/** Counted from when the data were first sent, ns; the last one is when the kernel gives up. */
const INSTANTS: readonly number[] = instants();

/** From the first transmission until the kernel gives up, ns. */
export const RETRIES_END_NS: number = INSTANTS[RETRIES];

/** When data that were first sent at `since` (ns) are sent again next, after `now`; once the kernel has given up: Infinity. */
export function nextRetransmission(since: number, now: number): number {
  for (const instant of INSTANTS) if (since + instant > now) return since + instant;
  return Infinity;
}

function instants(): number[] {
  const found: number[] = [];
  let at = 0;
  for (let i = 0, rto = RTO_MIN_NS; i <= RETRIES; i++, rto = Math.min(2 * rto, RTO_MAX_NS)) {
    at += rto;
    found.push(at);
  }
  return found;
}
