/** The queues that textbooks solve, under one name. */
export { allenCunneen } from './allen-cunneen.ts';
export { erlangB, erlangC } from './erlang.ts';
export { gm1 } from './gm1.ts';
export { md1 } from './md1.ts';
export { mg1 } from './mg1.ts';
export { mg1Distribution } from './mg1-distribution.ts';
export { mm1, mmc } from './mmc.ts';
export { mmck } from './mmck.ts';
export type { QueueDistributions, QueueFigures } from './queue.ts';
