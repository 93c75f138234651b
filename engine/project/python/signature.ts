/** Which keyword arguments a class or function of the project accepts, read from its text. Prefers "unknown" to a wrong answer. */
import { blockOf, decoratorsOf, linesIn } from './blocks.js';
import type { FoundDefinition, PythonModules } from './modules.js';
import { argumentsAt, type PythonClass, type PythonFunction, type PythonParameter } from './outline.js';
import { placeOf, type SourcePlace } from './sourcePlace.js';
import { bracket, type PythonToken } from './tokens.js';
import { superCall } from './workspaceMethods.js';

export interface Signature {
  readonly parameters: readonly PythonParameter[];
  /** Accepts further names that the text does not show. */
  readonly isOpen: boolean;
  /** The name of the class or function. */
  readonly name: string;
  readonly place: SourcePlace;
}

type Taken = Pick<Signature, 'parameters' | 'isOpen'>;
type FoundClass = FoundDefinition & { readonly definition: PythonClass };

/** Bases whose `__init__` takes nothing from a config, so that the derived class's parameters are all there are. */
const EMPTY_BASES =
  /^(?:object|(?:abc\.)?ABC|(?:typing\.)?(?:Generic|Protocol)|(?:torch\.)?nn\.Module|Module|(?:torch\.utils\.data\.)?(?:data\.)?(?:Iterable)?Dataset)$/;
const DATACLASS = /^(?:dataclasses\.)?dataclass$/;
/** Decorators of functions that leave the signature as it is. */
const HARMLESS = /^(?:torch\.(?:no_grad|inference_mode)|(?:typing\.)?override)$/;
/** Far above real hierarchies. */
const MAX_CLASSES = 30;

export async function signatureOf(target: string, modules: PythonModules): Promise<Signature | undefined> {
  const found = await modules.find(target);
  if (found === undefined || found.definition.name !== target.split('.').at(-1)) return undefined;
  const { definition, module } = found;
  if (!isOnlyDefinition(found)) return undefined;
  const taken =
    definition.kind === 'function'
      ? ofFunction(module.tokens, definition)
      : await ofClass(found as FoundClass, modules);
  return taken && { ...taken, name: definition.name, place: placeOf(module, definition.at) };
}

/** At the top level, once, and nothing is assigned to its name. */
function isOnlyDefinition({ definition, module: { tokens, imports } }: FoundDefinition): boolean {
  if (imports.some(({ alias }) => alias === definition.name)) return false;
  return tokens.every(({ kind, text, indent }, at) => {
    if (kind !== 'name' || text !== definition.name) return true;
    if (indent === 0 && tokens[at + 1]?.text === '=') return false;
    if (tokens[at + 1]?.text === '.' && tokens[at + 2]?.text === '__init__' && tokens[at + 3]?.text === '=')
      return false;
    const keyword = tokens[at - 1];
    if (keyword?.text !== 'class' && keyword?.text !== 'def') return true;
    return at === definition.at ? keyword.indent === 0 : (keyword.indent ?? 1) > 0;
  });
}

function ofFunction(tokens: readonly PythonToken[], { at, parameters }: PythonFunction): Taken | undefined {
  if (!decoratorsOf(tokens, at).every((name) => HARMLESS.test(name))) return undefined;
  return { parameters: parameters.named, isOpen: parameters.isOpen };
}

async function ofClass(found: FoundClass, modules: PythonModules): Promise<Taken | undefined> {
  const order = await resolutionOrder(found, modules);
  return order && takenFrom(order, 0);
}

/** Where Python looks up attributes, in order; undefined stands for a base that is not in the project. */
type Order = readonly (FoundClass | undefined)[];

/** Not below an `if`, and not assigned: `__init__ = partialmethod(…)`. */
function hasPlainInit({ definition: { at }, module: { tokens } }: FoundClass): boolean {
  const { from, to } = blockOf(tokens, at);
  const [, first] = linesIn(tokens, { from, to });
  const body = first && tokens[first.from]!.indent;
  for (let here = at + 1; here < to; here += 1) {
    if (tokens[here]!.text !== '__init__') continue;
    if (tokens[here]!.indent !== undefined && tokens[here + 1]?.text === '=') return false;
    if (tokens[here - 1]!.text === 'def' && tokens[here - 1]!.indent !== body) return false;
  }
  return true;
}

/** Single inheritance, and mixins beside it: depth first is Python's order wherever no base is shared. */
async function resolutionOrder(found: FoundClass, modules: PythonModules): Promise<Order | undefined> {
  const order: (FoundClass | undefined)[] = [];
  const visit = async (each: FoundClass): Promise<boolean> => {
    const { definition, module } = each;
    if (!isOnlyDefinition(each) || !hasPlainInit(each)) return false;
    const isSeen = order.some((known) => known?.definition === definition);
    if (isSeen || !definition.isPlain || definition.methods.has('__new__') || order.length >= MAX_CLASSES)
      return false;
    order.push(each);
    for (const base of definition.bases) {
      const owner = await modules.resolve(module, base);
      if (owner?.definition.kind === 'class') {
        if (!(await visit(owner as FoundClass))) return false;
      } else if (!EMPTY_BASES.test(base)) order.push(undefined);
    }
    return true;
  };
  return (await visit(found)) ? order : undefined;
}

function takenFrom(order: Order, from: number): Taken | undefined {
  for (const [index, found] of order.entries()) {
    if (index < from) continue;
    if (found === undefined) return undefined;
    const { definition, module } = found;
    const decorators = decoratorsOf(module.tokens, definition.at);
    if (!decorators.every((name) => DATACLASS.test(name))) return undefined;
    const init = definition.methods.get('__init__');
    if (init === undefined && decorators.length > 0) return ofFields(order.slice(index));
    if (init === undefined) continue;
    if (decoratorsOf(module.tokens, init.at).length > 0) return undefined;
    return withRest(init, found, order, index + 1);
  }
  return undefined;
}

/** `**kwargs` passed only to `super().__init__` are what the next class accepts; otherwise they may be anything. */
function withRest(init: PythonFunction, { module }: FoundClass, order: Order, next: number): Taken {
  const { named, rest } = init.parameters;
  if (rest === undefined) return { parameters: named, isOpen: false };
  const open: Taken = { parameters: named, isOpen: true };
  const handed = handedUp(module.tokens, init, rest);
  const above = handed && takenFrom(order, next);
  if (handed === undefined || above === undefined) return open;
  const { names, count } = handed;
  const further = above.parameters
    .slice(count)
    .filter(({ name }) => !names.has(name) && !named.some((own) => own.name === name));
  return { parameters: [...named, ...further], isOpen: above.isOpen };
}

interface Handed {
  /** Given by name beside `**kwargs`. */
  readonly names: ReadonlySet<string>;
  /** Given by position. */
  readonly count: number;
}

/** Undefined where the further arguments are also used in another way. */
function handedUp(tokens: readonly PythonToken[], init: PythonFunction, rest: string): Handed | undefined {
  const { from, to } = blockOf(tokens, init.at);
  let handed: Handed | undefined;
  let uses = 0;
  for (let at = from; at < to; at += 1) {
    if (tokens[at]!.kind === 'name' && tokens[at]!.text === rest) uses += 1;
    if (tokens[at]!.text !== 'super' || superCall(tokens, at) !== '__init__') continue;
    const opening = openingAfter(tokens, at, '__init__');
    const given = argumentsAt(tokens, opening);
    if (!given.some((argument) => argument[0]?.text === '**' && argument[1]?.text === rest)) continue;
    if (given.some(([first]) => first?.text === '*')) return undefined;
    const byName = given.filter((argument) => argument[1]?.text === '=');
    const names = new Set(byName.map(([first]) => first!.text));
    handed = {
      names,
      count: given.length - byName.length - given.filter(([first]) => first?.text === '**').length,
    };
  }
  return uses === 2 ? handed : undefined; // the parameter itself, and the call
}

function openingAfter(tokens: readonly PythonToken[], at: number, name: string): number {
  let here = at;
  while (here < tokens.length && tokens[here]!.text !== name) here += 1;
  return here + 1;
}

/** Fields of a dataclass, those of its bases first; undefined where not all bases are known. */
function ofFields(classes: Order): Taken | undefined {
  if (classes.some((found) => found && hasSemicolon(found))) return undefined;
  const fields = new Map<string, PythonParameter>();
  for (const found of [...classes].reverse()) {
    if (found === undefined) return undefined;
    const { definition, module } = found;
    if (!decoratorsOf(module.tokens, definition.at).some((name) => DATACLASS.test(name))) continue;
    for (const field of fieldsOf(module.tokens, definition, module.text)) {
      if (field.isTaken) fields.set(field.name, field);
      else fields.delete(field.name);
    }
  }
  return { parameters: [...fields.values()], isOpen: false };
}

function hasSemicolon({ definition: { at }, module: { tokens } }: FoundClass): boolean {
  const { from, to } = blockOf(tokens, at);
  return tokens.slice(from, to).some(({ kind, text }) => kind === 'operator' && text === ';');
}

function fieldsOf(tokens: readonly PythonToken[], { at }: PythonClass, text: string) {
  const [, ...lines] = linesIn(tokens, blockOf(tokens, at));
  const indent = tokens[lines[0]?.from ?? at]!.indent;
  return lines.flatMap(({ from, to }) => {
    const name = tokens[from]!;
    if (name.indent !== indent || name.kind !== 'name' || tokens[from + 1]?.text !== ':') return [];
    let depth = 0;
    let equals = from + 2;
    for (; equals < to; equals += 1) {
      depth += bracket(tokens[equals]!);
      if (depth === 0 && tokens[equals]!.text === '=') break;
    }
    const words = tokens.slice(from + 2, equals).map((token) => token.text);
    if (words.includes('ClassVar') || words.includes('KW_ONLY')) return [];
    const value = tokens.slice(equals + 1, to).filter(({ kind }) => kind !== 'newline');
    return [{ name: name.text, ...fieldValue(value, text) }];
  });
}

function fieldValue(value: readonly PythonToken[], text: string) {
  const [first] = value;
  if (first === undefined) return { default: undefined, isTaken: true };
  const written = text.slice(first.start, value.at(-1)!.end);
  const isField = /^(?:dataclasses\.)?field\s*\(/.test(written);
  if (!isField) return { default: written, isTaken: true };
  return {
    default: /\bdefault(?:_factory)?\s*=/.test(written) ? written : undefined,
    isTaken: !/\binit\s*=\s*False\b/.test(written),
  };
}
