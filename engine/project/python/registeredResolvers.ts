/** Resolvers that a project's Python registers with OmegaConf: in the scripts that start trainings, in the workspace, in what they import. */
import { join, relative } from 'node:path';
import type { PlainMap } from '../../base/plain.js';
import {
  ANY_NAME,
  type RegisteredResolver,
  type RegisteredResolvers,
  type ResolverCode,
} from '../../config/resolve/registration.js';
import type { ProjectReader } from '../reader.js';
import { lineAndColumn } from '../textRange.js';
import { returnedExpression } from './expression.js';
import type { FoundModule, PythonModules } from './modules.js';
import { modulesFrom } from './source.js';
import { bracket, type PythonToken } from './tokens.js';

/** How many modules are examined: a training imports hundreds. */
const MAX_MODULES = 500;
/** Tokens of one registration, and registrations of one module; real ones have tens. */
const MAX_TOKENS = 1000;
const MAX_REGISTRATIONS = 500;
const STARTS = /^(?:train|eval).*\.py$/;
const MAIN = /@\s*hydra\s*\.\s*main\b/;
const REGISTERS = /\bregister_(?:new_)?resolver\b/;

/** Where two places register one name, a script that starts trainings wins over what it imports. */
export async function registeredResolvers(
  startFolder: string,
  config: PlainMap,
  reader: ProjectReader,
): Promise<RegisteredResolvers> {
  const modules = modulesFrom(startFolder, reader);
  const found = new Map<string, RegisteredResolver>();
  for (const module of await reached(startFolder, config, modules, reader))
    for (const [name, resolver] of await registeredIn(module, modules, startFolder))
      if (!found.has(name)) found.set(name, resolver);
  return found;
}

/** The scripts, the workspace's module, and whatever project modules they import. */
async function reached(
  folder: string,
  config: PlainMap,
  modules: PythonModules,
  reader: ProjectReader,
): Promise<Iterable<FoundModule>> {
  const names = (await reader.list(folder)).filter(
    ({ name, kind }) => kind === 'file' && name.endsWith('.py'),
  );
  const scripts = await Promise.all(names.map(({ name }) => modules.read(join(folder, name))));
  const starts = scripts.filter(
    (script) =>
      script !== undefined && (STARTS.test(relative(folder, script.file)) || MAIN.test(script.text)),
  ) as FoundModule[];
  const target = config['_target_'];
  const workspace = typeof target === 'string' ? await modules.find(target) : undefined;
  const ordered = starts.sort((a, b) => Number(!isTrain(a, folder)) - Number(!isTrain(b, folder)));
  const all = new Map(
    [...ordered, ...(workspace ? [workspace.module] : [])].map((module) => [module.file, module]),
  );
  for (const module of all.values())
    for (const imported of await modules.importedBy(module))
      if (all.size < MAX_MODULES) all.set(imported.file, all.get(imported.file) ?? imported);
  return all.values();
}

function isTrain({ file }: FoundModule, folder: string): boolean {
  return relative(folder, file).startsWith('train');
}

async function registeredIn(
  module: FoundModule,
  modules: PythonModules,
  folder: string,
): Promise<readonly (readonly [string, RegisteredResolver])[]> {
  if (!REGISTERS.test(module.text)) return [];
  const { tokens, text, file } = module;
  const found: [string, RegisteredResolver][] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'name' || !REGISTERS.test(token.text) || tokens[index + 1]?.text !== '(') continue;
    if (found.length >= MAX_REGISTRATIONS) break;
    const given = argumentsOf(tokens, index + 1);
    const name = argument(given, 'name', 0);
    const { line } = lineAndColumn(text, token.start);
    const resolver = argument(given, 'resolver', 1);
    const isNew = token.text === 'register_new_resolver'; // the older function passes every argument as text
    const code = isNew && resolver ? await codeOf(resolver, module, modules) : undefined;
    const place = `${relative(folder, file)}:${line}`;
    found.push([nameOf(name), { file, line, place, ...(code && { code }) }]);
  }
  return found;
}

/** The items between the commas after the parenthesis at `opening`; commas between a lambda's parameters do not separate items. */
function argumentsOf(tokens: readonly PythonToken[], opening: number): readonly (readonly PythonToken[])[] {
  const found: PythonToken[][] = [[]];
  let [depth, isParameter] = [1, false];
  for (const token of tokens.slice(opening + 1, opening + 1 + MAX_TOKENS)) {
    if (token.kind === 'newline') break;
    depth += bracket(token);
    if (depth === 0) break;
    if (depth === 1 && token.text === 'lambda') isParameter = true;
    if (depth === 1 && token.text === ':') isParameter = false;
    if (depth === 1 && token.kind === 'operator' && token.text === ',' && !isParameter) found.push([]);
    else found.at(-1)!.push(token);
  }
  return found.filter((argument) => argument.length > 0);
}

/** A name that the text does not show may be any name. */
function nameOf(tokens: readonly PythonToken[] | undefined): string {
  const isText = tokens?.length === 1 && tokens[0]!.kind === 'string' && !tokens[0]!.prefix.includes('f');
  return isText ? tokens[0]!.text : ANY_NAME;
}

function argument(
  given: readonly (readonly PythonToken[])[],
  name: string,
  position: number,
): readonly PythonToken[] | undefined {
  const named = given.find(([first, equals]) => first?.text === name && equals?.text === '=');
  if (named !== undefined) return named.slice(2);
  return given[position]?.[1]?.text === '=' ? undefined : given[position];
}

async function codeOf(
  tokens: readonly PythonToken[],
  module: FoundModule,
  modules: PythonModules,
): Promise<ResolverCode | undefined> {
  const [first] = tokens;
  if (first?.text === 'lambda') return returnedExpression(module.text, tokens);
  if (first?.kind !== 'name') return undefined;
  const name = tokens.map(({ text }) => text).join('');
  const found = await modules.resolve(module, name);
  if (found?.definition.kind === 'function') {
    const { tokens: all, text } = found.module;
    const start = all.findIndex((token) => token.start === found.definition.offset);
    return returnedExpression(text, all.slice(start - 1));
  }
  const isImported = module.imports.some(({ alias }) => alias === name);
  return tokens.length === 1 && found === undefined && !isImported ? { kind: 'builtin', name } : undefined;
}
