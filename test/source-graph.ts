/**
 * The files of this repository and what they import, read once from `git ls-files` and parsed with
 * the TypeScript compiler, for the tests that hold the layers and the habits of the code.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export const ROOT: string = fileURLToPath(new URL('..', import.meta.url));

/** One import, re-export or `import()`. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file it names, from the root of the repository; null for a package. */
  readonly file: string | null;
  readonly line: number;
  /** Erased when compiled. */
  readonly typeOnly: boolean;
  readonly names: readonly string[];
}

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** Every file of the repository that git knows or would add, and that exists, in git's order. */
export function repositoryFiles(): string[] {
  const listed = execFileSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  const files = listed.split('\0').filter((path) => path !== '' && existsSync(ROOT + path));
  return [...new Set(files)];
}

export function readRepositoryFile(path: string): string {
  return readFileSync(ROOT + path, 'utf8');
}

/** The TypeScript files under `src/`. */
export function sourceFiles(): SourceFile[] {
  return repositoryFiles()
    .filter((path) => path.startsWith('src/') && path.endsWith('.ts'))
    .map((path) => parseSource(path, readRepositoryFile(path)));
}

export function parseSource(path: string, text: string): SourceFile {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest);
  const imports: Import[] = [];
  const add = (at: ts.Node, specifier: string, typeOnly: boolean, names: string[]): void => {
    const line = tree.getLineAndCharacterOfPosition(at.getStart(tree)).line + 1;
    const file = specifier.startsWith('.')
      ? posix.normalize(posix.join(posix.dirname(path), specifier))
      : null;
    imports.push({ specifier, file, line, typeOnly, names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const clause = node.importClause;
      const named = clause?.namedBindings;
      const names =
        named !== undefined && ts.isNamedImports(named)
          ? named.elements.map((element) => (element.propertyName ?? element.name).text)
          : [];
      add(
        node,
        node.moduleSpecifier.text,
        clause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
        names,
      );
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      if (ts.isStringLiteral(node.moduleSpecifier)) {
        add(node, node.moduleSpecifier.text, node.isTypeOnly, []);
      }
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const argument = node.arguments[0];
      if (argument !== undefined && ts.isStringLiteral(argument))
        add(node, argument.text, false, []);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      const literal = node.argument.literal;
      if (ts.isStringLiteral(literal)) add(node, literal.text, true, []);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { path, text, imports };
}
