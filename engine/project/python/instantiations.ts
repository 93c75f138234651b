/** Which parts of a config a training passes to `hydra.utils.instantiate`, and what it adds in the call. */

import { conditionsAround } from './blocks.js';
import type { ConfigChanges } from './configChanges.js';
import { type ConfigCondition, configConditions } from './configConditions.js';
import type { ConfigPart } from './keysRead.js';
import { argumentsAt } from './outline.js';
import { placeOf, type SourcePlace } from './sourcePlace.js';
import type { Method } from './workspaceMethods.js';

export interface Instantiation {
  /** Dotted. */
  readonly key: string;
  /** Names of keyword arguments in the call. */
  readonly added: ReadonlySet<string>;
  /** Dotted keys of the whole config that the source assigns or removes: they count as given, or as absent. */
  readonly changed: ReadonlySet<string>;
  /** The call has `**more`: further names may be given. */
  readonly isOpen: boolean;
  /** Positional arguments after the config. */
  readonly positional: number;
  /** Nested `_target_`s are built too, unless the config says otherwise. */
  readonly isRecursive: boolean;
  /** Undefined where the text does not show whether the call is reached. */
  readonly when: readonly ConfigCondition[] | undefined;
  readonly place: SourcePlace;
}

const NAMES: ReadonlySet<string> = new Set(['instantiate', 'call']);
const HOLDERS: ReadonlySet<string> = new Set(['utils', '_internal', 'hydra']);
export function instantiations(
  methods: readonly Method[],
  changes: ConfigChanges,
  parts: (method: Method) => readonly ConfigPart[],
): readonly Instantiation[] {
  return methods.flatMap((method) => {
    const own = parts(method);
    return own.flatMap((part) => {
      const found = callOf(method, part, own);
      return found === undefined || !changes.isKnown(found.key) ? [] : [{ ...found, changed: changes.keys }];
    });
  });
}

function callOf(
  { module, range }: Method,
  { from, to, key }: ConfigPart,
  parts: readonly ConfigPart[],
): Omit<Instantiation, 'changed'> | undefined {
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
