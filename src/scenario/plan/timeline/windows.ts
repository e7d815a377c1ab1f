/** The named spans of a run: one for each action of the timeline and each random fault. */
import type { Instant } from '../../../base/time.ts';
import type { PlannedWindow } from '../../../contract/plan.ts';
import type { Path } from '../../text/tree.ts';
import type { ScenarioDocument } from '../scenario-document.ts';

/** The whole measurement, always the first. */
const ALL = 'all';

export class Windows {
  readonly planned: PlannedWindow[];
  private readonly document: ScenarioDocument;
  /** Names that are written, so that nothing else is called by them. */
  private readonly written: ReadonlySet<string>;

  constructor(from: Instant, to: Instant, document: ScenarioDocument) {
    const { timeline = [], faults = [] } = document.spec;
    this.document = document;
    this.planned = [{ name: ALL, from, to }];
    this.written = new Set([...timeline, ...faults].flatMap((entry) => entry.as ?? []));
  }

  /**
   * The window of an entry, by the name that it gives or else by the name of its action, numbered from the second
   * on. `span` null: open while actions or faults keep it open. Returns its index.
   */
  add(
    entry: { readonly as?: string | undefined; readonly action: string; readonly path: Path },
    span: { readonly from: Instant; readonly to: Instant } | null,
  ): number {
    const name = entry.as ?? this.free(entry.action);
    if (this.has(name)) {
      const message =
        name === ALL ? '"all" is the whole measurement' : `two windows are named "${name}"`;
      this.document.error([...entry.path, 'as'], 'Duplicate', message);
    }
    return this.planned.push({ name, ...(span ?? { from: null, to: null }) }) - 1;
  }

  private free(action: string): string {
    for (let number = 1; ; number++) {
      const name = number === 1 ? action : `${action}-${number}`;
      if (!this.has(name) && !this.written.has(name)) return name;
    }
  }

  private has(name: string): boolean {
    return this.planned.some((window) => window.name === name);
  }
}
