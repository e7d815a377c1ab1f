/**
 * The constraints of a sweep: expressions of CEL, the language of Kubernetes' own validation rules, over the
 * parameters. Numbers are doubles whatever they are of (durations are seconds, rates per second), and may be mixed with whole
 * numbers, which CEL alone does not allow; `replicas / 2` is no whole division.
 *
 * Sources: cel.dev (language definition), KEP-2876 (CEL for validation rules of CustomResourceDefinitions).
 */
import { Environment } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import { didYouMean } from '../../base/suggest.ts';
import type { SweepValue } from '../../contract/sweep.ts';
import type { ConstraintLanguage } from './sweep.ts';

const MIXED: readonly (readonly [operator: string, apply: (a: number, b: number) => number])[] = [
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
];

function environmentOf(types: Readonly<Record<string, string>>): Environment {
  const environment = new Environment();
  for (const [operator, apply] of MIXED) {
    const sides = [
      ['double', 'int'],
      ['int', 'double'],
      // CEL knows no remainder of doubles.
      ...(operator === '%' ? [['double', 'double']] : []),
    ];
    for (const [left, right] of sides) {
      environment.registerOperator(`${left} ${operator} ${right}`, (a: unknown, b: unknown) =>
        apply(Number(a), Number(b)),
      );
    }
  }
  // That of an int with a double comes with it.
  environment.registerOperator(
    'double == int',
    (a: unknown, b: unknown) => Number(a) === Number(b),
  );
  for (const [name, type] of Object.entries(types)) environment.registerVariable(name, type);
  return environment;
}

/** What CEL takes the values of a parameter for. */
function typeOf(values: readonly SweepValue[]): string {
  if (values.every(({ number }) => number !== null)) return 'double';
  if (values.every(({ text }) => text === 'true' || text === 'false')) return 'bool';
  return 'string';
}

/** The names that an expression speaks of. */
function namesIn(node: unknown, names: Set<string> = new Set()): ReadonlySet<string> {
  if (Array.isArray(node)) for (const part of node) namesIn(part, names);
  else if (typeof node === 'object' && node !== null && 'op' in node) {
    const { op, args } = node as ASTNode;
    if (op === 'id') names.add(args);
    else namesIn(args, names);
  }
  return names;
}

/** CEL's own error, as far as it is said here. */
interface Complaint {
  readonly summary?: string;
  readonly message: string;
  readonly range?: { readonly start: number; readonly end: number };
}

/** The words of CEL for what is wrong, and the nearest parameter for a name that is none. */
function complaint(error: unknown, parameters: readonly string[]) {
  const { summary, message, range } = error as Complaint;
  const words = (summary ?? message).split('\n')[0]!;
  const unknown = /^Unknown variable: (.*)$/.exec(words)?.[1];
  const text =
    unknown === undefined
      ? `${words[0]!.toLowerCase()}${words.slice(1)}`
      : `no parameter "${unknown}"${didYouMean(unknown, parameters)}`;
  return { ok: false as const, message: text, ...(range === undefined ? {} : { range }) };
}

/** CEL. */
export const cel: ConstraintLanguage = {
  compile(text, parameters) {
    const names = parameters.map(({ name }) => name);
    const types = new Map(parameters.map(({ name, values }) => [name, typeOf(values)]));
    const environment = environmentOf(Object.fromEntries(types));
    const checked = environment.check(text);
    if (!checked.valid) return complaint(checked.error, names);
    if (checked.type !== 'bool' && checked.type !== 'dyn') {
      return { ok: false, message: `is ${checked.type}, and not true or false` };
    }
    const expression = environment.parse(text);
    if (![...namesIn(expression.ast)].some((name) => types.has(name))) {
      return { ok: false, message: `names no parameter; there are: ${names.join(', ')}` };
    }
    return {
      ok: true,
      holds(values): boolean {
        const context = parameters.map(({ name }, index) => {
          const { text: written, number } = values[index]!;
          const type = types.get(name);
          return [
            name,
            type === 'double' ? number : type === 'bool' ? written === 'true' : written,
          ];
        });
        return expression(Object.fromEntries(context)) === true;
      },
    };
  },
};
