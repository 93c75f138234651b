/** The imports, classes and functions of a Python module. */
import { bracket, type PythonToken, pythonTokens } from './tokens.js';

export interface PythonParameter {
  readonly name: string;
  /** The default as written; undefined for a required parameter. */
  readonly default: string | undefined;
}

export interface PythonParameters {
  /** Without `self`. */
  readonly named: readonly PythonParameter[];
  /** Accepts any further names: `**kwargs`. */
  readonly isOpen: boolean;
  /** What the further names are called: `kwargs`. */
  readonly rest: string | undefined;
}

export interface PythonFunction {
  readonly kind: 'function';
  readonly name: string;
  /** The name's position, and its token. */
  readonly offset: number;
  readonly at: number;
  readonly parameters: PythonParameters;
}

export interface PythonClass {
  readonly kind: 'class';
  readonly name: string;
  readonly offset: number;
  readonly at: number;
  /** Dotted names; anything else, such as a call, is left out. */
  readonly bases: readonly string[];
  /** The parentheses hold only bases: no metaclass, no call. */
  readonly isPlain: boolean;
  readonly methods: ReadonlyMap<string, PythonFunction>;
}

interface PythonImport {
  /** With leading dots where it is relative. */
  readonly module: string;
  /** What is imported from the module; undefined for the module itself, `*` for everything. */
  readonly name: string | undefined;
  /** Its name here: for `import a.b` it is `a`. */
  readonly alias: string;
}

export interface PythonModule {
  readonly text: string;
  readonly tokens: readonly PythonToken[];
  readonly imports: readonly PythonImport[];
  /** At the top level, including below `if` and `try`; of two with the same name, the last. */
  readonly definitions: ReadonlyMap<string, PythonClass | PythonFunction>;
}

/** Far above real code; stops a quadratic walk over crafted nesting. */
const MAX_OPEN = 50;

interface Open {
  readonly indent: number;
  /** Undefined for a function: what is defined in it cannot be imported. */
  readonly methods: Map<string, PythonFunction> | undefined;
}

export function pythonOutline(text: string): PythonModule {
  const tokens = pythonTokens(text);
  const imports: PythonImport[] = [];
  const definitions = new Map<string, PythonClass | PythonFunction>();
  const open: Open[] = [];
  for (const [index, { indent, text: word, kind }] of tokens.entries()) {
    if (indent === undefined || kind !== 'name') continue;
    while (open.length > 0 && open.at(-1)!.indent >= indent) open.pop();
    if (word === 'import') plainImports(tokens, index + 1, imports);
    if (word === 'from') importsFrom(tokens, index + 1, imports);
    const at = word === 'async' ? index + 1 : index;
    const keyword = tokens[at]!.text;
    if ((keyword !== 'class' && keyword !== 'def') || open.length > MAX_OPEN) continue;
    const name = tokens[at + 1];
    if (name?.kind !== 'name') continue;
    const parent = open.at(-1);
    const methods = keyword === 'class' ? new Map<string, PythonFunction>() : undefined;
    const found =
      methods === undefined ? functionAt(text, tokens, at + 1, parent) : classAt(tokens, at + 1, methods);
    if (parent === undefined) definitions.set(found.name, found);
    else if (found.kind === 'function') parent.methods?.set(found.name, found);
    open.push({ indent, methods });
  }
  return { text, tokens, imports, definitions };
}

function classAt(
  tokens: readonly PythonToken[],
  at: number,
  methods: ReadonlyMap<string, PythonFunction>,
): PythonClass {
  const { text: name, start: offset } = tokens[at]!;
  const given = argumentsAt(tokens, at + 1);
  const bases = given.flatMap((argument) => {
    const dotted = argument.map((token) => token.text).join('');
    return /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(dotted) ? [dotted] : [];
  });
  return { kind: 'class', name, offset, at, bases, isPlain: bases.length === given.length, methods };
}

function functionAt(
  text: string,
  tokens: readonly PythonToken[],
  at: number,
  parent: Open | undefined,
): PythonFunction {
  const { text: name, start: offset } = tokens[at]!;
  const parameters = argumentsAt(tokens, at + 1);
  const named = parameters.flatMap((tokensOf) => parameterOf(text, tokensOf));
  const rest = parameters.find(([first]) => first?.text === '**')?.[1]?.text;
  const isMethod = parent?.methods !== undefined;
  return {
    ...{ kind: 'function', name, offset, at },
    parameters: { named: isMethod ? named.slice(1) : named, isOpen: rest !== undefined, rest },
  };
}

function parameterOf(text: string, tokens: readonly PythonToken[]): PythonParameter[] {
  const [first] = tokens;
  if (first?.kind !== 'name') return []; // *, /, *args and **kwargs
  const equals = depths(tokens).findIndex((depth, index) => depth === 0 && tokens[index]!.text === '=');
  const value = equals < 0 || equals + 1 >= tokens.length ? undefined : tokens.slice(equals + 1);
  return [{ name: first.text, default: value && text.slice(value[0]!.start, value.at(-1)!.end) }];
}

/** How many brackets are open at each token. */
function depths(tokens: readonly PythonToken[]): number[] {
  let depth = 0;
  return tokens.map((token) => {
    depth += bracket(token);
    return depth;
  });
}

/** The items between the commas of the parentheses that open at `at`; none where none open. */
export function argumentsAt(tokens: readonly PythonToken[], at: number): readonly (readonly PythonToken[])[] {
  if (tokens[at]?.text !== '(' || tokens[at]?.kind !== 'operator') return [];
  const found: PythonToken[][] = [[]];
  let depth = 1;
  for (let index = at + 1; index < tokens.length; index += 1) {
    const token = tokens[index]!;
    if (token.kind === 'newline') break;
    depth += bracket(token);
    if (depth === 0) break;
    if (depth === 1 && token.kind === 'operator' && token.text === ',') found.push([]);
    else found.at(-1)!.push(token);
  }
  return found.filter((argument) => argument.length > 0);
}

function plainImports(tokens: readonly PythonToken[], from: number, imports: PythonImport[]): void {
  for (let at = from; tokens[at]?.kind === 'name'; at += 1) {
    const module = dottedAt(tokens, at);
    at = module.next;
    const alias = tokens[at]?.text === 'as' ? tokens[at + 1]!.text : undefined;
    if (alias !== undefined) at += 2;
    const isRoot = alias === undefined && module.text.includes('.');
    const root = module.text.split('.')[0]!;
    imports.push({ module: isRoot ? root : module.text, name: undefined, alias: alias ?? root });
    if (tokens[at]?.text !== ',') break;
  }
}

function importsFrom(tokens: readonly PythonToken[], from: number, imports: PythonImport[]): void {
  const module = dottedAt(tokens, from);
  let at = module.next;
  if (tokens[at]?.text !== 'import') return;
  at += tokens[at + 1]?.text === '(' ? 2 : 1;
  for (; tokens[at]?.kind === 'name' || tokens[at]?.text === '*'; at += 1) {
    const name = tokens[at]!.text;
    const isRenamed = tokens[at + 1]?.text === 'as';
    imports.push({ module: module.text, name, alias: isRenamed ? (tokens[at + 2]?.text ?? name) : name });
    at += isRenamed ? 3 : 1;
    if (tokens[at]?.text !== ',') break;
  }
}

/** A dotted name, with the dots of a relative import before it. */
function dottedAt(
  tokens: readonly PythonToken[],
  from: number,
): { readonly text: string; readonly next: number } {
  let text = '';
  let at = from;
  while (tokens[at]?.text === '.') {
    text += '.';
    at += 1;
  }
  while (tokens[at]?.kind === 'name' && tokens[at]!.text !== 'import') {
    text += tokens[at]!.text;
    at += 1;
    if (tokens[at]?.text !== '.') break;
    text += '.';
    at += 1;
  }
  return { text, next: at };
}
