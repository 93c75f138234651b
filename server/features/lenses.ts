/** Code lenses above a config and above a script's trainings: the actions for the target. The client owns the commands. */
import type { CodeLens } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { CheckTarget } from '../../engine/judge/checks/context.js';
import { configView } from '../documents/configView.js';
import { targetId } from '../documents/targets.js';
import { pathOf } from '../documents/uris.js';
import type { Workbench } from '../workbench.js';

const LENSES = [
  ['compose', 'regrip.showComposedConfig'],
  ['check', 'regrip.check'],
  ['convert', 'regrip.convert'],
  ['adapt', 'regrip.adapt'],
  ['fine-tune', 'regrip.finetune'],
] as const;

/** Only above a primary config: a group file cannot be run. */
export async function codeLenses(document: TextDocument, workbench: Workbench): Promise<CodeLens[]> {
  const view = await configView(document, workbench);
  if (view === undefined || view.target.primary !== view.path) return [];
  return lensesAt(0, view.target);
}

/** Above each training that a script starts. */
export async function scriptLenses(document: TextDocument, workbench: Workbench): Promise<CodeLens[]> {
  const path = pathOf(document.uri);
  const targets = path === undefined ? [] : await workbench.targetsOf(path);
  return targets.flatMap((target) => lensesAt(target.script!.span.line - 1, target));
}

function lensesAt(line: number, target: CheckTarget): CodeLens[] {
  const start = { line, character: 0 };
  return LENSES.map(([title, command]) => ({
    range: { start, end: start },
    command: { title, command, arguments: [{ target: targetId(target) }] },
  }));
}
