/** Edits of a defaults list: `_self_` at its end, before the overrides. */
import type { ConfigFile } from '../../config/configFile.js';
import type { ConfigNode } from '../../config/node.js';
import type { CheckContext } from './context.js';
import type { Edit } from './finding.js';
import { lineAfter, withoutLines } from './sourceText.js';

/** Adds `_self_`; undefined where the list is neither one entry per line nor all on one line. */
export function selfAtEnd(context: CheckContext, file: ConfigFile): readonly Edit[] | undefined {
  const list = listOf(file);
  const last = list?.items.findLast((item) => !isOverride(item));
  if (list?.key === undefined || last === undefined) return undefined;
  const key = context.spanOf(list.key);
  const first = context.spanOf(list.items[0]!.place);
  const { endLine, endColumn } = context.spanOf(last.place);
  if (first.line === key.line) {
    const span = { file: file.file, line: endLine, column: endColumn, endLine, endColumn };
    return [{ span, newText: ', _self_' }];
  }
  const dash = `${' '.repeat(Math.max(0, first.column - 3))}- _self_`;
  return [lineAfter(file.file, file.text, endLine, dash)];
}

/** Moves it to the end; undefined unless it is on a line of its own. */
export function selfMovedToEnd(context: CheckContext, file: ConfigFile): readonly Edit[] | undefined {
  const list = listOf(file);
  const self = list?.items.find((item) => item.kind === 'scalar' && item.value === '_self_');
  const added = selfAtEnd(context, file);
  if (list?.key === undefined || self === undefined || added === undefined) return undefined;
  const { line } = context.spanOf(self.place);
  if (line === context.spanOf(list.key).line) return undefined;
  return [withoutLines(file.file, line, line), ...added];
}

function listOf(file: ConfigFile) {
  const list = file.root.entries.get('defaults');
  return list?.kind === 'list' ? list : undefined;
}

function isOverride(item: ConfigNode): boolean {
  return item.kind === 'map' && [...item.entries.keys()].some((key) => key.startsWith('override '));
}
