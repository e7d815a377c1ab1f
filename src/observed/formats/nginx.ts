/**
 * nginx: the format `combined` with times behind it, in any of the ways that people add them (`$request_time
 * $upstream_response_time`, `rt=$request_time urt="$upstream_response_time"`), and the format of ingress-nginx. Both
 * times are seconds with three decimals; of several upstreams the last is the one that answered. The moment is the end
 * of the request. Source: nginx.org, ngx_http_log_module and ngx_http_upstream_module;
 * kubernetes.github.io/ingress-nginx, log format.
 */
import { accessLog } from '../access-log.ts';
import type { LineParts } from '../access-log.ts';
import type { Format } from '../format.ts';
import { clfMoment } from '../times.ts';
import { commonLine } from './common-log.ts';

const COLUMNS = [
  { name: 'upstream_response_time', unit: 's' },
  { name: 'request_time', unit: 's' },
] as const;

const SHARED = {
  columns: COLUMNS,
  momentMs: clfMoment,
  timeOf: 'end',
  timeStepMs: 1000,
} as const;

/** Values of a variable that may have one for each upstream. */
const LIST = '((?:[^\\s,]+(?: : |, ))*\\S+)';
const INGRESS = new RegExp(
  `^\\d+ (\\d+\\.\\d{3}) \\[[^\\]]*\\] \\[[^\\]]*\\] ${LIST} ${LIST} ${LIST} ${LIST} \\S+$`,
);

const KEYS: readonly (readonly [RegExp, number])[] = [
  [/\b(?:urt|upstream_response_time|upstream_time)[=:]"?([\d.,: -]+)/, 0],
  [/\b(?:rt|request_time)[=:]"?([\d.]+|-)/, 1],
];

/** What may stand between times and is none. */
const QUOTED_TEXT = /"(?:[^"\\]|\\.)*"/g;
const SECONDS = /^(?:\d+\.\d{3}|-)$/;

function parts(line: string): LineParts | null {
  const found = commonLine(line);
  if (found === null) return null;
  const { moment, rest } = found;
  const times: (string | undefined)[] = [undefined, undefined];
  for (const [pattern, column] of KEYS) times[column] = pattern.exec(rest)?.[1]?.trim();
  if (times.some((time) => time !== undefined)) return { moment, times };
  // Lists keep their parts together.
  const bare = rest.replace(QUOTED_TEXT, ' ').replace(/(?:, | : )/g, ',');
  const [request, upstream] = bare
    .split(/\s+/)
    .filter((word) => SECONDS.test(word) || /^[\d.]+(?:,[\d.-]+)+$/.test(word));
  return request === undefined ? null : { moment, times: [upstream, request] };
}

export const NGINX: Format = accessLog({
  ...SHARED,
  name: 'nginx',
  what: 'nginx: combined with $request_time, $upstream_response_time',
  parts,
});

export const INGRESS_NGINX: Format = accessLog({
  ...SHARED,
  name: 'ingress-nginx',
  what: 'ingress-nginx: upstream_response_time, request_time',
  parts(line) {
    const found = commonLine(line);
    const match = found === null ? null : INGRESS.exec(found.rest);
    return match === null ? null : { moment: found!.moment, times: [match[4], match[1]] };
  },
});
