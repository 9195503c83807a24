// Reads the imports of source files and says which of them the rules of the parts forbid.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a part of the source may import; everything that is not named is forbidden. */
export interface PartRule {
  /** A file without its extension, or a folder with a slash at its end. The longest that fits counts. */
  readonly part: string;
  /** Other parts, written alike. A part may always import from itself, less what has a rule of its own. */
  readonly mayImport: readonly string[];
  /** Parts of which it may know the types only. */
  readonly mayImportTypesOf?: readonly string[];
  /** Modules of Node: all, all but those that open sockets, or none. */
  readonly node: 'all' | 'noSockets' | 'none';
  readonly packages: boolean;
  readonly why: string;
  /** The folder that `./` and `../` may not leave, where it is not the part's own. */
  readonly home?: string;
}

export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

interface Import {
  readonly specifier: string;
  readonly isTypeOnly: boolean;
}

const EXTENSION = /\.tsx?$/;
const statements = /^(?:import|export)\s+(type\s)?([\w$*{},\s]*?)\s*\bfrom\s*['"]([^'"]+)['"]/gm;
const sideEffects = /^import\s*['"]([^'"]+)['"]/gm;
const dynamicImports = /\bimport\(\s*['"]([^'"]+)['"]/g;
const comments = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;

export function importsOf(text: string): Import[] {
  const code = text.replace(comments, '');
  const named = Array.from(code.matchAll(statements), ([, type, names = '', specifier = '']) => ({
    specifier,
    isTypeOnly: type !== undefined || areTypes(names),
  }));
  const others = [sideEffects, dynamicImports].flatMap((pattern) =>
    Array.from(code.matchAll(pattern), ([, specifier = '']) => ({ specifier, isTypeOnly: false })),
  );
  return [...named, ...others];
}

/** `{ type A, type B }` */
function areTypes(names: string): boolean {
  const inBraces = /^\{([^}]*)\}$/.exec(names.trim())?.[1];
  if (inBraces === undefined) return false;
  const each = inBraces.split(',').map((name) => name.trim());
  return each.filter(Boolean).every((name) => name.startsWith('type '));
}

function isIn(part: string, file: string): boolean {
  return part.endsWith('/') ? file.startsWith(part) : file === part;
}

function ruleFor(rules: readonly PartRule[], file: string): PartRule | undefined {
  const fitting = rules.filter(({ part }) => isIn(part, file));
  return fitting.reduce<PartRule | undefined>(
    (best, rule) => (best && best.part.length >= rule.part.length ? best : rule),
    undefined,
  );
}

/** What is wrong with one import, as the end of a sentence; undefined when nothing is. */
function objection(
  rules: readonly PartRule[],
  rule: PartRule,
  file: string,
  { specifier, isTypeOnly }: Import,
): string | undefined {
  if (specifier.startsWith('.')) {
    const target = relativeTarget(file, specifier);
    const home = rule.home ?? folderOf(rule.part);
    if (!target.startsWith(home)) return `may not climb out of ${home}`;
    return partObjection(rules, rule, target, isTypeOnly);
  }
  if (specifier.startsWith('#')) return partObjection(rules, rule, specifier.slice(1), isTypeOnly);
  if (specifier.startsWith('node:')) {
    const opensSockets = /^node:(net|dgram|tls|https?|http2)$/.test(specifier);
    const mayNode = rule.node === 'all' || (rule.node === 'noSockets' && !opensSockets);
    return mayNode ? undefined : 'may not use that module of Node';
  }
  return rule.packages ? undefined : 'may not use packages';
}

function folderOf(part: string): string {
  return part.endsWith('/') ? part : `${path.posix.dirname(part)}/`;
}

/** Without its extension, and without what a bundler is told in a query. */
function relativeTarget(file: string, specifier: string): string {
  const target = path.posix.join(path.posix.dirname(file), specifier.replace(/\?.*$/, ''));
  return target.replace(EXTENSION, '');
}

function partObjection(
  rules: readonly PartRule[],
  rule: PartRule,
  target: string,
  isTypeOnly: boolean,
): string | undefined {
  const fits = (part: string): boolean => isIn(part, target);
  if (ruleFor(rules, target) === rule || rule.mayImport.some(fits)) return undefined;
  if (!rule.mayImportTypesOf?.some(fits)) return `may not import ${target}`;
  return isTypeOnly ? undefined : `may import only types of ${target}`;
}

/** One sentence for each breach of the rules. */
export function breachesOf(rules: readonly PartRule[], files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path: withExtension, text }) => {
    const file = withExtension.replace(EXTENSION, '');
    const rule = ruleFor(rules, file);
    if (!rule) return [`${withExtension} belongs to no part: give it a rule.`];
    return importsOf(text).flatMap((imported) => {
      const objected = objection(rules, rule, file, imported);
      if (objected === undefined) return [];
      return [
        `${withExtension} imports '${imported.specifier}', but ${rule.part} ${objected}: ${rule.why}.`,
      ];
    });
  });
}

/** The source files below these folders of the repository. */
export function sourceFiles(root: URL, folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => EXTENSION.test(name))
      .map((name) => {
        const file = `${folder}/${name.split(path.sep).join('/')}`;
        return { path: file, text: readFileSync(new URL(file, root), 'utf8') };
      }),
  );
}
