/** A defaults list without `_self_`: Hydra 1.3 composes the file's own values last, Hydra 1.0 composed them first. */

import type { ConfigFile } from '../../../config/configFile.js';
import { isSelf, readDefaults } from '../../../config/hydra/defaultEntry.js';
import type { Check } from '../check.js';
import type { CheckContext } from '../context.js';
import { selfAtEnd } from '../defaultsEdits.js';
import type { Finding } from '../finding.js';

export const selfMissing: Check = {
  run: (context) => [...context.survey.files.values()].flatMap((file) => judged(context, file)),
};

function judged(context: CheckContext, file: ConfigFile): Finding[] {
  const list = file.root.entries.get('defaults');
  if (list?.kind !== 'list' || list.items.length === 0 || list.key === undefined || lists(file)) return [];
  const message =
    '_self_ is missing from this defaults list: Hydra 1.3 lets the values of this file override the groups, Hydra 1.0 did the opposite. Add _self_ to make the order explicit';
  const key = context.spanOf(list.key);
  const edits = selfAtEnd(context, file);
  const fixes = edits === undefined ? [] : [{ title: 'Add _self_ at the end', edits }];
  return [context.finding('self-missing', key, message, { fixes })];
}

/** A list that Hydra refuses is reported elsewhere. A list of nothing but overrides has no order to state. */
function lists(file: ConfigFile): boolean {
  try {
    const entries = readDefaults(file);
    return entries.some(isSelf) || entries.every((entry) => entry.override);
  } catch {
    return true;
  }
}
