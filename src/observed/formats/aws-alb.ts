/**
 * AWS Application Load Balancer: three times in seconds, of which target_processing_time is the target's; -1 where it was
 * not asked. The moment is when the load balancer answered. Source: docs.aws.amazon.com, access logs for your Application
 * Load Balancer.
 */
import { accessLog } from '../access-log.ts';
import type { Format } from '../format.ts';
import { isoMoment } from '../times.ts';

const LINE =
  /^(?:https?|h2|grpcs|wss?) (\S+) \S+ \S+ \S+ (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (?:\d{3}|-) /;

export const AWS_ALB: Format = accessLog({
  name: 'alb',
  what: 'AWS Application Load Balancer',
  columns: ['target_processing_time', 'request_processing_time', 'response_processing_time'].map(
    (name) => ({ name, unit: 's' }),
  ),
  parts(line) {
    const [found, moment, request, target, response] = LINE.exec(line) ?? [];
    return found === undefined ? null : { moment: moment!, times: [target, request, response] };
  },
  momentMs: isoMoment,
  timeOf: 'end',
  timeStepMs: 0,
});
