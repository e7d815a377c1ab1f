/** The defaults of clients: arrivals, sessions, connections, with the source of each number: a part of defaults.ts. */
import { seconds } from '../base/time.ts';
import type { Duration } from '../base/time.ts';
import type { Distribution } from '../contract/plan.ts';

/** The period of a curve of arrivals: a day. */
export const ARRIVAL_PERIOD: Duration = seconds(86_400);

/** Between an answer and the next request of a user: none, as load generators with connections of a fixed number have it. */
export const THINK: Distribution = { kind: 'constant', value: seconds(0) };

/** A user whose request fails tries something else. */
export const SESSION_ON_ERROR = 'Continue';

/** Source: linux Documentation/networking/ip-sysctl.rst, ip_local_port_range. */
export const PORT_FIRST = 32_768;
export const PORT_LAST = 60_999;

/** Source: linux include/net/tcp.h, TCP_TIMEWAIT_LEN. */
export const PORT_TIME_WAIT: Duration = seconds(60);

/** How long a UDP client waits for an answer where it does not say: as a resolver does, resolv.conf(5). */
export const UDP_TIMEOUT: Duration = seconds(5);

export const POOL = 1;
export const REUSE = 'Lifo';
