/** Which parts of a config a training hands to `hydra.utils.instantiate`, and what it adds in the call. */

import { type ConfigCondition, configConditions } from './configConditions.js';
import type { ConfigPart } from './keysRead.js';
import { conditionsAround } from './pythonBlocks.js';
import { argumentsAt } from './pythonOutline.js';
import { placeOf, type SourcePlace } from './sourcePlace.js';
import type { Method } from './workspaceMethods.js';

export interface Instantiation {
  /** Dotted. */
  readonly key: string;
  /** Names of keyword arguments in the call. */
  readonly added: ReadonlySet<string>;
  /** `**more` is in the call: further names may be given. */
  readonly isOpen: boolean;
  /** What stands behind the config by position. */
  readonly positional: number;
  /** Nested `_target_`s are built too, unless the config says otherwise. */
  readonly isRecursive: boolean;
  /** Undefined: the text does not decide whether the call is reached. */
  readonly when: readonly ConfigCondition[] | undefined;
  readonly place: SourcePlace;
}

const NAMES: ReadonlySet<string> = new Set(['instantiate', 'call']);
const HOLDERS: ReadonlySet<string> = new Set(['utils', '_internal', 'hydra']);
/** Ways to change a config that are not followed. */
const CHANGES: ReadonlySet<string> = new Set(['merge', 'update', 'setattr', 'masked_copy', 'unsafe_merge']);

export function instantiations(
  methods: readonly Method[],
  parts: (method: Method) => readonly ConfigPart[],
): readonly Instantiation[] {
  if (methods.some(changesConfig)) return [];
  const written = methods.flatMap((method) => writtenIn(method, parts(method)));
  return methods.flatMap((method) => {
    const own = parts(method);
    return own.flatMap((part) => {
      const found = callOf(method, part, own);
      if (found === undefined) return [];
      // What is written to the config before or after is taken as given.
      const added = written.filter((key) => key.startsWith(`${part.key}.`));
      return added.some((key) => key.includes('?')) ? [] : [withWritten(found, added)];
    });
  });
}

function withWritten(found: Instantiation, keys: readonly string[]): Instantiation {
  const names = keys.map((key) => key.slice(found.key.length + 1)).filter((key) => !key.includes('.'));
  return { ...found, added: new Set([...found.added, ...names]) };
}

function callOf(
  { module, range }: Method,
  { from, to, key }: ConfigPart,
  parts: readonly ConfigPart[],
): Instantiation | undefined {
  const { tokens } = module;
  const name = tokens[from - 2];
  if (key === '' || tokens[from - 1]?.text !== '(' || !NAMES.has(name?.text ?? '')) return undefined;
  if (tokens[from - 3]?.text === '.' && !HOLDERS.has(tokens[from - 4]?.text ?? '')) return undefined;
  if (name!.text === 'call' && tokens[from - 3]?.text !== '.') return undefined;
  const [first, ...rest] = argumentsAt(tokens, from - 1);
  if (first?.length !== to - from) return undefined; // instantiate(cfg.a or cfg.b)
  const byName = rest.filter((argument) => argument[1]?.text === '=');
  const added = new Set(byName.map(([argument]) => argument!.text));
  const isRecursive = !byName.some(
    ([argument, , value]) => argument!.text === '_recursive_' && value?.text !== 'True',
  );
  const open = rest.filter(([argument]) => argument?.text === '**');
  const star = rest.some(([argument]) => argument?.text === '*');
  return {
    ...{ key, added, isRecursive, isOpen: open.length > 0 || star },
    positional: rest.length - byName.length - open.length,
    when: configConditions(conditionsAround(tokens, range, from), parts),
    place: placeOf(module, from),
  };
}

function changesConfig({ module: { tokens }, range: { from, to } }: Method): boolean {
  for (let at = from; at < to; at += 1) {
    const isCall = tokens[at]!.kind === 'name' && tokens[at + 1]?.text === '(';
    if (!isCall || !CHANGES.has(tokens[at]!.text)) continue;
    if (tokens[at]!.text === 'setattr' || tokens[at - 2]?.text === 'OmegaConf') return true;
  }
  return false;
}

/** Keys that are given a value, or taken away: `del cfg.a.b`, `cfg.a.pop('b')`. */
function writtenIn({ module: { tokens } }: Method, parts: readonly ConfigPart[]): readonly string[] {
  return parts.flatMap(({ from, to, key }) => {
    const behind = tokens.slice(to, to + 2).map(({ text }) => text);
    const isTaken = tokens[from - 1]?.text === 'del' || behind[1] === 'pop';
    if (/^(?:[-+*/|&]|\/\/)?=$/.test(behind[0] ?? '') || isTaken) return [key];
    // A part that is reached by a name that is not known: cfg.a[name] = …
    return behind[0] === '[' || (behind[0] === '.' && behind[1] === 'update') ? [`${key}.?`] : [];
  });
}
