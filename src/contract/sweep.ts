/**
 * A sweep, resolved: parameters with the values they take, and the points of their grid that the
 * constraints leave, each with the plan that it is simulated by. Plain, frozen data like the plans themselves.
 */
import type { Plan } from './plan.ts';

/** One value of a parameter. */
export interface SweepValue {
  /** As written, or as a range comes to it: `9`, `200/s`, `ipvs`. */
  readonly text: string;
  /** For order and constraints: durations in seconds, rates per second, quantities in their unit; null: it is text. */
  readonly number: number | null;
}

export interface SweepParameter {
  readonly name: string;
  /** What it sets, all to the same value. */
  readonly paths: readonly string[];
  readonly values: readonly SweepValue[];
}

/** One setting of all parameters. */
export interface SweepPoint {
  /** `replicas=9, load=200/s`. */
  readonly name: string;
  /** One value a parameter, in their order. */
  readonly values: readonly SweepValue[];
  /** Its `variant` is the point's name. */
  readonly plan: Plan;
}

/** `min:replicas`: the smallest, or largest, value that meets every threshold is looked for. */
export interface SweepGoal {
  readonly direction: 'min' | 'max';
  /** Index of the parameter; all its values have numbers. */
  readonly parameter: number;
}

export interface Sweep {
  readonly parameters: readonly SweepParameter[];
  /** In order of the grid: the last parameter changes fastest. */
  readonly points: readonly SweepPoint[];
  readonly goal: SweepGoal | null;
}
