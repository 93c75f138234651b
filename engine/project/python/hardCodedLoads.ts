/** Weights that a training loads from a path hard-coded in its own source, bypassing the config. */

import { conditionsAround } from './blocks.js';
import { type ConfigCondition, configCondition } from './configConditions.js';
import { pathExpression } from './hydraMain.js';
import type { ConfigPart } from './keysRead.js';
import { argumentsAt } from './outline.js';
import { placeOf, type SourcePlace } from './sourcePlace.js';
import type { PythonToken } from './tokens.js';
import type { Method } from './workspaceMethods.js';

export interface HardCodedLoad {
  /** The path as written, relative to where the training starts; undefined where the text does not show it. */
  readonly path: string | undefined;
  /** Where it is read. */
  readonly place: SourcePlace;
  /** Whether the code checks first that the file exists, so that a missing one is skipped. */
  readonly isGuarded: boolean;
  readonly when: readonly ConfigCondition[];
  /** What is passed to `load_state_dict`. */
  readonly uses: readonly LoadedPart[];
}

export interface LoadedPart {
  /** Into the checkpoint: `['state_dicts', 'model']`. */
  readonly steps: readonly string[];
  readonly isStrict: boolean;
  readonly place: SourcePlace;
}

/** Steps from one local variable to the next; far above real chains. */
const MAX_NAMES = 8;

export function hardCodedLoads(
  methods: readonly Method[],
  parts: (method: Method) => readonly ConfigPart[],
): readonly HardCodedLoad[] {
  return methods.flatMap((method) => loadsIn(method, parts(method)));
}

function loadsIn(method: Method, parts: readonly ConfigPart[]): HardCodedLoad[] {
  const { tokens, file } = method.module;
  const loads: HardCodedLoad[] = [];
  for (let at = method.range.from; at < method.range.to; at += 1) {
    if (tokens[at]!.text !== 'load' || tokens[at - 2]?.text !== 'torch' || tokens[at + 1]?.text !== '(')
      continue;
    const named = assignedName(tokens, at - 2);
    const uses = named === undefined ? [] : partsLoaded(method, named, at);
    if (uses.length === 0) continue;
    const words = opened(argumentsAt(tokens, at + 1)[0] ?? [], tokens);
    const path = pathExpression(inlined(words, method), tokens, file);
    if (path === undefined && !isConstantFault(uses)) continue;
    const conditions = conditionsAround(tokens, method.range, at);
    const when = conditions.flatMap((condition) => configCondition(condition, parts) ?? []);
    loads.push({
      path,
      place: placeOf(method.module, at),
      isGuarded: isGuarded(tokens, conditions),
      when,
      uses,
    });
  }
  return loads;
}

function isConstantFault(uses: readonly LoadedPart[]): boolean {
  return uses.some(({ steps }) => steps.join('.') === 'state_dicts');
}

function isGuarded(tokens: readonly PythonToken[], conditions: ReturnType<typeof conditionsAround>): boolean {
  return conditions.some(
    (condition) =>
      condition !== undefined &&
      tokens.slice(condition.from, condition.to).some(({ text }) => /^(?:is_file|exists|isfile)$/.test(text)),
  );
}

/** `NAME = torch.load(…)`. */
function assignedName(tokens: readonly PythonToken[], at: number): string | undefined {
  const name = tokens[at - 2];
  return tokens[at - 1]?.text === '=' && name?.kind === 'name' && name.indent !== undefined
    ? name.text
    : undefined;
}

/** Of `open(path, 'rb')`, `path.open('rb')` and `str(path)`, the path. */
function opened(words: readonly PythonToken[], tokens: readonly PythonToken[]): readonly PythonToken[] {
  const [first, next] = words;
  if ((first?.text === 'open' || first?.text === 'str') && next?.text === '(')
    return argumentsAt(tokens, tokens.indexOf(next))[0] ?? [];
  const isOpen = words.length > 3 && words.findIndex(({ text }) => text === 'open');
  return typeof isOpen === 'number' && isOpen > 1 && words[isOpen - 1]!.text === '.'
    ? words.slice(0, isOpen - 1)
    : words;
}

/** A local name stands for the value that it was assigned, if it was assigned once. */
function inlined(
  words: readonly PythonToken[],
  { module: { tokens }, range }: Method,
): readonly PythonToken[] {
  let value = words;
  for (let count = 0; count < MAX_NAMES && value.length === 1 && value[0]!.kind === 'name'; count += 1) {
    const name = value[0]!.text;
    const given = [];
    for (let at = range.from; at < range.to; at += 1)
      if (tokens[at]!.text === name && tokens[at]!.indent !== undefined && tokens[at + 1]?.text === '=')
        given.push(lineValue(tokens, at + 2));
    if (given.length !== 1) break;
    value = given[0]!;
  }
  return value;
}

function lineValue(tokens: readonly PythonToken[], from: number): readonly PythonToken[] {
  let to = from;
  while (to < tokens.length && tokens[to]!.kind !== 'newline') to += 1;
  return tokens.slice(from, to);
}

/** `….load_state_dict(NAME['a']['b'], strict=False)`, after the place where NAME was read. */
function partsLoaded({ module, range }: Method, name: string, after: number): readonly LoadedPart[] {
  const { tokens } = module;
  const found: LoadedPart[] = [];
  for (let at = after; at < range.to; at += 1) {
    if (tokens[at]!.text !== 'load_state_dict' || tokens[at - 1]?.text !== '.') continue;
    const [first, ...rest] = argumentsAt(tokens, at + 1);
    const steps = first?.[0]?.text === name ? stepsOf(first) : undefined;
    if (steps === undefined) continue;
    const strict = rest.find(([word, equals], index) =>
      equals?.text === '=' ? word?.text === 'strict' : index === 0,
    );
    found.push({ steps, isStrict: strict?.at(-1)?.text !== 'False', place: placeOf(module, at) });
  }
  return found;
}

/** Undefined for anything but names in brackets. */
function stepsOf([, ...words]: readonly PythonToken[]): readonly string[] | undefined {
  const steps: string[] = [];
  for (let at = 0; at < words.length; at += 3) {
    const step = words[at + 1];
    if (words[at]!.text !== '[' || step?.kind !== 'string' || words[at + 2]?.text !== ']') return undefined;
    steps.push(step.text);
  }
  return steps;
}
