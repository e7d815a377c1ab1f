/**
 * HAProxy's HTTP log format: five timers in ms, of which Tr is the server's and Ta the whole; -1 where a phase was not
 * reached. The moment is when the connection was accepted. Source: docs.haproxy.org, configuration manual, 8.2.3 and 8.4.
 */
import { accessLog } from '../access-log.ts';
import type { Format } from '../format.ts';
import { clfMoment } from '../times.ts';

const LINE =
  /\[(\d{1,2}\/[A-Za-z]{3}\/\d{4}:[\d:.]{8,12})\] \S+ \S+ (-?\d+)\/(-?\d+)\/(-?\d+)\/(-?\d+)\/\+?(-?\d+) (?:\d{3}|-1) /;

export const HAPROXY: Format = accessLog({
  name: 'haproxy',
  what: 'HAProxy: HTTP log format (Tr, Ta, Tc, Tw, TR)',
  columns: ['Tr', 'Ta', 'Tc', 'Tw', 'TR'].map((name) => ({ name, unit: 'ms' })),
  parts(line) {
    const [found, moment, request, wait, connect, response, all] = LINE.exec(line) ?? [];
    if (found === undefined) return null;
    return { moment: moment!, times: [response, all, connect, wait, request] };
  },
  momentMs: clfMoment,
  timeOf: 'start',
  timeStepMs: 0,
});
