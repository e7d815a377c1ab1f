/**
 * Apache httpd: common or combined with a time behind it: `%D` (microseconds) or `%T` (seconds), both whole numbers,
 * which is why the unit has to be said. The moment is when the request came. Source: httpd.apache.org, mod_log_config.
 */
import { accessLog } from '../access-log.ts';
import type { Format } from '../format.ts';
import { clfMoment } from '../times.ts';
import { commonLine } from './common-log.ts';

export const APACHE: Format = accessLog({
  name: 'apache',
  what: 'Apache httpd: common or combined with %D or %T at the end',
  columns: [{ name: 'time', unit: null }],
  parts(line) {
    const found = commonLine(line);
    const time = /(?:^|[\s"/=])(\d+|-)$/.exec(found?.rest ?? '')?.[1];
    return found === null || time === undefined ? null : { moment: found.moment, times: [time] };
  },
  momentMs: clfMoment,
  timeOf: 'start',
  timeStepMs: 1000,
});
