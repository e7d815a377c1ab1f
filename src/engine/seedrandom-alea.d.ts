/**
 * The generator alone. The package's front door also loads five others, and one that patches
 * `Math` and reads ambient entropy while loading.
 */
declare module 'seedrandom/lib/alea.js' {
  import type { State, StatefulPRNG } from 'seedrandom';

  export default function alea(seed: string, options: { state: true }): StatefulPRNG<State.Alea>;
}
