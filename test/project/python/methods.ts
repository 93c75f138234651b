/** The functions of one Python text, and what of a config they name. */
import { configParts } from '../../../engine/project/python/keysRead.js';
import { modulesFrom } from '../../../engine/project/python/source.js';
import { functionsOf, type Method } from '../../../engine/project/python/workspaceMethods.js';
import { inMemory } from '../inMemory.js';

/** `body` as it stands in a function that has a config; each line gets its indent. */
export async function methodsOf(body: string): Promise<readonly Method[]> {
  const lines = body.split('\n').map((line) => `  ${line}`);
  return functionsIn(`def run(self, cfg):\n${lines.join('\n')}\n`);
}

export async function functionsIn(text: string): Promise<readonly Method[]> {
  const module = await modulesFrom('/p', inMemory({ '/p/work.py': text })).module('work');
  return functionsOf(module!);
}

export const partsOf = ({ module, range }: Method) =>
  configParts(module.tokens).filter(({ from }) => from >= range.from && from < range.to);
