/** What a training's source changes in its config between Hydra and the call that builds a part: keys that are written or taken away. */
import type { ConfigPart } from './keysRead.js';
import type { PythonToken } from './pythonTokens.js';
import type { Method } from './workspaceMethods.js';

export interface ConfigChanges {
  /** Dotted: given a value, or taken away. */
  readonly keys: ReadonlySet<string>;
  /** Whether what stands at `key` and below it can be told from the text. */
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
  /** Parts of which not all is known. */
  const open: string[] = [];
  for (const method of methods)
    for (const part of parts(method)) changed(method.module.tokens, part, keys, open);
  return {
    keys,
    isKnown: (key) =>
      !isMerged &&
      !open.some((each) => isWithin(key, each) || isWithin(each, key)) &&
      ![...keys].some((each) => isWithin(key, each)),
  };
}

/** `inner` is `outer` or stands below it. */
function isWithin(inner: string, outer: string): boolean {
  return outer === '' || inner === outer || inner.startsWith(`${outer}.`);
}

function changed(
  tokens: readonly PythonToken[],
  { from, to, key }: ConfigPart,
  keys: Set<string>,
  open: string[],
): void {
  const [next = '', name = ''] = tokens.slice(to, to + 2).map(({ text }) => text);
  const isName = to === from + 1; // a name alone is bound anew, and self.cfg to another copy: the config stays as it is
  const isFirst = tokens[from]!.indent !== undefined || tokens[from - 1]?.text === ',';
  const isAssigned = ASSIGNS.test(next) && isFirst && !isName;
  const isDeleted = tokens[from - 1]?.text === 'del' && !isName;
  if (next === '[') {
    // A part that is reached by a name that is not known: cfg.a[name] = …
    if (isDeleted || key !== '') open.push(key); // cfg[name] is read all over
  } else if (next === '.' && MUTATORS.has(name) && tokens[to + 2]?.text === '(') {
    const given = tokens[to + 3]?.kind === 'string' && name !== 'update' && name !== 'merge_with';
    if (given) keys.add(key);
    else open.push(key);
  } else if ((isAssigned || isDeleted) && key !== '') keys.add(key);
}

function merges({ module: { tokens }, range: { from, to } }: Method): boolean {
  for (let at = from; at < to; at += 1) {
    const isCall = tokens[at]!.kind === 'name' && tokens[at + 1]?.text === '(';
    if (!isCall || !MERGES.has(tokens[at]!.text)) continue;
    if (tokens[at]!.text === 'setattr' || tokens[at - 2]?.text === 'OmegaConf') return true;
  }
  return false;
}
