/**
 * The workloads of the benchmark: a scenario, the requests per simulated second that it issues, and
 * what queueing theory says of its latency, in seconds, the unit of its service time.
 */
export interface Workload {
  readonly name: 'W1' | 'W2' | 'W3';
  readonly scenario: string;
  readonly requestsPerSecond: number;
  readonly theory: { readonly mean: number; readonly p50: number; readonly p99: number };
}

/** Sojourn time of M/M/1: exponential with mean 1 / (μ − λ), here 1 / (1 − 0.8). */
const MM1_MEAN = 5;
/** There is always an idle pod: the latency is the exponential service time. */
const IDLE_MEAN = 1;
/**
 * What the network adds in W2: a round trip of 2 × 50 ms for the handshake, which the bare queue of
 * the yardstick does not have, and another for the request.
 */
const W2_NETWORK = 0.2;

const exponential = (mean: number, offset = 0): Workload['theory'] => ({
  mean: mean + offset,
  p50: mean * Math.log(2) + offset,
  p99: mean * Math.log(100) + offset,
});

export const WORKLOADS: readonly Workload[] = [
  {
    name: 'W1',
    scenario: 'bench/w1.yaml',
    requestsPerSecond: 8,
    theory: exponential(MM1_MEAN),
  },
  {
    name: 'W2',
    scenario: 'bench/w2.yaml',
    requestsPerSecond: 8,
    theory: exponential(MM1_MEAN, W2_NETWORK),
  },
  {
    name: 'W3',
    scenario: 'bench/w3.yaml',
    requestsPerSecond: 800,
    theory: exponential(IDLE_MEAN),
  },
];
