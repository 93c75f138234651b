/** The fixes of findings as quick fixes. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Diagnostic,
  type TextEdit,
} from 'vscode-languageserver';
import type { Finding, Fix } from '../../engine/checks/finding.js';
import { pathOf, rangeOf, uriOf } from '../documents/uris.js';
import type { Diagnostics } from './diagnostics.js';

export function codeActions(params: CodeActionParams, diagnostics: Diagnostics): CodeAction[] {
  const path = pathOf(params.textDocument.uri);
  if (path === undefined) return [];
  const findings = diagnostics.findingsIn(path);
  return params.context.diagnostics.flatMap((diagnostic) => {
    const finding = findings.find((each) => isOf(diagnostic, each));
    return (finding?.fixes ?? []).map((fix, index) => quickFix(fix, diagnostic, index === 0));
  });
}

function isOf(diagnostic: Diagnostic, { code, message, span }: Finding): boolean {
  return (
    diagnostic.code === code &&
    String(diagnostic.message).startsWith(message) &&
    JSON.stringify(diagnostic.range) === JSON.stringify(rangeOf(span))
  );
}

function quickFix({ title, edits }: Fix, diagnostic: Diagnostic, isPreferred: boolean): CodeAction {
  const changes: Record<string, TextEdit[]> = {};
  for (const { span, newText } of edits) {
    const uri = uriOf(span.file);
    changes[uri] = [...(changes[uri] ?? []), { range: rangeOf(span), newText }];
  }
  return { title, kind: CodeActionKind.QuickFix, diagnostics: [diagnostic], isPreferred, edit: { changes } };
}
