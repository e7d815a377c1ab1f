/**
 * Why an attempt failed, as whoever made it sees it, in the order in which files list it.
 *
 * `connectTimeout`: no answer to the SYN; `timeout`: no response in time;
 * `refused`: RST or ICMP port unreachable; `unreachable`: ICMP host unreachable; `reset`: an established
 * connection was reset; `503`: the pod, or a proxy on the way, has no room for it, or a balancer no endpoint;
 * `500`: the pod's errorRate;
 * `noPorts`: EADDRNOTAVAIL, all source ports in use; `dns`: EAI_AGAIN, no answer for the name; `nodeDown`: the
 * caller's own node went down, or all nodes of its pods are; `502`: something that the pod called, or the proxy,
 * failed; `504`: the same, because it took too long; `deadlineExceeded`: the request's deadline is over (gRPC);
 * `circuitOpen`: the client's own circuit breaker is open; `limited`: the client has its limit of requests under way;
 * `cancelled`: whoever waited for it has gone.
 */
export const ERROR_CAUSES = [
  'refused',
  'unreachable',
  'connectTimeout',
  'timeout',
  'reset',
  '503',
  '500',
  'noPorts',
  'dns',
  'nodeDown',
  '502',
  '504',
  'deadlineExceeded',
  'circuitOpen',
  'limited',
  'cancelled',
] as const;
export type ErrorCause = (typeof ERROR_CAUSES)[number];
