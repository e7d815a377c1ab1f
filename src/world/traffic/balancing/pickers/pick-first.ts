/** The first of those that there are. Which are there is up to the balancer, which connects to one at a time. */
import type { Picker } from '../picker.ts';

export class PickFirst implements Picker {
  offer(): void {
    // Whoever comes first is picked.
  }

  pick(): number {
    return 0;
  }
}
