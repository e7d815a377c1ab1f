/** The formats there are, the most particular first: the first that recognises a file reads it. */
import type { Format, Head } from '../format.ts';
import { APACHE } from './apache.ts';
import { AWS_ALB } from './aws-alb.ts';
import { CSV, KNOWN_CSV } from './csv.ts';
import { ENVOY } from './envoy.ts';
import { FORTIO } from './fortio.ts';
import { HAPROXY } from './haproxy.ts';
import { JSON_LINES, KNOWN_JSON } from './json-lines.ts';
import { INGRESS_NGINX, NGINX } from './nginx.ts';
import { HGRM, WRK2 } from './percentile-spectrum.ts';
import { K6_SUMMARY, VEGETA_REPORT } from './percentile-summary.ts';
import { PLAIN_TEXT } from './plain.ts';
import { TRAEFIK } from './traefik.ts';

export const FORMATS: readonly Format[] = [
  FORTIO,
  VEGETA_REPORT,
  ...KNOWN_JSON,
  K6_SUMMARY,
  JSON_LINES,
  WRK2,
  HGRM,
  ...KNOWN_CSV,
  ENVOY,
  HAPROXY,
  AWS_ALB,
  INGRESS_NGINX,
  TRAEFIK,
  NGINX,
  APACHE,
  PLAIN_TEXT,
  CSV,
];

/** Null where none knows it. */
export const formatOf = (head: Head): Format | null =>
  FORMATS.find((format) => format.recognises(head)) ?? null;
