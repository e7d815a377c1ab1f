/**
 * What those who carry a container's log put around each of its lines: the container runtime on a node's disk
 * (/var/log/containers), Docker, and `kubectl logs --timestamps` or `--prefix`, or both.
 *
 * A runtime cuts long lines into parts; and it writes standard error between the lines of standard output, which is left out where
 * there are both: access logs go to standard output, and complaints to the other.
 */
import type { Head } from './format.ts';
import { parseJson } from './json.ts';
import { LINE_MAX } from './lines.ts';

/** What one line carries: a part of the program's line, whether that is its last, and which stream it is of. */
interface Part {
  readonly text: string;
  readonly isLast: boolean;
  readonly stream: 'stdout' | 'stderr' | null;
}

interface Wrapping {
  /** To be told: lines … */
  readonly name: string;
  /** Null: the line is not wrapped so. */
  readonly open: (line: string) => Part | null;
}

const INSTANT = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)`;

/** Pod and container. */
const PREFIX = /^\[pod\/[^\]\s]+\] /;

/** The text behind what every line begins with. */
const behind =
  (pattern: RegExp) =>
  (line: string): Part | null => {
    const [start] = pattern.exec(line) ?? [];
    return start === undefined
      ? null
      : { text: line.slice(start.length), isLast: true, stream: null };
  };

/** Time, stream, F or P (the last part of a line, or not), text: Kubernetes' kubelet-cri-logging design. */
const CRI = new RegExp(`^${INSTANT} (stdout|stderr) ([FP])(?: |$)`);

const WRAPPINGS: readonly Wrapping[] = [
  {
    name: 'of a container runtime (CRI)',
    open: (line) => {
      const [start, stream, part] = CRI.exec(line) ?? [];
      if (start === undefined) return null;
      return {
        text: line.slice(start.length),
        isLast: part === 'F',
        stream: stream as 'stdout' | 'stderr',
      };
    },
  },
  {
    name: 'of Docker (json-file)',
    open: (line) => {
      const { log, stream, time } = (parseJson(line) ?? {}) as Record<string, unknown>;
      if (typeof log !== 'string' || typeof time !== 'string') return null;
      if (stream !== 'stdout' && stream !== 'stderr') return null;
      const isLast = log.endsWith('\n');
      return { text: isLast ? log.slice(0, -1) : log, isLast, stream };
    },
  },
  {
    name: 'of kubectl logs --prefix --timestamps',
    open: behind(new RegExp(`${PREFIX.source}${INSTANT} `)),
  },
  { name: 'of kubectl logs --prefix', open: behind(PREFIX) },
  {
    name: 'of kubectl logs --timestamps',
    open: behind(new RegExp(`^${INSTANT} `)),
  },
];

/** Takes the lines of one file out of what is around them. */
export class Unwrapper {
  readonly name: string;
  private readonly open: Wrapping['open'];
  private readonly stream: Part['stream'];
  /** The parts so far of a line that is not whole. */
  private begun = '';

  constructor({ name, open }: Wrapping, stream: Part['stream']) {
    this.name = name;
    this.open = open;
    this.stream = stream;
  }

  /** The program's line that ends with this one; null: none does, or it is not looked at. One of more than LINE_MAX is cut off somewhere behind that. */
  take(line: string): string | null {
    const part = this.open(line) ?? { text: line, isLast: true, stream: this.stream };
    if (part.stream !== this.stream) return null;
    if (this.begun.length <= LINE_MAX) this.begun += part.text;
    if (!part.isLast) return null;
    const whole = this.begun;
    this.begun = '';
    return whole;
  }

  /** What a file begins with. */
  headOf({ lines }: Head): Head {
    const taken = lines
      .map((line) => this.take(line))
      .filter((line) => line !== null && line.trim() !== '') as string[];
    this.begun = '';
    return { text: taken.map((line) => `${line}\n`).join(''), lines: taken };
  }
}

/** Null: the lines of a file that begins so are bare. No format has lines that look like any of these. */
export function unwrapperOf({ lines }: Head): Unwrapper | null {
  for (const wrapping of WRAPPINGS) {
    const streams = lines.map((line) => wrapping.open(line)?.stream);
    if (lines.length === 0 || streams.includes(undefined)) continue;
    return new Unwrapper(wrapping, streams.includes('stdout') ? 'stdout' : streams[0]!);
  }
  return null;
}
