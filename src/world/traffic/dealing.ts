/**
 * Which of a client's pods makes a request. Constant arrivals are dealt in turn, random ones at random. Pods on
 * nodes that are down get none.
 */
import type { RandomStream } from '../../engine/random.ts';
import type { Nodes } from '../faults/nodes.ts';
import type { Replica } from './replica.ts';

export class Dealing {
  private readonly replicas: readonly Replica[];
  private readonly nodes: Nodes;
  private readonly stream: RandomStream;
  private readonly isInTurn: boolean;
  private turn = -1;
  /** Numbers of those whose nodes are up; null: all of them. */
  private living: readonly number[] | null = null;

  /** @param isInTurn not by draws of `stream` */
  constructor(replicas: readonly Replica[], nodes: Nodes, stream: RandomStream, isInTurn: boolean) {
    this.replicas = replicas;
    this.nodes = nodes;
    this.stream = stream;
    this.isInTurn = isInTurn;
  }

  /** The number of the one that makes the next request; -1: none is up. */
  next(): number {
    if (this.living !== null) return this.nextAmong(this.living);
    const { length } = this.replicas;
    if (length === 1) return 0;
    if (!this.isInTurn) return this.stream.below(length);
    return this.nextInTurn();
  }

  /** Writes the numbers of those that make the next `count` requests to the start of `numbers`. */
  fill(numbers: Int32Array, count: number): void {
    const { length } = this.replicas;
    if (this.living === null && length > 1 && !this.isInTurn) {
      this.stream.fillBelow(length, numbers, count);
    } else {
      for (let i = 0; i < count; i++) numbers[i] = this.next();
    }
  }

  /** The pod of this number, counted round, or one that is up in its place; null: none is. */
  upAt(number: number): Replica | null {
    const { replicas, living, nodes } = this;
    const home = replicas[number % replicas.length];
    if (living === null || !nodes.isDown(home.node)) return home;
    return living.length === 0 ? null : replicas[living[number % living.length]];
  }

  /** Nodes have gone down, or are back. */
  survey(): void {
    const { replicas, nodes } = this;
    const living = [...replicas.keys()].filter((i) => !nodes.isDown(replicas[i].node));
    this.living = living.length === replicas.length ? null : living;
  }

  private nextAmong(living: readonly number[]): number {
    if (living.length === 0) return -1;
    if (!this.isInTurn) return living[this.stream.below(living.length)];
    do this.nextInTurn();
    while (!living.includes(this.turn));
    return this.turn;
  }

  private nextInTurn(): number {
    this.turn = this.turn + 1 < this.replicas.length ? this.turn + 1 : 0;
    return this.turn;
  }
}
