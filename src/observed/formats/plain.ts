/** A latency a line and nothing else: numbers, or durations with their units (`12ms`). */
import type { Format } from '../format.ts';
import { askFor } from '../format.ts';
import { isNumber, quoted, readLatency } from '../times.ts';

export const PLAIN_TEXT: Format = {
  name: 'plain',
  what: 'a number or duration a line',
  recognises: ({ lines }) => {
    const values = lines.filter((line) => !line.startsWith('#'));
    const isTime = (line: string): boolean => 'ns' in readLatency(line, 'ns');
    // A word above numbers is the header of a CSV.
    return (
      values.some((line, i) => i === 0 && isTime(line)) &&
      values.filter(isTime).length * 2 > values.length
    );
  },
  open({ lines }, { unit }) {
    if (unit === null && lines.some((line) => isNumber(line.trim()))) {
      return askFor('plain numbers do not say their unit. Say --unit ns, us, ms or s');
    }
    return {
      kind: 'lines',
      what: unit === null ? 'one a line' : `one a line, in ${unit}`,
      timeOf: null,
      timeStepMs: 0,
      read(line, sink) {
        if (line.trim() === '' || line.startsWith('#')) return null;
        const found = readLatency(line, unit);
        if ('unitless' in found) return `${quoted(line)} has no unit: say --unit`;
        if ('problem' in found) return found.problem;
        sink.request(found.ns, NaN);
        return null;
      },
    };
  },
};
