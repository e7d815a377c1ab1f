/** The command as a process, in a folder of its own, and the scenarios it is given there. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const COMMAND: string = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What a process left behind. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Variables that change what is printed are taken out of the environment of the tests. */
function environment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, CI, TERM, ...rest } = process.env;
  void [NO_COLOR, FORCE_COLOR, CI, TERM];
  return { ...rest, TERM: 'xterm', ...extra };
}

/** A folder to work in. */
export class Workspace {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'svcsim-'));

  write(files: Readonly<Record<string, string | Uint8Array>>): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  read(name: string): string {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /** Every file below `name`, with its text. */
  tree(name: string): ReadonlyMap<string, string> {
    const entries = readdirSync(join(this.folder, name), { recursive: true, withFileTypes: true });
    return new Map(
      entries
        .filter((entry) => entry.isFile())
        .map((entry): [string, string] => {
          const path = join(entry.parentPath, entry.name);
          return [path.slice(join(this.folder, name).length + 1), readFileSync(path, 'utf8')];
        })
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  svcsim(
    args: readonly string[],
    options: {
      readonly input?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly command?: string;
    } = {},
  ): Outcome {
    const { input = '', env = {}, command = COMMAND } = options;
    const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
      cwd: this.folder,
      env: environment(env),
      encoding: 'utf8',
      input,
      maxBuffer: 1 << 28,
    });
    return { status, stdout, stderr };
  }

  start(args: readonly string[], command: string = COMMAND): ChildProcess {
    return spawn(process.execPath, [command, ...args], {
      cwd: this.folder,
      env: environment({}),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A Service and the pods behind it. */
export const MANIFESTS = `apiVersion: v1
kind: Service
metadata: { name: backend }
spec:
  selector: { app: backend }
  ports: [{ port: 80, targetPort: 8080 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: backend }
spec:
  replicas: 3
  selector: { matchLabels: { app: backend } }
  template:
    metadata: { labels: { app: backend } }
    spec: { containers: [{ name: main, image: backend, ports: [{ containerPort: 8080 }] }] }
`;

/** Lines of `spec` that a test may want to be different. */
export interface ScenarioParts {
  readonly name?: string;
  readonly seed?: number;
  readonly replications?: number;
  readonly duration?: string;
  readonly client?: string;
  readonly thresholds?: readonly string[];
  readonly extra?: string;
  readonly manifests?: string;
}

/** A scenario that takes a few milliseconds to simulate: three pods, 60 % busy, two variants. */
export function scenario(parts: ScenarioParts = {}): string {
  const { name = 'small', seed = 42, replications = 2, duration = '10s', extra = '' } = parts;
  const { thresholds = ['latency.p99 < 1s'], manifests = MANIFESTS } = parts;
  const {
    client = '{ name: web, target: "http://backend:80", arrival: { poisson: { rate: 180/s } } }',
  } = parts;
  return `apiVersion: svcsim/v1alpha1
kind: Scenario
metadata: { name: ${name}, annotations: { svcsim/question: Which mode spreads better? } }
spec:
  seed: ${seed}
  replications: ${replications}
  warmUp: 1s
  duration: ${duration}
  workloads:
    - { target: deployment/backend, serviceTime: { exponential: { mean: 10ms } } }
  clients:
    - ${client}
  thresholds:
${thresholds.map((line) => `    - ${line}\n`).join('')}  variants:
    - { name: iptables, set: { proxy.mode: iptables } }
    - { name: ipvs, set: { proxy.mode: ipvs } }
${extra}---
${manifests}`;
}
