import { describe, expect, it } from 'vitest';
import { IPVS_SCHEDULERS } from '../../src/contract/plan.ts';
import { replayFolder } from '../../validate/replay/folder.ts';

const folder = new URL('../data/kernel/ipvs', import.meta.url).pathname;
const replays = replayFolder(folder);

describe('what a kernel did', () => {
  it.each(replays.map((replay) => [replay.file, replay] as const))(
    'is what the simulated one does: %s',
    (_, { tally, skipped }) => {
      expect(tally.firstDifference).toBeNull();
      expect(skipped).toBeNull();
      expect(tally.picks + tally.snapshots).toBeGreaterThan(80);
      expect(tally.isComplete).toBe(true);
    },
  );

  it.each(IPVS_SCHEDULERS)(
    'was recorded in sequence, with events and with connections held: %s',
    (scheduler) => {
      const files = replays.map(({ file }) => file);
      for (const kind of ['seq', 'events', 'hold']) {
        expect(files).toContain(`${kind}_${scheduler}.csv.gz`);
      }
    },
  );
});
