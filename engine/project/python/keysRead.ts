/** Which keys of the config a Python source reads, from the attribute chains in its text. */

import type { TextRange } from '../textRange.js';
import { type PythonToken, pythonTokens } from './tokens.js';

interface KeyRead extends TextRange {
  /** Dotted, from the config's root. */
  readonly key: string;
  /** Whether it is assigned. */
  readonly isWrite: boolean;
  /** Whether it is passed whole as an argument, or with `**`: the callee may read anything in it. */
  readonly isHanded: boolean;
}

/** A place that names a part of the config, perhaps through a local name alone. */
export interface ConfigPart {
  /** Tokens: the first, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Dotted, from the config's root; '' for the root. */
  readonly key: string;
}

/** Names that the config goes by. */
const ROOTS: ReadonlySet<string> = new Set(['cfg', 'config', 'conf', '_cfg', '_config']);
const TYPES: ReadonlySet<string> = new Set(['DictConfig', 'OmegaConf']);
/** Functions that are given a config and a key. */
const ASKERS: ReadonlySet<string> = new Set([
  'getattr',
  'hasattr',
  'select',
  'is_missing',
  'is_interpolation',
]);
const GETTERS: ReadonlySet<string> = new Set(['get', 'pop', 'setdefault']);
/** Steps of one chain; far above real keys. */
const MAX_STEPS = 32;
/** How many names may stand for one part of the config. */
const MAX_MEANINGS = 4;
/** Depth of strings inside strings. */
const MAX_DEPTH = 3;

/** What a local name stands for: paths into the config. */
type Aliases = Map<string, readonly (readonly string[])[]>;

/** Offsets are relative to the same text as those of the tokens. */
export function keysRead(tokens: readonly PythonToken[]): readonly KeyRead[] {
  return readsIn(tokens, aliasesIn(tokens), 0, 0);
}

/** Every part of the config that is named for certain: a local name counts where it is assigned once. */
export function configParts(tokens: readonly PythonToken[]): readonly ConfigPart[] {
  const aliases = aliasesIn(tokens);
  const assigned = new Map<string, number>();
  for (const [at, { kind, text, indent }] of tokens.entries())
    if (kind === 'name' && indent !== undefined && tokens[at + 1]?.text === '=')
      assigned.set(text, (assigned.get(text) ?? 0) + 1);
  return tokens.flatMap(({ kind, text }, at) => {
    const roots = kind === 'name' ? rootsAt(tokens, at, aliases) : [];
    if (roots.length !== 1 || (aliases.has(text) && (assigned.get(text) ?? 0) > 1)) return [];
    const { steps, next } = chainFrom(tokens, roots[0]!);
    return [{ from: tokens[at - 1]?.text === '.' ? at - 2 : at, to: next, key: steps.join('.') }];
  });
}

function readsIn(tokens: readonly PythonToken[], aliases: Aliases, offset: number, depth: number): KeyRead[] {
  const found: KeyRead[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'string' && token.prefix.includes('f') && depth < MAX_DEPTH) {
      for (const { text, start } of replacementFields(token))
        for (const read of readsIn(pythonTokens(text), aliases, offset + start, depth + 1)) found.push(read);
      continue;
    }
    for (const root of rootsAt(tokens, index, aliases)) {
      for (const read of chainReads(tokens, index, root))
        found.push({ ...read, start: offset + read.start, end: offset + read.end });
    }
  }
  return found;
}

interface Root {
  /** Where the path into the config continues after the name. */
  readonly next: number;
  readonly steps: readonly string[];
}

/** The config, or a part of it, that is named at a token. */
function rootsAt(tokens: readonly PythonToken[], at: number, aliases: Aliases): readonly Root[] {
  const token = tokens[at]!;
  const before = tokens[at - 1]?.text;
  if (token.kind === 'string')
    return ROOTS.has(token.text) && before === '[' && tokens[at + 1]?.text === ']'
      ? [{ next: at + 2, steps: [] }]
      : [];
  if (token.kind !== 'name') return [];
  if (before === '.')
    return ROOTS.has(token.text) && tokens[at - 2]?.text === 'self' ? [{ next: at + 1, steps: [] }] : [];
  if (ROOTS.has(token.text)) return [{ next: at + 1, steps: [] }];
  return (aliases.get(token.text) ?? []).map((steps) => ({ next: at + 1, steps }));
}

interface Chain {
  readonly steps: readonly string[];
  readonly next: number;
}

/** `.a`, `['a']`, `[0]` and `.get('a')` after a root. */
function chainFrom(tokens: readonly PythonToken[], root: Root): Chain {
  const steps = [...root.steps];
  let at = root.next;
  while (steps.length < MAX_STEPS) {
    const name =
      tokens[at]?.text === '.' && tokens[at + 1]?.kind === 'name' ? tokens[at + 1]!.text : undefined;
    const inner = tokens[at + 1];
    if (name !== undefined && tokens[at + 2]?.text !== '(') steps.push(name);
    else if (name !== undefined) {
      const key = tokens[at + 3];
      if (GETTERS.has(name) && key?.kind === 'string') steps.push(key.text);
      break;
    } else if (
      tokens[at]?.text === '[' &&
      tokens[at + 2]?.text === ']' &&
      (inner?.kind === 'string' || inner?.kind === 'number')
    )
      steps.push(inner.text);
    else break;
    at += name !== undefined ? 2 : 3;
  }
  return { steps, next: at };
}

function chainReads(tokens: readonly PythonToken[], at: number, root: Root): KeyRead[] {
  const { steps, next } = chainFrom(tokens, root);
  const start = tokens[at]!.start;
  const end = tokens[next - 1]!.end;
  const isHanded = handedOver(tokens, at, next);
  const read = (path: readonly string[], isWrite: boolean) => {
    return { key: path.join('.'), start, end, isWrite, isHanded };
  };
  const asked = [askedKey(tokens, at, next), keyAskedIn(tokens, at)].filter((key) => key !== undefined);
  const found = asked
    .map((key) => read([...steps, key], false))
    .map((each) => ({ ...each, isHanded: false }));
  if (steps.length > root.steps.length || (isHanded && steps.length > 0))
    found.push(read(steps, tokens[next]?.text === '='));
  return found.filter(({ key }) => key !== ''); // cfg['']
}

function handedOver(tokens: readonly PythonToken[], at: number, next: number): boolean {
  const first = tokens[at - 1]?.text === '.' ? at - 2 : at;
  const before = tokens[first - 1]?.text ?? '';
  return /^(?:\(|,|=|\*\*)$/.test(before) && /^[,)]$/.test(tokens[next]?.text ?? '');
}

/** `getattr(CHAIN, 'key')`. */
function askedKey(tokens: readonly PythonToken[], at: number, next: number): string | undefined {
  const first = tokens[at - 1]?.text === '.' ? at - 2 : at; // self.cfg
  const isAsked = tokens[first - 1]?.text === '(' && ASKERS.has(tokens[first - 2]?.text ?? '');
  const key = isAsked && tokens[next]?.text === ',' ? tokens[next + 1] : undefined;
  return key?.kind === 'string' ? key.text : undefined;
}

/** `'key' in CHAIN` and `'key' not in CHAIN`. */
function keyAskedIn(tokens: readonly PythonToken[], at: number): string | undefined {
  const first = tokens[at - 1]?.text === '.' ? at - 2 : at;
  if (tokens[first - 1]?.text !== 'in') return undefined;
  const key = tokens[first - 2]?.text === 'not' ? tokens[first - 3] : tokens[first - 2];
  return key?.kind === 'string' ? key.text : undefined;
}

/** `name = CHAIN` on a line of its own, and parameters with a config's type. */
function aliasesIn(tokens: readonly PythonToken[]): Aliases {
  const aliases: Aliases = new Map();
  const add = (name: string, steps: readonly string[]) => {
    const before = aliases.get(name) ?? [];
    if (!ROOTS.has(name) && before.length < MAX_MEANINGS) aliases.set(name, [...before, steps]);
  };
  for (const [at, { kind, text, indent }] of tokens.entries()) {
    if (kind !== 'name') continue;
    const isTyped = tokens[at + 1]?.text === ':' && TYPES.has(tokens[at + 2]?.text ?? '');
    if (isTyped) add(text, []);
    if (indent === undefined || tokens[at + 1]?.text !== '=') continue;
    const start = tokens[at + 2]?.text === 'self' ? at + 4 : at + 2;
    for (const root of start < tokens.length ? rootsAt(tokens, start, aliases) : []) {
      const { steps, next } = chainFrom(tokens, root);
      if (tokens[next]?.kind === 'newline') add(text, steps);
    }
  }
  return aliases;
}

/** The expressions in the braces of an f-string, also of one that is being typed. */
function replacementFields({
  text,
  textStart,
}: PythonToken): readonly { readonly text: string; readonly start: number }[] {
  return [...text.matchAll(/\{\{|\{([^{}]+)/g)].flatMap((match) =>
    match[1] === undefined ? [] : [{ text: match[1], start: textStart + match.index + 1 }],
  );
}
