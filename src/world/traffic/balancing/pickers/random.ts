/** Any of them, each as likely as the others. */
import type { RandomStream } from '../../../../engine/random.ts';
import type { Candidate, Picker } from '../picker.ts';

export class RandomPicker implements Picker {
  private readonly stream: RandomStream;
  private count = 0;

  constructor(stream: RandomStream) {
    this.stream = stream;
  }

  offer({ length }: readonly Candidate[]): void {
    this.count = length;
  }

  pick(): number {
    return this.stream.below(this.count);
  }
}
