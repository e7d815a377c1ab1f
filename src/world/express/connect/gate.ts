/**
 * Where the connections of one client pod pass a strict door, one by one: what each of them takes there, and gives back when
 * it closes.
 */
import type { Conntrack } from '../../../proxy/conntrack.ts';
import type { SourcePorts } from '../../../proxy/source-ports.ts';
import type { LaneClient, LaneReplica } from '../lane-client.ts';
import { LaneFlow } from './lane-flow.ts';

export class Gate {
  readonly client: LaneClient;
  readonly replica: LaneReplica;
  readonly ports: SourcePorts | null;
  /** The table of its node; in a quiet run there is no other. */
  readonly conntrack: Conntrack | null;
  /** The number of the first flow that is not in use; 0: all are. */
  idle: number = 0;

  constructor(client: LaneClient, replica: LaneReplica) {
    this.client = client;
    this.replica = replica;
    this.ports = replica.ports;
    this.conntrack = replica.proxy.conntrack;
  }
}

/** A connection through a gate. It is used again when it has closed. */
export class GateFlow extends LaneFlow {
  readonly number: number;
  readonly gate: Gate;
  /** The number of the next one that is not in use, while this one is not. */
  nextIdle: number = 0;

  constructor(number: number, gate: Gate) {
    super();
    this.number = number;
    this.gate = gate;
    this.sourceIp = gate.replica.address;
  }
}
