/** In turn, from a random one on whenever others may be picked (grpc-go: balancer/roundrobin; Envoy draws its first as well). */
import type { RandomStream } from '../../../../engine/random.ts';
import type { Candidate, Picker } from '../picker.ts';

export class RoundRobin implements Picker {
  private readonly stream: RandomStream;
  private count = 0;
  private turn = 0;

  constructor(stream: RandomStream) {
    this.stream = stream;
  }

  offer({ length }: readonly Candidate[]): void {
    this.count = length;
    this.turn = this.stream.below(length);
  }

  pick(): number {
    const picked = this.turn;
    this.turn = picked + 1 < this.count ? picked + 1 : 0;
    return picked;
  }
}
