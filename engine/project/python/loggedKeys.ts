/** Which metrics a training passes to the selection of its best checkpoints, by the keys in its source. */

import { type Condition, conditionsAround, lineStart } from './blocks.js';
import { type ConfigCondition, configCondition } from './configConditions.js';
import type { ConfigPart } from './keysRead.js';
import { argumentsAt } from './outline.js';
import { placeOf, type SourcePlace } from './sourcePlace.js';
import { bracket, type PythonToken } from './tokens.js';
import type { Method } from './workspaceMethods.js';

/** When something is logged, or a checkpoint is chosen. */
export interface Moment {
  /** In epochs (from 0) that are multiples of these config values. */
  readonly every: readonly string[];
  /** Only where a list has entries, that is, there were validation batches. */
  readonly needsData: boolean;
  readonly when: readonly ConfigCondition[];
  /** Further conditions that the text does not decide. */
  readonly isUnsure: boolean;
}

export interface Logged {
  /** As the checkpoint selection sees them: `/` becomes `_`. */
  readonly keys: ReadonlyMap<string, readonly Moment[]>;
  /** Keys with parts that are computed. */
  readonly patterns: readonly RegExp[];
  /** Whether the environment runner's results are added. */
  readonly hasRunner: boolean;
  readonly choice: Moment & { readonly place: SourcePlace };
}

/** Uses of one dictionary; real code has dozens. */
const MAX_USES = 1000;

interface Scope {
  readonly method: Method;
  readonly tokens: readonly PythonToken[];
  readonly parts: readonly ConfigPart[];
}

/** Undefined where the source does not show all keys. */
export function loggedKeys(
  methods: readonly Method[],
  parts: (method: Method) => readonly ConfigPart[],
): Logged | undefined {
  const choosing = methods.flatMap((method) => choicesIn(method).map((at) => ({ method, at })));
  if (choosing.length !== 1) return undefined;
  const [{ method, at }] = choosing as [{ method: Method; at: number }];
  const scope = { method, tokens: method.module.tokens, parts: parts(method) };
  const [given] = argumentsAt(scope.tokens, at + 1);
  const metrics = given?.length === 1 ? given[0]!.text : undefined;
  const source = metrics && sourceOf(scope, metrics);
  const logs = source && new Log(scope, source).read();
  if (!logs) return undefined;
  return { ...logs, choice: { ...momentOf(scope, at), place: placeOf(method.module, at) } };
}

/** `get_ckpt_path(…)`. */
function choicesIn({ module: { tokens }, range: { from, to } }: Method): number[] {
  const found: number[] = [];
  for (let at = from; at < to; at += 1)
    if (tokens[at]!.text === 'get_ckpt_path' && tokens[at - 1]?.text === '.') found.push(at);
  return found;
}

/** The dictionary whose entries become the metrics: `for key, value in LOG.items(): … METRICS[new_key] = value`; else the metrics themselves. */
function sourceOf({ tokens, method }: Scope, metrics: string): string | undefined {
  const entries: number[] = [];
  for (let at = method.range.from; at < method.range.to; at += 1)
    if (isNamed(tokens, at, metrics) && entryIndex(tokens, at) !== undefined) entries.push(at);
  const isLiteral = entries.every((at) => entryIndex(tokens, at)!.every(({ kind }) => kind === 'string'));
  if (isLiteral) return metrics;
  return entries.length === 1 ? copiedFrom(tokens, entries[0]!) : undefined;
}

/** LOG of the innermost loop around a line. */
function copiedFrom(tokens: readonly PythonToken[], at: number): string | undefined {
  const { indent = 0 } = tokens[at]!;
  let line = at;
  while (line > 0 && tokens[line]!.indent! >= indent) line = lineStart(tokens, line - 1);
  const words = tokens.slice(line, line + 12).map(({ text }) => text);
  const [, log] = /^for \w+ , \w+ in (\w+) \. items \( \) :/.exec(words.join(' ')) ?? [];
  return log;
}

function isNamed(tokens: readonly PythonToken[], at: number, name: string): boolean {
  return tokens[at]!.kind === 'name' && tokens[at]!.text === name && tokens[at - 1]?.text !== '.';
}

/** At the start of a line, or after the colon of `if …:` or a semicolon. */
function isStatement(tokens: readonly PythonToken[], at: number): boolean {
  if (tokens[at]!.indent !== undefined || tokens[at - 1]?.text === ';') return true;
  return tokens[at - 1]?.text === ':' && bracketsBefore(tokens, at) === 0;
}

/** Brackets of the line that are open at a token. */
function bracketsBefore(tokens: readonly PythonToken[], at: number): number {
  let depth = 0;
  for (let here = lineStart(tokens, at); here < at; here += 1) depth += bracket(tokens[here]!);
  return depth;
}

/** The index of `NAME[…] = …`. */
function entryIndex(tokens: readonly PythonToken[], at: number): readonly PythonToken[] | undefined {
  if (tokens[at + 1]?.text !== '[' || !isStatement(tokens, at)) return undefined;
  const close = closing(tokens, at + 1);
  return tokens[close + 1]?.text === '=' ? tokens.slice(at + 2, close) : undefined;
}

function closing(tokens: readonly PythonToken[], at: number): number {
  let depth = 0;
  for (let here = at; here < tokens.length; here += 1) {
    depth += bracket(tokens[here]!);
    if (depth === 0) return here;
  }
  return tokens.length;
}

/** Every use of one dictionary in a method. */
class Log {
  private readonly keys = new Map<string, Moment[]>();
  private readonly patterns: RegExp[] = [];
  private hasRunner = false;
  private uses = 0;

  constructor(
    private readonly scope: Scope,
    private readonly name: string,
  ) {}

  /** Undefined where it is given keys that the text does not show. */
  read(): Omit<Logged, 'choice'> | undefined {
    const { tokens, method } = this.scope;
    for (let at = method.range.from; at < method.range.to; at += 1) {
      if (!isNamed(tokens, at, this.name)) continue;
      this.uses += 1;
      if (this.uses > MAX_USES || !this.use(at)) return undefined;
    }
    const { keys, patterns, hasRunner } = this;
    return { keys, patterns, hasRunner };
  }

  /** False for a use that may add keys. */
  private use(at: number): boolean {
    const { tokens } = this.scope;
    const next = tokens[at + 1]?.text;
    const begins = isStatement(tokens, at);
    if (begins && next === '[') return this.entry(at);
    if (begins && next === '=') return this.assigned(at);
    if (begins && next === ':') return true; // an annotation
    if (next === '.') return this.method(at);
    if (next === '[') return !this.isUnpackedTo(at);
    const before = tokens[at - 1]?.text;
    if (before === 'del' || before === 'in' || before === 'return') return true;
    return this.isReader(at) || this.isGivenOn(at);
  }

  private entry(at: number): boolean {
    const index = entryIndex(this.scope.tokens, at);
    return index === undefined ? !this.isUnpackedTo(at) : this.key(index, at);
  }

  /** One of several that are assigned together: `LOG['a'], LOG['b'] = …`, or in a loop. */
  private isUnpackedTo(at: number): boolean {
    const { tokens } = this.scope;
    const from = lineStart(tokens, at);
    const isLoop = tokens[from]!.text === 'for';
    if (bracketsBefore(tokens, at) > 0 && tokens[from]!.text !== '(' && tokens[from]!.text !== '[')
      return false;
    for (let here = closing(tokens, at + 1) + 1; tokens[here] && tokens[here]!.kind !== 'newline'; here += 1)
      if (tokens[here]!.text === '=' || (isLoop && tokens[here]!.text === 'in')) return true;
    return false;
  }

  private key(index: readonly PythonToken[], at: number): boolean {
    const [token] = index;
    if (index.length !== 1 || token?.kind !== 'string') return false;
    const text = token.text.replaceAll('/', '_');
    if (!token.prefix.includes('f')) {
      this.keys.set(text, [...(this.keys.get(text) ?? []), momentOf(this.scope, at)]);
      return true;
    }
    const fixed = text.split(/\{[^{}]*\}/).map((part) => part.replace(/[^\w]/g, '\\$&'));
    this.patterns.push(new RegExp(`^${fixed.join('.*')}$`));
    return fixed.some((part) => part !== '');
  }

  /** `LOG = dict()`, `LOG = {}` and `LOG = {'a': …}`. */
  private assigned(at: number): boolean {
    const { tokens } = this.scope;
    const words = tokens.slice(at + 2, at + 5).map(({ text }) => text);
    return words.join('') === 'dict()' || (words[0] === '{' && this.literal(at + 2));
  }

  private literal(open: number): boolean {
    const { tokens } = this.scope;
    const end = closing(tokens, open);
    let depth = 0;
    for (let at = open; at < end; at += 1) {
      depth += bracket(tokens[at]!);
      if (depth !== 1 || !(at === open || tokens[at]!.text === ',') || at + 1 === end) continue;
      if (tokens[at + 2]?.text !== ':' || !this.key([tokens[at + 1]!], open)) return false;
    }
    return true;
  }

  private method(at: number): boolean {
    const { tokens } = this.scope;
    const name = tokens[at + 2]?.text;
    if (name !== 'update') return name !== 'setdefault' && name !== '__setitem__';
    const [given, ...more] = argumentsAt(tokens, at + 3);
    if (more.length > 0 || given === undefined) return false;
    if (given[0]?.text === '{') return this.literal(at + 4);
    const isRunner = given.length === 1 && this.isFromRunner(given[0]!.text);
    this.hasRunner ||= isRunner;
    return isRunner;
  }

  /** `NAME = env_runner.run(policy)`, wherever it is assigned. */
  private isFromRunner(name: string): boolean {
    const { tokens, method } = this.scope;
    let count = 0;
    for (let at = method.range.from; at < method.range.to; at += 1) {
      if (!isNamed(tokens, at, name) || tokens[at]!.indent === undefined) continue;
      if (tokens[at + 1]?.text !== '=') return false;
      const words = tokens.slice(at + 2, at + 6).map(({ text }) => text);
      if (!/runner$/.test(words[0] ?? '') || words.slice(1).join('') !== '.run(') return false;
      count += 1;
    }
    return count > 0;
  }

  /** An argument of a function that writes or shows it. */
  private isReader(at: number): boolean {
    const { tokens } = this.scope;
    const open = openBefore(tokens, at);
    const name = open === undefined ? undefined : tokens[open - 1]?.text;
    return /^(?:log|print|len|str|sorted|list|dict|get_ckpt_path|copy|deepcopy|set_postfix)$/.test(
      name ?? '',
    );
  }

  /** `add(LOG, …)`, where `def add(LOG, …)` in this method calls it alike, so that its entries are among these uses; the `def` itself too. */
  private isGivenOn(at: number): boolean {
    const { tokens, method } = this.scope;
    const open = openBefore(tokens, at);
    const name = open === undefined ? undefined : tokens[open - 1];
    if (open === undefined || name?.kind !== 'name' || tokens[open - 2]?.text === '.') return false;
    const place = argumentsAt(tokens, open).findIndex(
      (given) => given[0] === tokens[at] && (given.length === 1 || given[1]!.text === ':'),
    );
    for (let here = method.range.from; here < method.range.to; here += 1)
      if (tokens[here]!.text === 'def' && tokens[here + 1]?.text === name.text)
        return argumentsAt(tokens, here + 2)[place]?.[0]?.text === this.name;
    return false;
  }
}

/** The bracket of the line that a token stands in. */
function openBefore(tokens: readonly PythonToken[], at: number): number | undefined {
  let depth = 0;
  for (let here = at - 1; here >= 0 && tokens[here]!.kind !== 'newline'; here -= 1) {
    depth += bracket(tokens[here]!);
    if (depth === 1) return here;
  }
  return undefined;
}

function momentOf({ tokens, method, parts }: Scope, at: number): Moment {
  const conditions = conditionsAround(tokens, method.range, at);
  const every: string[] = [];
  const when: ConfigCondition[] = [];
  let needsData = false;
  let isUnsure = false;
  for (const condition of conditions) {
    const decided = configCondition(condition, parts);
    const period = condition && periodKey(tokens, condition, parts);
    if (decided !== undefined) when.push(decided);
    else if (period !== undefined) every.push(period);
    else if (condition && countsValidation(tokens, condition)) needsData = true;
    else isUnsure = true;
  }
  return { every, when, needsData, isUnsure };
}

/** `len(val_losses) > 0`, and `len(…)` of any other name that is validation's. */
function countsValidation(tokens: readonly PythonToken[], { from, to }: NonNullable<Condition>): boolean {
  const words = tokens.slice(from, to).map(({ text }) => text);
  return words[0] === 'len' && words.some((word) => /^(?:self\.)?_*val/.test(word));
}

/** The key of `(self.epoch % cfg.training.val_every) == 0`, alone or first in a chain of `and`. */
function periodKey(
  tokens: readonly PythonToken[],
  condition: NonNullable<Condition>,
  parts: readonly ConfigPart[],
): string | undefined {
  const { from, to, isTrue } = condition;
  const words = tokens.slice(from, to).map(({ text }) => text);
  const modulo = words.indexOf('%');
  const part = parts.find((each) => each.from === from + modulo + 1);
  if (!isTrue || modulo < 0 || part === undefined) return undefined;
  const before = words.slice(0, modulo).join('');
  const behind = tokens
    .slice(part.to, to)
    .map(({ text }) => text)
    .join('');
  return /^\(?(?:self\.)?epoch$/.test(before) && /^\)?==0$/.test(behind) ? part.key : undefined;
}
