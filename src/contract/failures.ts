/**
 * Why requests failed, beyond what their clients could see of it: an ERROR_CAUSE is what the client sees, a reason
 * what the cluster knows. One cause can have several reasons, and one reason shows itself in several causes: a client
 * that gives up early sees `connectTimeout` where a patient one sees `unreachable`.
 */

/**
 * In the order in which files list them.
 *
 * Rules, on the node where the first packet meets them. `noEndpoints`: the Service has none to use; `noService`: no
 * Service has the address and port, and the node says so or drops what comes; `unrouted`: the same, and the packet
 * leaves for nowhere; `noLocalEndpoints`: the traffic policy Local, and none on the node; `conntrackFull`: its table
 * takes no more flows; `staleEntry`: ipvs finds the source port in an entry whose server is gone; `forgotten`: the
 * node has forgotten an established flow; `icmpLimited`: the answer was an ICMP error, of which it sends no more.
 *
 * Pods. `notListening`: nothing listens there (yet); `podGone`: its address is gone; `backlogFull`: no room in the
 * accept queue; `processEnded`: the process that had the connection has ended; `queueFull`: no room for the request;
 * `application`: its errorRate; `shed`: the pod sheds load, as the queue is too slow; `callFailed`: a call that it made
 * to another Service failed.
 *
 * Nodes and network. `nodeDown`: the pod's node, or the client's, is dead; `nodeRestarted`: the pod's node has booted
 * since; `partition`: no packet gets through between the two; `network`: delays were too long.
 *
 * Time was over while the request was `queueing` for a worker, had one (`service`), waited for a handshake
 * (`connecting`) or for a free connection (`pool`), was with an ingress (`proxy`), or waited at the pod for other Services
 * (`calls`).
 *
 * Clients. `noPorts`: all source ports in use; `dns`: the name was not resolved; `noHealthyEndpoints`: whoever balances
 * the load knows of none; `circuitOpen`: the circuit breaker; `concurrencyLimit`: no more requests under way; `callerGone`:
 * the process that waited for the answer has ended.
 */
export const FAILURE_REASONS = [
  'noEndpoints',
  'noService',
  'unrouted',
  'noLocalEndpoints',
  'conntrackFull',
  'staleEntry',
  'forgotten',
  'icmpLimited',
  'notListening',
  'podGone',
  'backlogFull',
  'processEnded',
  'queueFull',
  'application',
  'nodeDown',
  'nodeRestarted',
  'partition',
  'network',
  'queueing',
  'service',
  'connecting',
  'pool',
  'proxy',
  'noPorts',
  'dns',
  'shed',
  'calls',
  'callFailed',
  'noHealthyEndpoints',
  'circuitOpen',
  'concurrencyLimit',
  'callerGone',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];

/** Indices into FAILURE_REASONS, which is what is carried along; NO_REASON: nothing has gone wrong. */
export const NO_REASON = -1;
export const NO_ENDPOINTS = 0;
export const NO_SERVICE = 1;
export const UNROUTED_AWAY = 2;
export const NO_LOCAL_ENDPOINTS = 3;
export const CONNTRACK_FULL = 4;
export const STALE_ENTRY = 5;
export const FORGOTTEN = 6;
export const ICMP_LIMITED = 7;
export const NOT_LISTENING = 8;
export const POD_GONE = 9;
export const BACKLOG_FULL = 10;
export const PROCESS_ENDED = 11;
export const QUEUE_FULL = 12;
export const APPLICATION = 13;
export const NODE_DOWN = 14;
export const NODE_RESTARTED = 15;
export const PARTITION = 16;
export const SLOW_NETWORK = 17;
export const QUEUEING = 18;
export const IN_SERVICE = 19;
export const HANDSHAKE = 20;
export const POOL_EXHAUSTED = 21;
export const IN_INGRESS = 22;
export const OUT_OF_PORTS = 23;
export const NAME_UNRESOLVED = 24;
export const SHED = 25;
export const IN_CALLS = 26;
export const CALL_FAILED = 27;
export const NO_HEALTHY_ENDPOINTS = 28;
export const CIRCUIT_OPEN = 29;
export const CONCURRENCY_LIMIT = 30;
export const CALLER_GONE = 31;

/**
 * Why a request that failed was not tried again: the client has no retry policy; that leaves such failures alone; its
 * attempts are spent; its budget is.
 */
export const RETRY_ENDS = ['noPolicy', 'notRetried', 'attemptsSpent', 'budgetSpent'] as const;
export type RetryEnd = (typeof RETRY_ENDS)[number];

/** Indices into RETRY_ENDS; MAY_RETRY: another attempt is made. */
export const MAY_RETRY = -1;
export const NO_POLICY = 0;
export const NOT_RETRIED = 1;
export const ATTEMPTS_SPENT = 2;
export const BUDGET_SPENT = 3;
