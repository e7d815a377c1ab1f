/** What a pod is made of, the states of its process, and how it answers its kubelet. */
import type { PlannedPod, PlannedRevision } from '../../contract/plan.ts';

/**
 * Pending: no container has run yet. Starting: the container runs and does not listen yet. Running: it serves.
 * Draining: after SIGTERM, it finishes what it has begun and takes no new connections. Down: the process has died,
 * the address is there. Gone: so is the address.
 */
export type PodState = 'Pending' | 'Starting' | 'Running' | 'Draining' | 'Down' | 'Gone';

/** What a probe meets: an answer at once, one when the requests before it have had their turn, or none. */
export type ProbeAnswer = 'success' | 'failure' | 'in turn' | 'none';

/** What a pod is made of; what is left out is nothing. */
export type PodFacts = Pick<PlannedPod, 'name' | 'ip' | 'node'> &
  Partial<PlannedPod> & { readonly revision?: PlannedRevision | null };
