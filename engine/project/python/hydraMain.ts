/** Which configs a training script uses: what its `@hydra.main(…)` says, read from the text. */
import { basename, dirname, extname, isAbsolute, join, normalize } from 'node:path';
import { argumentsAt } from './outline.js';
import { bracket, type PythonToken, pythonTokens } from './tokens.js';

interface HydraMain {
  /** Absolute; undefined where it names none, or in a way that the text does not show. */
  readonly configRoot: string | undefined;
  readonly configName: string | undefined;
}

/** Expressions in expressions; far above real ones. */
const MAX_DEPTH = 20;
/** Steps for one argument; stops constants that refer to each other repeatedly. */
const MAX_EXPRESSIONS = 200;
/** Functions that return an equivalent path. */
const SAME: ReadonlySet<string> = new Set([
  ...['str', 'Path', 'pathlib.Path', 'PurePath', 'pathlib.PurePath', 'os.fspath'],
  ...[
    'os.path.abspath',
    'os.path.realpath',
    'os.path.normpath',
    'osp.abspath',
    'osp.realpath',
    'abspath',
    'realpath',
  ],
]);
const JOINS: ReadonlySet<string> = new Set(['os.path.join', 'osp.join', 'Path', 'pathlib.Path']);
const DIRNAMES: ReadonlySet<string> = new Set(['os.path.dirname', 'osp.dirname', 'dirname']);
const CALLED: ReadonlySet<string> = new Set([...SAME, ...JOINS, ...DIRNAMES]);
const SAME_METHODS: ReadonlySet<string> = new Set(['resolve', 'absolute', 'as_posix', 'expanduser']);

/** Undefined where the script has no `hydra.main`. `file` is absolute. */
export function hydraMain(text: string, file: string): HydraMain | undefined {
  const tokens = pythonTokens(text);
  const opening = decoratorAt(tokens);
  if (opening === undefined) return undefined;
  const given = argumentsAt(tokens, opening);
  const value = (name: string, position: number) => {
    const named = given.find(([first, equals]) => first?.text === name && equals?.text === '=');
    const positional = given[position]?.[1]?.text === '=' ? undefined : given[position];
    const expression = named?.slice(2) ?? positional;
    return expression && new Evaluation(tokens, file).of(expression, 0);
  };
  const path = value('config_path', 0);
  const isFolder = path !== undefined && !path.includes('://'); // pkg://… is looked up in installed packages
  return {
    configRoot: isFolder ? normalize(isAbsolute(path) ? path : join(dirname(file), path)) : undefined,
    configName: value('config_name', 1)?.replace(/\.yaml$/, ''),
  };
}

/** A path built from constants and `__file__`; relative ones as written. Undefined where the text does not show it. */
export function pathExpression(
  expression: readonly PythonToken[],
  module: readonly PythonToken[],
  file: string,
): string | undefined {
  return new Evaluation(module, file).of(expression, 0);
}

/** Where the parentheses of `@hydra.main(` open. */
function decoratorAt(tokens: readonly PythonToken[]): number | undefined {
  for (let at = tokens.length - 1; at >= 0; at -= 1) {
    if (tokens[at]!.text !== '@' || tokens[at]!.indent === undefined) continue;
    const words = tokens.slice(at + 1, at + 4).map(({ text }) => text);
    if (words.join('') === 'hydra.main') return at + 4;
  }
  return undefined;
}

/** Evaluates text and path expressions built from constants and `__file__`. */
class Evaluation {
  private evaluated = 0;
  private constants: ReadonlyMap<string, readonly PythonToken[]> | undefined;

  constructor(
    private readonly module: readonly PythonToken[],
    private readonly file: string,
  ) {}

  /** Undefined for `None` and for anything that cannot be determined. */
  of(tokens: readonly PythonToken[], depth: number): string | undefined {
    this.evaluated += 1;
    if (depth > MAX_DEPTH || this.evaluated > MAX_EXPRESSIONS || tokens.length === 0) return undefined;
    const operands = splitAt(tokens, '/');
    if (operands.length > 1) return joined(operands.map((operand) => this.of(operand, depth + 1)));
    const terms = splitAt(tokens, '+');
    if (terms.length > 1) {
      const texts = terms.map((term) => this.of(term, depth + 1));
      return texts.every((text) => text !== undefined) ? texts.join('') : undefined;
    }
    if (tokens.every(({ kind, prefix }) => kind === 'string' && !/[fb]/.test(prefix)))
      return tokens.map(({ text }) => text).join('');
    return this.chain(tokens, depth);
  }

  /** A name, a call or a bracket, and the attributes after it. */
  private chain(tokens: readonly PythonToken[], depth: number): string | undefined {
    const { name, next } = dottedName(tokens);
    const isCall = tokens[next]?.text === '(' && (name === '' || CALLED.has(name));
    let value = isCall
      ? this.call(name, argumentsAt(tokens, next), depth)
      : this.name(tokens[0]!.text, depth);
    let at = isCall ? closing(tokens, next) + 1 : 1;
    while (at < tokens.length && value !== undefined) {
      const method = tokens[at]!.text === '.' ? tokens[at + 1]?.text : undefined;
      if (method === undefined) return undefined;
      const opens = tokens[at + 2] !== undefined && bracket(tokens[at + 2]!) === 1;
      const index = tokens[at + 2]?.text === '[' ? Number(tokens[at + 3]?.text) : undefined;
      value = this.attribute(value, method, index ?? argumentsAt(tokens, at + 2), depth);
      at = opens ? closing(tokens, at + 2) + 1 : at + 2;
    }
    return value;
  }

  private name(name: string, depth: number): string | undefined {
    if (name === '__file__') return this.file;
    this.constants ??= constantsOf(this.module);
    return this.of(this.constants.get(name) ?? [], depth + 1);
  }

  private call(name: string, given: readonly (readonly PythonToken[])[], depth: number): string | undefined {
    const values = given.map((argument) => this.of(argument, depth + 1));
    if (name === '' || (SAME.has(name) && values.length === 1)) return values[0];
    if (JOINS.has(name)) return joined(values);
    return DIRNAMES.has(name) && values[0] !== undefined ? dirname(values[0]) : undefined;
  }

  private attribute(
    path: string,
    name: string,
    given: number | readonly (readonly PythonToken[])[],
    depth: number,
  ): string | undefined {
    if (typeof given === 'number') return name === 'parents' ? ancestor(path, given) : undefined;
    if (name === 'parent') return dirname(path);
    if (name === 'stem') return basename(path, extname(path));
    if (name === 'name') return basename(path);
    if (name === 'joinpath') return joined([path, ...given.map((argument) => this.of(argument, depth + 1))]);
    return SAME_METHODS.has(name) ? path : undefined;
  }
}

/** `NAME = …` at the top level, the last of each. */
function constantsOf(tokens: readonly PythonToken[]): ReadonlyMap<string, readonly PythonToken[]> {
  const constants = new Map<string, readonly PythonToken[]>();
  let start = 0;
  for (const [at, { kind }] of tokens.entries()) {
    if (kind !== 'newline') continue;
    const [name, equals, ...value] = tokens.slice(start, at);
    if (name?.kind === 'name' && name.indent === 0 && equals?.text === '=') constants.set(name.text, value);
    start = at + 1;
  }
  return constants;
}

/** The parent of the file system's root is undefined. */
function ancestor(path: string, index: number): string | undefined {
  if (!Number.isInteger(index) || index < 0 || index > MAX_DEPTH) return undefined;
  let found = path;
  for (let up = 0; up <= index; up += 1) found = dirname(found);
  return found;
}

function joined(paths: readonly (string | undefined)[]): string | undefined {
  if (!paths.every((path) => path !== undefined)) return undefined;
  return paths.reduce((whole, path) => (isAbsolute(path) ? path : join(whole, path)));
}

/** The dotted name that an expression begins with. */
function dottedName(tokens: readonly PythonToken[]): { readonly name: string; readonly next: number } {
  let next = 0;
  while (tokens[next]?.kind === 'name' || (next > 0 && tokens[next]?.text === '.')) next += 1;
  const names = tokens.slice(0, next).map(({ text }) => text);
  return { name: names.join(''), next };
}

/** Where the bracket that opens at `at` closes. */
function closing(tokens: readonly PythonToken[], at: number): number {
  let depth = 0;
  for (let index = at; index < tokens.length; index += 1) {
    depth += bracket(tokens[index]!);
    if (depth === 0) return index;
  }
  return tokens.length;
}

/** Splits at an operator outside brackets. */
function splitAt(tokens: readonly PythonToken[], operator: string): readonly (readonly PythonToken[])[] {
  const found: PythonToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    depth += bracket(token);
    if (depth === 0 && token.kind === 'operator' && token.text === operator) found.push([]);
    else found.at(-1)!.push(token);
  }
  return found;
}
