/**
 * What is asked of a run: a metric, in a window, of a client or a Service. A query has a key, the text under
 * which saved results hold its value: `latency.p99`, or `latency.p99{window=rollout,client=web}`.
 */

/** Whose figure is asked for. */
export interface MetricScope {
  readonly window: string;
  /** One client by name, or null for all of them pooled. */
  readonly client: string | null;
  /** One Service by label, or null for the one that is worst off. */
  readonly service: string | null;
}

export interface MetricQuery extends MetricScope {
  readonly metric: string;
}

/** A metric of the whole measurement: over all clients, of the Service that is worst off. */
export const overall = (metric: string): MetricQuery => ({
  metric,
  window: 'all',
  client: null,
  service: null,
});

/** The key of a query: the metric alone where it is `overall`. Names hold neither `,` nor `=` nor braces. */
export function metricKey({ metric, window, client, service }: MetricQuery): string {
  const labels = [
    ...(window === 'all' ? [] : [`window=${window}`]),
    ...(client === null ? [] : [`client=${client}`]),
    ...(service === null ? [] : [`service=${service}`]),
  ];
  return labels.length === 0 ? metric : `${metric}{${labels.join(',')}}`;
}

const KEY = /^([^{},=]+)(?:\{([^{}]+)\})?$/;

/** The query that a key belongs to; null for a text that is no key. Whether there is such a metric is not looked at. */
export function parseMetricKey(key: string): MetricQuery | null {
  const match = KEY.exec(key);
  if (match === null) return null;
  const scope: Record<keyof MetricScope, string | null> = {
    window: null,
    client: null,
    service: null,
  };
  for (const label of match[2]?.split(',') ?? []) {
    const [name, value, ...more] = label.split('=');
    const known = name === 'window' || name === 'client' || name === 'service';
    if (!known || value === undefined || value === '' || more.length > 0) return null;
    if (scope[name] !== null) return null;
    scope[name] = value;
  }
  return { ...scope, metric: match[1]!, window: scope.window ?? 'all' };
}
