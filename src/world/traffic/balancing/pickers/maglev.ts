/** A look-up in Maglev's table (Eisenbud et al., NSDI 2016), which Envoy fills as Cilium does (proxy/maglev.ts). */
import { scramble } from '../../../../base/scramble.ts';
import { fillMaglevTable } from '../../../../proxy/maglev.ts';
import type { Candidate, Picker } from '../picker.ts';

export class Maglev implements Picker {
  private readonly tableSize: number;
  private candidates: readonly Candidate[] = [];
  /** Null: yet to be filled. */
  private table: Int32Array | null = null;

  constructor(tableSize: number) {
    this.tableSize = tableSize;
  }

  offer(candidates: readonly Candidate[]): void {
    this.candidates = candidates;
    this.table = null;
  }

  pick(key: number): number {
    this.table ??= fillMaglevTable(
      this.tableSize,
      this.candidates.map(({ endpoint }) => endpoint),
    );
    return this.table[scramble(key) % this.tableSize];
  }
}
