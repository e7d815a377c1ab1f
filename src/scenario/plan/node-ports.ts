/** Node ports: those that Services ask for, and those that are given to the others. */
import type { Protocol } from '../../contract/plan.ts';
import { NODE_PORT_FIRST, NODE_PORT_LAST, NODE_PORT_STATIC } from '../defaults.ts';
import type { Findings } from '../diagnostics/diagnostics.ts';
import type { ServiceManifest, ServicePortManifest } from '../manifests/model.ts';

const RANGE = NODE_PORT_LAST - NODE_PORT_FIRST + 1;

export class NodePorts {
  private readonly taken = new Set<string>();
  /** Ports of the range given away so far or found taken, in the order in which they are given. */
  private passed = 0;
  private readonly findings: Findings;

  /** Takes what the manifests ask for; a port of one protocol that two ask for is a finding. */
  constructor(manifests: readonly ServiceManifest[], findings: Findings) {
    this.findings = findings;
    for (const { hasNodePorts, ports } of manifests) {
      if (!hasNodePorts) continue;
      for (const { nodePort, protocol, nodePortPath: path, nodePortSpan: span } of ports) {
        if (nodePort === null || this.take(nodePort, protocol)) continue;
        const message = `another Service has the node port ${nodePort}`;
        findings.error({ code: 'Duplicate', path, span, message });
      }
    }
  }

  /** The node port of a ServicePort: what it asks for, or the next that is free. */
  of({ nodePort, protocol, path, span }: ServicePortManifest): number {
    if (nodePort !== null) return nodePort;
    while (this.passed < RANGE) {
      // The API server draws at random; in turn is as good, and the same in every run.
      const next = NODE_PORT_FIRST + ((this.passed++ + NODE_PORT_STATIC) % RANGE);
      if (this.take(next, protocol)) return next;
    }
    const message = `all ${RANGE} node ports are taken`;
    this.findings.error({ code: 'Invalid', path, span, message });
    return NODE_PORT_LAST;
  }

  /** A port is taken for each protocol by itself. */
  private take(port: number, protocol: Protocol): boolean {
    const key = `${protocol} ${port}`;
    if (this.taken.has(key)) return false;
    this.taken.add(key);
    return true;
  }
}
