/** A `_target_` that the project's own module does not define: the training ends when Hydra looks it up. */

import { basename } from 'node:path';
import { isPlainMap } from '../../../base/plain.js';
import { isSlip } from '../../../base/slip.js';
import type { Check } from '../check.js';
import { type CheckContext, fixOf } from '../context.js';
import { type Finding, startOfFile } from '../finding.js';
import { builtPaths } from './arguments.js';

const SHOWN = 8;

export const targetMissing: Check = {
  run: async (context) => {
    if (context.target.runner === 'builtin') return [];
    const findings: Finding[] = [];
    for (const path of ['', ...(await builtPaths(context))]) findings.push(...(await judged(context, path)));
    return findings;
  },
};

async function judged(context: CheckContext, holder: string): Promise<Finding[]> {
  const node = holder === '' ? context.survey.resolved : context.value(holder);
  const target = isPlainMap(node) ? node['_target_'] : undefined;
  const module = typeof target === 'string' ? await context.project?.lacking?.(target) : undefined;
  if (typeof target !== 'string' || module === undefined) return [];
  const path = holder === '' ? '_target_' : `${holder}._target_`;
  const name = target.slice(target.lastIndexOf('.') + 1);
  const meant = module.names.find((each) => isSlip(name, each));
  const guess = meant === undefined ? '' : ` Did you mean ${meant}?`;
  const more = module.names.length > SHOWN ? ` and ${module.names.length - SHOWN} more` : '';
  const has = module.names.length === 0 ? 'nothing' : module.names.slice(0, SHOWN).join(', ') + more;
  const message = `${basename(module.file)} does not define ${name}, so the training ends when Hydra looks up ${path}.${guess} It defines ${has}`;
  const whole = meant === undefined ? '' : `${target.slice(0, -name.length)}${meant}`;
  const fixes = meant === undefined ? [] : fixOf(`Use ${meant}`, context.replace(path, whole));
  const related = [{ span: startOfFile(module.file), message: 'the module that it names' }];
  return [context.finding('target-missing', context.span(path), message, { related, fixes })];
}
