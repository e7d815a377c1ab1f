/**
 * How kube-proxy takes a real server out (pkg/proxy/ipvs/graceful_termination.go): a server without
 * entries is deleted at once, and so is one of UDP or SCTP; any other goes to weight 0, and a scan of all that drain on the
 * node, once a minute, deletes those whose entries are gone.
 */
import type { Destination } from './kernel/destination.ts';
import type { IpVs } from './kernel/ip-vs.ts';

/** Period of the scan: rsCheckDeleteInterval. */
const SCAN_NS = 60e9;

export class GracefulTermination {
  private readonly kernel: IpVs;
  private readonly draining: Set<Destination> = new Set();
  private nextScan = SCAN_NS;

  constructor(kernel: IpVs) {
    this.kernel = kernel;
  }

  /** It is `now` (ns): scans that were due have been done, and the kernel's clock is there. */
  at(now: number): void {
    if (now >= this.nextScan) this.scan(now);
    this.kernel.entries.at(now);
  }

  isDraining(server: Destination): boolean {
    return this.draining.has(server);
  }

  /** Takes a real server out. */
  remove(server: Destination): void {
    const { virtualServer } = server;
    const isPatient = virtualServer.options.protocol === 'TCP';
    if (isPatient && server.active + server.inactive > 0) {
      virtualServer.setWeight(server, 0);
      this.draining.add(server);
    } else {
      virtualServer.delete(server);
    }
  }

  /** Deletes a draining server at once, as its endpoint is back and will be added anew. What refers to it is gone by then. */
  cutShort(server: Destination): void {
    this.draining.delete(server);
    server.virtualServer.delete(server);
    this.kernel.entries.flush();
  }

  private scan(now: number): void {
    while (this.draining.size > 0 && this.nextScan <= now) {
      this.kernel.entries.at(this.nextScan);
      for (const server of this.draining) {
        if (server.active + server.inactive > 0) continue;
        this.draining.delete(server);
        server.virtualServer.delete(server);
      }
      this.nextScan += SCAN_NS;
    }
    if (this.nextScan <= now) this.nextScan = (Math.floor(now / SCAN_NS) + 1) * SCAN_NS;
  }
}
