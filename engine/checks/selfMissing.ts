/** A defaults list without `_self_`: Hydra 1.3 composes the file's own values last, Hydra 1.0 composed them first. */

import type { ConfigFile } from '../config/configFile.js';
import { isSelf, readDefaults } from '../config/defaultEntry.js';
import type { ConfigNode } from '../config/node.js';
import type { CheckContext } from './context.js';
import type { Edit, Finding, Span } from './finding.js';
import type { Check } from './table.js';

export const selfMissing: Check = {
  codes: ['self-missing'],
  run: (context) => [...context.survey.files.values()].flatMap((file) => judged(context, file)),
};

function judged(context: CheckContext, file: ConfigFile): Finding[] {
  const list = file.root.entries.get('defaults');
  if (list?.kind !== 'list' || list.items.length === 0 || list.key === undefined || lists(file)) return [];
  const message =
    '_self_ is not in this defaults list, so the values of this file win over the groups. Older Hydra did the opposite: say it with _self_';
  const key = context.spanOf(list.key);
  const fix = { title: 'Add _self_ at the end', edits: appended(context, list.items, key) };
  return [context.finding('self-missing', key, message, { fixes: [fix] })];
}

/** A list that Hydra refuses is told elsewhere. A list of nothing but overrides orders nothing. */
function lists(file: ConfigFile): boolean {
  try {
    const entries = readDefaults(file);
    return entries.some(isSelf) || entries.every((entry) => entry.override);
  } catch {
    return true;
  }
}

/** Overrides stay last. The items of a block list begin on lines of their own. */
function appended(context: CheckContext, items: readonly ConfigNode[], key: Span): Edit[] {
  const last = context.spanOf(items.findLast((item) => !isOverride(item))!.place);
  const first = context.spanOf(items[0]!.place);
  const newText =
    first.line === key.line ? ', _self_' : `\n${' '.repeat(Math.max(0, first.column - 3))}- _self_`;
  const { file, endLine, endColumn } = last;
  return [{ span: { file, line: endLine, column: endColumn, endLine, endColumn }, newText }];
}

function isOverride(item: ConfigNode): boolean {
  return item.kind === 'map' && [...item.entries.keys()].some((key) => key.startsWith('override '));
}
