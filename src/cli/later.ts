/** What is promised for later: named, so that it is refused as such and not taken for a typo. */

/** Commands that this version doesn't have. */
export const LATER_COMMANDS: readonly { readonly name: string; readonly what: string }[] = [
  { name: 'sweep', what: 'a grid of settings, and the smallest that meets every threshold' },
  { name: 'baseline', what: 'a regression gate against a committed file' },
  { name: 'report', what: 'saved results rendered again' },
  { name: 'trace', what: 'one request, event by event' },
  { name: 'plan', what: 'the resolved run and the theory it will be judged by' },
  { name: 'init', what: 'a scenario to start from' },
  { name: 'import', what: 'service times from a latency log' },
];
