/**
 * When lblc and lblcr leave the server they know (ip_vs_lblc.c, is_overloaded): it has more
 * connections than weight, and some server has fewer than half its weight.
 */
import type { RealServer } from './scheduler.ts';

export const isCrowded = (server: RealServer, list: readonly RealServer[]): boolean =>
  server.active > server.weight && list.some(({ active, weight }) => 2 * active < weight);
