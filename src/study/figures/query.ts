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
