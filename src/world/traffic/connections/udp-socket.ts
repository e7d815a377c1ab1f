/**
 * A UDP socket of a client pod: no handshake, and every datagram asks the node anew where its flow goes. A
 * client with one fixed port meets the flow of its last socket again.
 */
import { FORWARDED, type Verdict } from '../../../proxy/data-plane.ts';
import type { World } from '../../world.ts';
import { Connection, ESTABLISHED } from './connection.ts';
import { UdpFlow } from './udp-flow.ts';

export class UdpSocket extends Connection {
  readonly isUdp: boolean = true;
  private readonly own: UdpFlow;
  protected flow: UdpFlow;

  constructor(world: World) {
    super(world);
    this.own = new UdpFlow(world);
    this.flow = this.own;
  }

  /** A datagram leaves now. Where it is forwarded, `pod` and `hop` say where to. */
  send(): Verdict {
    const { flow, world } = this;
    const before = flow.endpoint;
    this.verdict = flow.send(world.queue.now);
    this.proxyCost = flow.proxyCost;
    this.endpoint = flow.endpoint;
    if (this.verdict !== FORWARDED) return this.verdict;
    if (this.pod === null || flow.endpoint !== before) {
      const { client } = this.replica;
      this.pod = world.pods[flow.endpoint!.pod];
      this.row = this.pod.rowIn(client.service);
      this.hop = this.gate.hopTo(this.pod.node);
      client.book!.connected(this.row, world.measurement.current);
    }
    return this.verdict;
  }

  /** An answer has come in. */
  answered(): void {
    this.flow.answered(this.world.queue.now);
  }

  override fire(): void {
    // The only thing that it waits for by itself.
    this.use.idledOut(this);
  }

  override heard(): void {
    // Its flow keeps the time.
  }

  override resume(): void {
    // Every datagram asks the node.
  }

  override forgetRules(): void {
    this.flow.forget();
  }

  override closeByPeer(): void {
    // Nobody tells the client that a server has gone.
  }

  protected override begin(): void {
    const { replica, gate } = this;
    const { client } = replica;
    this.flow = replica.keptFlow(gate) ?? this.own;
    this.flow.begin(gate, this.sourceIp, this.sourcePort, client.servicePort);
    this.stage = ESTABLISHED;
    this.use.up(this);
  }

  protected override leavePort(now: number): void {
    this.replica.ports!.release(this.sourcePort, now);
  }

  protected override leaveNode(now: number): void {
    if (this.flow === this.own) this.flow.end(now);
  }
}
