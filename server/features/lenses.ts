/** Code lenses above a config: what can be done with the target. The client owns the commands. */
import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { configView } from '../documents/configView.js';
import { targetId } from '../documents/targets.js';
import type { Workbench } from '../workbench.js';

const LENSES = [
  ['compose', 'regrip.showComposedConfig'],
  ['check', 'regrip.check'],
  ['convert', 'regrip.convert'],
  ['adapt', 'regrip.adapt'],
  ['fine-tune', 'regrip.finetune'],
] as const;

/** Above a primary config alone: a group file is not run. */
export async function codeLenses(document: TextDocument, workbench: Workbench): Promise<CodeLens[]> {
  const view = await configView(document, workbench);
  if (view === undefined || view.target.primary !== view.path) return [];
  const start = { line: 0, character: 0 };
  return LENSES.map(([title, command]) => ({
    range: { start, end: start },
    command: { title, command, arguments: [{ target: targetId(view.target) }] },
  }));
}
