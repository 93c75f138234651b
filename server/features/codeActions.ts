/** The fixes of findings as quick fixes. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type TextEdit,
} from 'vscode-languageserver';
import type { Finding, Fix } from '../../engine/judge/checks/finding.js';
import { pathOf, rangeOf, uriOf } from '../documents/uris.js';
import type { Diagnostics } from './diagnostics.js';

export function codeActions(params: CodeActionParams, diagnostics: Diagnostics): CodeAction[] {
  const path = pathOf(params.textDocument.uri);
  if (path === undefined) return [];
  const told = diagnostics.findingsIn(path);
  return params.context.diagnostics.flatMap((diagnostic) => {
    const found = told.find(({ finding }) => isOf(diagnostic, finding));
    return (found?.finding.fixes ?? []).map((fix, index): CodeAction => {
      const shown = { kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred: index === 0 };
      return { ...shown, ...actionOf(fix, found?.target) };
    });
  });
}

function isOf(diagnostic: Diagnostic, { code, message, span }: Finding): boolean {
  return (
    diagnostic.code === code &&
    String(diagnostic.message).startsWith(message) &&
    JSON.stringify(diagnostic.range) === JSON.stringify(rangeOf(span))
  );
}

/** Edits, or the client command that opens the job's form, filled in, for the target that has the finding. */
function actionOf({ title, edits, job }: Fix, target: string | undefined): CodeAction {
  if (job !== undefined) {
    const { kind, ...given } = job;
    const filled = { ...given, ...(target !== undefined && { target }), isProposal: true };
    return { title, command: { title, command: `regrip.${kind}`, arguments: [filled] } };
  }
  const changes: Record<string, TextEdit[]> = {};
  for (const { span, newText } of edits) {
    const uri = uriOf(span.file);
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span), newText }];
  }
  return { title, edit: { changes } };
}
