/**
 * The scripts that the build makes, and the code that V8 had made of them when the build had tried them out: with it
 * nothing is parsed and compiled again, which is a third of the time that a short run takes.
 *
 * V8 takes only code of its own version and flags, and the name of the file holds it to this build of Node: its version, system,
 * processor, and the length of its binary, by which builds for two C libraries differ. Anywhere else, and where there is no such
 * file, a script is compiled like any other. Of the script itself V8 compares no more than the length, so code is only ever
 * kept by the build that has just made the script.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';

/** What a script is: a function, as Node wraps a CommonJS module. Packages are in it, so all that it asks for is Node's. */
type Wrapper = (
  exports: object,
  require: typeof process.getBuiltinModule,
  module: { exports: object },
) => void;

/** Beside this file once it is built. */
const pathOf = (file: string): string => fileURLToPath(new URL(`./${file}`, import.meta.url));

export class BuiltScript<Exports extends object> {
  readonly exports: Exports;
  private readonly script: Script;
  private readonly codePath: string;

  constructor(name: string) {
    const path = pathOf(`${name}.cjs`);
    const { version, platform, arch, execPath } = process;
    const length = statSync(execPath).size;
    this.codePath = pathOf(`${name}-${version}-${platform}-${arch}-${length}.code`);
    // The build writes ASCII, of which V8 keeps a byte a character.
    this.script = new Script(readFileSync(path, 'latin1'), {
      filename: path,
      cachedData: this.keptCode(),
    });
    const module = { exports: {} };
    const wrapper = this.script.runInThisContext() as Wrapper;
    wrapper(module.exports, process.getBuiltinModule, module);
    this.exports = module.exports as Exports;
  }

  /** Keeps what V8 has compiled so far, for processes to come. */
  keepCode(): void {
    writeFileSync(this.codePath, this.script.createCachedData());
  }

  private keptCode(): Buffer | undefined {
    try {
      return readFileSync(this.codePath);
    } catch {
      return undefined;
    }
  }
}
