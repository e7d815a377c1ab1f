/** The two sides of a wait for a name: who resolves it, and who cannot go on without its address. */

/** Waits for the address behind the name that its client calls. */
export interface NameWaiter {
  /** The address is known. */
  resolved(): void;
  /** getaddrinfo() has failed (EAI_AGAIN). */
  unresolved(): void;
}

/** Resolves the name of one target for one client pod. */
export interface NameResolver {
  /** Whether the client pod has an answer that is still valid: nobody has to wait. */
  readonly isFresh: boolean;
  /** Answers so far: a client that has one from before sees by this that there is a newer one. */
  readonly answers: number;
  /** Asks; the waiter is told later, never within this call. */
  resolve(waiter: NameWaiter): void;
  /** A waiter has gone. */
  forget(waiter: NameWaiter): void;
}
