/**
 * Envoy's default text format, and Istio's, which has three more fields before the bytes. Times are whole ms, their fractions
 * cut off: `duration` is that of the request, `upstream` the one in the header x-envoy-upstream-service-time. The moment
 * is when the request came. Source: envoyproxy.io, access logging; istio.io, Envoy access logs; that fractions are cut off:
 * duration_cast in source/common/formatter and source/common/router.
 */
import { accessLog } from '../access-log.ts';
import type { Format } from '../format.ts';
import { isoMoment } from '../times.ts';
import { QUOTED } from './common-log.ts';

const LINE = new RegExp(
  `^\\[([^\\]]+)\\] ${QUOTED} \\d+ \\S+ (?:\\S+ \\S+ ${QUOTED} )?\\d+ \\d+ (\\d+|-) "?(\\d+|-)"?(?: |$)`,
);

export const ENVOY: Format = accessLog({
  name: 'envoy',
  what: 'Envoy and Istio: x-envoy-upstream-service-time, duration',
  columns: [
    { name: 'upstream', unit: 'ms' },
    { name: 'duration', unit: 'ms' },
  ],
  parts(line) {
    const found = LINE.exec(line);
    return found === null ? null : { moment: found[1]!, times: [found[3], found[2]] };
  },
  momentMs: isoMoment,
  timeOf: 'start',
  timeStepMs: 0,
  isCut: true,
});
