/**
 * The one with the fewest requests under way of some that are drawn, with replacement (Envoy: LeastRequestLoadBalancer,
 * N_CHOICES; gRPC A48), the first drawn among equals; or of all of them, any among equals (FULL_SCAN).
 *
 * Left out: weights of endpoints. A request is under way from its pick on; Envoy counts it once it has a connection.
 */
import type { RandomStream } from '../../../../engine/random.ts';
import type { Candidate, Picker } from '../picker.ts';

export class LeastRequest implements Picker {
  private readonly stream: RandomStream;
  private readonly choices: number;
  private candidates: readonly Candidate[] = [];

  /** @param choices how many are drawn; Infinity: all are looked at */
  constructor(stream: RandomStream, choices: number) {
    this.stream = stream;
    this.choices = choices;
  }

  offer(candidates: readonly Candidate[]): void {
    this.candidates = candidates;
  }

  pick(): number {
    return this.choices === Infinity ? this.leastOfAll() : this.leastOfSome();
  }

  private leastOfSome(): number {
    const { candidates, choices, stream } = this;
    let least = stream.below(candidates.length);
    for (let i = 1; i < choices; i++) {
      const other = stream.below(candidates.length);
      if (candidates[other].inFlight < candidates[least].inFlight) least = other;
    }
    return least;
  }

  private leastOfAll(): number {
    const { candidates, stream } = this;
    let fewest = Infinity;
    let least = 0;
    let equals = 0;
    for (let i = 0; i < candidates.length; i++) {
      const { inFlight } = candidates[i];
      if (inFlight < fewest) {
        fewest = inFlight;
        least = i;
        equals = 1;
      } else if (inFlight === fewest && stream.below(++equals) === 0) {
        least = i;
      }
    }
    return least;
  }
}
