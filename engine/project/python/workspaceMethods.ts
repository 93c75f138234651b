/** The methods that a training runs: those of the class that `_target_` names and those that it inherits. */

import { blockOf, decoratorsOf, type TokenRange } from './blocks.js';
import type { ConfigPart } from './keysRead.js';
import type { FoundDefinition, FoundModule, PythonModules } from './modules.js';
import type { PythonFunction } from './outline.js';
import { withBases } from './source.js';
import type { PythonToken } from './tokens.js';

export interface Method {
  readonly name: string;
  readonly definition: PythonFunction;
  readonly module: FoundModule;
  /** Header and body. */
  readonly range: TokenRange;
}

interface WorkspaceMethods {
  readonly found: FoundDefinition;
  readonly methods: readonly Method[];
  /** Whether every base was found, or is known to run nothing. */
  readonly isWhole: boolean;
}

/** Bases that do not read a config and run nothing. */
export const PLAIN_BASES = /^(?:object|(?:abc\.)?ABC|(?:typing\.)?(?:Generic|Protocol))$/;

/** Undefined where the project does not contain the class. */
export async function workspaceMethods(
  target: string,
  modules: PythonModules,
): Promise<WorkspaceMethods | undefined> {
  const found = await modules.find(target);
  return found?.definition.kind === 'class' ? methodsOf(found, modules) : undefined;
}

/**
 * For a script whose `@hydra.main` function trains by itself: that function, and the methods of the class that it builds from the config. Undefined
 * where there is none.
 */
export async function scriptMethods(
  script: FoundModule,
  modules: PythonModules,
): Promise<WorkspaceMethods | undefined> {
  const { definitions, tokens } = script;
  const main = [...definitions.values()].find(
    (each) => each.kind === 'function' && decoratorsOf(tokens, each.at).includes('hydra.main'),
  );
  if (main?.kind !== 'function') return undefined;
  const range = blockOf(tokens, main.at);
  const own: Method = { name: main.name, definition: main, module: script, range };
  const built = await builtFromConfig(own, modules);
  if (built === undefined)
    return { found: { definition: main, module: script }, methods: [own], isWhole: true };
  const { methods, ...others } = await methodsOf(built, modules);
  return { ...others, methods: [own, ...methods] };
}

/** All functions of a module. */
export function functionsOf(module: FoundModule): readonly Method[] {
  return [...module.definitions.values()].flatMap((each) => functionOf({ definition: each, module }));
}

function functionOf({ definition, module }: FoundDefinition): Method[] {
  if (definition.kind !== 'function') return [];
  return [{ name: definition.name, definition, module, range: blockOf(module.tokens, definition.at) }];
}

/** The project's functions that are called with the whole config in these methods. */
export async function handedTheConfig(
  methods: readonly Method[],
  parts: (method: Method) => readonly ConfigPart[],
  modules: PythonModules,
): Promise<readonly Method[]> {
  const found = new Map<FoundDefinition['definition'], Method>();
  for (const method of methods) {
    const { tokens } = method.module;
    for (const { from, to, key } of parts(method)) {
      const name = tokens[from - 2];
      const isFirst = tokens[from - 1]?.text === '(' && /^[,)]$/.test(tokens[to]?.text ?? '');
      if (key !== '' || !isFirst || name?.kind !== 'name' || tokens[from - 3]?.text === 'def') continue;
      const called = await modules.resolve(method.module, calledName(tokens, from - 2));
      for (const each of called ? functionOf(called) : []) found.set(each.definition, each);
    }
  }
  return [...found.values()];
}

/** The dotted name that ends at a token. */
function calledName(tokens: readonly PythonToken[], at: number): string {
  let from = at;
  while (tokens[from - 1]?.text === '.' && tokens[from - 2]?.kind === 'name') from -= 2;
  return tokens
    .slice(from, at + 1)
    .map(({ text }) => text)
    .join('');
}

/** The class of `Name(cfg)`. */
async function builtFromConfig(
  { module, range }: Method,
  modules: PythonModules,
): Promise<FoundDefinition | undefined> {
  const { tokens } = module;
  for (let at = range.from; at < range.to; at += 1) {
    const isBuilt =
      tokens[at]!.kind === 'name' && tokens[at + 1]?.text === '(' && tokens[at + 2]?.text === 'cfg';
    if (!isBuilt || tokens[at - 1]?.text === '.') continue;
    const found = await modules.resolve(module, tokens[at]!.text);
    if (found?.definition.kind === 'class') return found;
  }
  return undefined;
}

async function methodsOf(found: FoundDefinition, modules: PythonModules): Promise<WorkspaceMethods> {
  const { classes, missing } = await withBases(found, modules);
  const methods: Method[] = [];
  for (const { definition, module } of classes) {
    if (definition.kind !== 'class') continue;
    for (const [name, method] of definition.methods) {
      const nearer = methods.filter((each) => each.name === name);
      if (nearer.length > 0 && !nearer.some(callsSuper)) continue;
      const range = blockOf(module.tokens, method.at);
      methods.push({ name, definition: method, module, range });
    }
  }
  return { found, methods, isWhole: missing.every((base) => PLAIN_BASES.test(base)) };
}

function callsSuper({ name, module: { tokens }, range }: Method): boolean {
  for (let at = range.from; at < range.to; at += 1)
    if (tokens[at]!.text === 'super' && superCall(tokens, at) === name) return true;
  return false;
}

/** The method that `super().name(` calls. */
export function superCall(tokens: readonly PythonToken[], at: number): string | undefined {
  let closing = at + 1;
  while (tokens[closing] !== undefined && tokens[closing]!.text !== ')') closing += 1;
  return tokens[closing + 1]?.text === '.' ? tokens[closing + 2]?.text : undefined;
}

/** Whether the method has a `return` and every one returns `dict()` or `{}`. */
export function returnsNothing({ module: { tokens }, range }: Method): boolean {
  const returned: string[] = [];
  for (let at = range.from; at < range.to; at += 1) {
    if (tokens[at]!.text !== 'return' || tokens[at]!.indent === undefined) continue;
    const end = tokens.findIndex(({ kind }, index) => index > at && kind === 'newline');
    returned.push(
      tokens
        .slice(at + 1, end)
        .map(({ text }) => text)
        .join(''),
    );
  }
  return returned.length > 0 && returned.every((value) => value === 'dict()' || value === '{}');
}
