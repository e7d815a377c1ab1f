/** The event queue's contract, as plainly as it can be written: a list, sorted for every event. */

interface Entry {
  readonly event: number;
  readonly at: number;
  readonly phase: number;
  readonly order: number;
}

export class NaiveQueue {
  now: number = 0;
  private order = 0;
  private entries: Entry[] = [];

  get pending(): number {
    return this.entries.length;
  }

  isPending(event: number): boolean {
    return this.entries.some((entry) => entry.event === event);
  }

  schedule(event: number, at: number, phase: number): void {
    this.entries.push({ event, at, phase, order: this.order++ });
  }

  cancel(event: number): void {
    this.entries = this.entries.filter((entry) => entry.event !== event);
  }

  /** Takes the next event before `until`; undefined: there is none. */
  take(until: number): number | undefined {
    const next = this.entries.reduce<Entry | undefined>(
      (first, entry) => (first === undefined || comesBefore(entry, first) ? entry : first),
      undefined,
    );
    if (next === undefined || next.at >= until) return undefined;
    this.entries = this.entries.filter((entry) => entry !== next);
    this.now = next.at;
    return next.event;
  }
}

function comesBefore(a: Entry, b: Entry): boolean {
  if (a.at !== b.at) return a.at < b.at;
  if (a.phase !== b.phase) return a.phase < b.phase;
  return a.order < b.order;
}
