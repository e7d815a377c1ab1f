/** What a pod serves, as its scheduler sees it: a request. */
export interface Thread {
  /** It needs no CPU time: it is served `demandNs` from now. */
  beginService(demandNs: number): void;
  /** It needs `cpuNs` of CPU time from now on; it is served `restNs` after it has had that. */
  beginOnCpu(restNs: number, cpuNs: number): void;
  /** It has had its CPU time. */
  cpuSpent(): void;
}
