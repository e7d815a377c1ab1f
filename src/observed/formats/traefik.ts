/**
 * Traefik's common log format: number of the request, router and server, then the duration in ms, whose fraction is cut off. The moment is when the
 * request came. Source: doc.traefik.io, access logs;
 * pkg/middlewares/accesslog, which divides whole ns.
 */
import { accessLog } from '../access-log.ts';
import type { Format } from '../format.ts';
import { clfMoment } from '../times.ts';
import { commonLine } from './common-log.ts';

export const TRAEFIK: Format = accessLog({
  name: 'traefik',
  what: 'Traefik: common log format',
  columns: [{ name: 'duration', unit: 'ms' }],
  parts(line) {
    const found = commonLine(line);
    const time = /^\d+ "[^"]*" "[^"]*" (\d+)ms$/.exec(found?.rest ?? '')?.[1];
    return found === null || time === undefined ? null : { moment: found.moment, times: [time] };
  },
  momentMs: clfMoment,
  timeOf: 'start',
  timeStepMs: 1000,
  isCut: true,
});
