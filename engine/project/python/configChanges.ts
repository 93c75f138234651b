/** What a training's source changes in its config between Hydra and the call that builds a part: keys that are assigned or removed. */

import { conditionsAround } from './blocks.js';
import { type ConfigCondition, configConditions } from './configConditions.js';
import type { ConfigPart } from './keysRead.js';
import type { PythonToken } from './tokens.js';
import type { Method } from './workspaceMethods.js';

interface ConfigWrite {
  readonly key: string;
  /** Undefined where the text does not show whether it is reached. */
  readonly when: readonly ConfigCondition[] | undefined;
}

export interface ConfigChanges {
  /** Dotted: assigned or removed. */
  readonly keys: ReadonlySet<string>;
  readonly writes: readonly ConfigWrite[];
  /** Something is merged into the value at `key`, or it is reached in a way that is not followed. */
  isOpen(key: string): boolean;
  /** Whether the value at `key` and below can be determined from the text. */
  isKnown(key: string): boolean;
}

/** Ways to change a config that are not followed. */
const MERGES: ReadonlySet<string> = new Set(['merge', 'update', 'setattr', 'masked_copy', 'unsafe_merge']);
/** Methods of a config that change it. */
const MUTATORS: ReadonlySet<string> = new Set([
  'update',
  'merge_with',
  'clear',
  'popitem',
  'pop',
  'setdefault',
]);
const ASSIGNS = /^(?:[-+*/|&]|\/\/)?=$/;

export function configChanges(
  methods: readonly Method[],
  parts: (method: Method) => readonly ConfigPart[],
): ConfigChanges {
  const isMerged = methods.some(merges);
  const keys = new Set<string>();
  /** Parts that are not completely known. */
  const open: string[] = [];
  const writes: ConfigWrite[] = [];
  for (const method of methods) {
    const own = parts(method);
    const { tokens } = method.module;
    for (const part of own) {
      const key = changed(tokens, part, open);
      if (key === undefined) continue;
      keys.add(key);
      writes.push({ key, when: configConditions(conditionsAround(tokens, method.range, part.from), own) });
    }
  }
  const isOpen = (key: string) => isMerged || open.some((each) => isWithin(key, each) || isWithin(each, key));
  const isKnown = (key: string) => !isOpen(key) && ![...keys].some((each) => isWithin(key, each));
  return { keys, writes, isOpen, isKnown };
}

/** `inner` is `outer` or lies below it. */
function isWithin(inner: string, outer: string): boolean {
  return outer === '' || inner === outer || inner.startsWith(`${outer}.`);
}

/** The key that is assigned or removed at a part; what cannot be determined goes to `open`. */
function changed(
  tokens: readonly PythonToken[],
  { from, to, key }: ConfigPart,
  open: string[],
): string | undefined {
  const [next = '', name = ''] = tokens.slice(to, to + 2).map(({ text }) => text);
  const isName = to === from + 1; // a bare name is rebound, and self.cfg to another copy: the config itself stays the same
  const isFirst = tokens[from]!.indent !== undefined || tokens[from - 1]?.text === ',';
  const isAssigned = ASSIGNS.test(next) && isFirst && !isName;
  const isDeleted = tokens[from - 1]?.text === 'del' && !isName;
  if (next === '[') {
    // A part reached by an unknown name: cfg.a[name] = …
    if (isDeleted || key !== '') open.push(key); // cfg[name] may be any key
  } else if (next === '.' && MUTATORS.has(name) && tokens[to + 2]?.text === '(') {
    const given = tokens[to + 3]?.kind === 'string' && name !== 'update' && name !== 'merge_with';
    if (given) return key;
    else open.push(key);
  } else if ((isAssigned || isDeleted) && key !== '') return key;
  return undefined;
}

function merges({ module: { tokens }, range: { from, to } }: Method): boolean {
  for (let at = from; at < to; at += 1) {
    const isCall = tokens[at]!.kind === 'name' && tokens[at + 1]?.text === '(';
    if (!isCall || !MERGES.has(tokens[at]!.text)) continue;
    if (tokens[at]!.text === 'setattr' || tokens[at - 2]?.text === 'OmegaConf') return true;
  }
  return false;
}
