/** The plan of plans.ts with a Service over UDP. */
import type { Duration } from '../../src/base/time.ts';
import type { Plan, PlannedClient, ProxyMode } from '../../src/contract/plan.ts';
import { constant, keepAlive, ms, plan, sec, us, type PlanOptions } from './plans.ts';

/** One way. */
export const HOP: Duration = us(50);
/** Modes whose flows conntrack remembers. */
export const BY_CONNTRACK: readonly ProxyMode[] = ['iptables', 'nftables'];

/** A UDP Service whose pods serve any number of requests in 1 ms, and clients that wait for 1 s. */
export function udp(options: PlanOptions = {}): Plan {
  const made = plan({
    pods: 3,
    hop: HOP,
    service: constant(ms(1)),
    ...options,
    workload: { concurrency: 1000, ...options.workload },
    client: { protocol: 'UDP', timeout: sec(1), ...options.client },
  });
  const [service] = made.services;
  const ports = service!.ports.map((port) => ({ ...port, protocol: 'UDP' as const }));
  return { ...made, services: [{ ...service!, ports }] };
}

/** Clients with a socket each that they keep. */
export const sockets = (count: number, client: Partial<PlannedClient>): Partial<PlannedClient>[] =>
  Array.from({ length: count }, (_, i) => ({
    connection: keepAlive(),
    ...client,
    name: `client-${i}`,
  }));
