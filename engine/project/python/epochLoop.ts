/** What a training's loop does with `training.num_epochs`: `range` accepts only whole numbers, a comparison any number. */

import { conditionsAround } from './blocks.js';
import type { ConfigPart } from './keysRead.js';
import { placeOf, type SourcePlace } from './sourcePlace.js';
import { bracket, type PythonToken } from './tokens.js';
import type { Method } from './workspaceMethods.js';

export type EpochLoop =
  | { readonly kind: 'range'; readonly place: SourcePlace }
  /** A comparison, a cast or another function. */
  | { readonly kind: 'other' }
  /** No method reads it in a way that the text shows. */
  | { readonly kind: 'unknown' };

export const EPOCHS = 'training.num_epochs';
const COUNTERS: ReadonlySet<string> = new Set(['range', 'trange']);

export function epochLoop(
  methods: readonly Method[],
  parts: (method: Method) => readonly ConfigPart[],
): EpochLoop {
  let isRead = false;
  for (const method of methods) {
    const { tokens } = method.module;
    for (const { from, key } of parts(method)) {
      if (key !== EPOCHS) continue;
      isRead = true;
      if (!isCounted(tokens, from)) continue;
      if (conditionsAround(tokens, method.range, from).length > 0) return { kind: 'unknown' };
      return { kind: 'range', place: placeOf(method.module, from) };
    }
  }
  return { kind: isRead ? 'other' : 'unknown' };
}

/** Whether the innermost call around a token is `range(…)`; parentheses that only group are skipped. */
function isCounted(tokens: readonly PythonToken[], from: number): boolean {
  let depth = 0;
  for (let at = from - 1; at >= 0 && tokens[at]!.kind !== 'newline'; at -= 1) {
    depth += bracket(tokens[at]!);
    if (depth !== 1) continue;
    const before = tokens[at - 1];
    if (tokens[at]!.text !== '(') return false;
    if (before?.kind === 'name' && before.text !== 'in') return COUNTERS.has(before.text);
    if (before?.kind !== 'operator' && before?.kind !== 'name') return false;
    depth = 0;
  }
  return false;
}
