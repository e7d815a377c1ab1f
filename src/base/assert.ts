/**
 * Invariants. They stay on in every build: a simulator that is wrong and silent is worth nothing.
 */

/** A bug of ours: something that must hold did not. `world/` adds the seed and the simulated time. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** Throws an InvariantError with `message` unless `condition` holds. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}
