/** Inlay hints: what an interpolation resolves to, shown after it. */
import { type InlayHint, InlayHintKind, type Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { valueAt } from '../../engine/config/origin.js';
import { composedPath, configView } from '../documents/configView.js';
import { shownValue } from '../documents/shown.js';
import type { Workbench } from '../workbench.js';

/** A longer value would push the line too far; the hover shows all of it. */
const MAX_LENGTH = 60;

export async function inlayHints(
  range: Range,
  document: TextDocument,
  workbench: Workbench,
): Promise<InlayHint[]> {
  const view = await configView(document, workbench);
  if (view === undefined) return [];
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  return view.yaml.entries.flatMap(({ path, value, text }) => {
    if (value?.kind !== 'scalar' || !text?.includes('${') || value.end < from || value.start > to) return [];
    const composed = composedPath(view, path);
    const resolved = composed === undefined ? undefined : valueAt(view.survey.resolved, composed);
    if (resolved === undefined) return [];
    const shown = shownValue(resolved);
    const label = `= ${shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH - 1)}…` : shown}`;
    return [{ position: document.positionAt(value.end), label, kind: InlayHintKind.Type, paddingLeft: true }];
  });
}
