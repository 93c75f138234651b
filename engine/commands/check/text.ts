/** Findings for a person: by file and line, with the counts by severity in the last line. */

import { relative } from 'node:path';
import { onOneLine } from '../../base/shown.js';
import type { Severity } from '../../judge/checks/codes.js';
import type { Finding, Span } from '../../judge/checks/finding.js';

const ORDER: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

export function checkText(findings: readonly Finding[], cwd: string): string {
  if (findings.length === 0) return 'no problems found';
  const lines = sorted(findings).flatMap(({ code, severity, message, span, related, fixes }) => [
    `${nearPlace(span, cwd)}: ${severity}: ${message} [${code}]`,
    ...related.map((other) => `    ${nearPlace(other.span, cwd)}: ${other.message}`),
    // A job's command is in the message.
    ...fixes.flatMap(({ title, edits }) => (edits.length === 0 ? [] : [`    fix: ${title}`])),
  ]);
  return [...lines.map(onOneLine), counted(findings)].join('\n');
}

function sorted(findings: readonly Finding[]): Finding[] {
  const file = (a: Finding, b: Finding) =>
    a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : 0;
  return [...findings].sort(
    (a, b) =>
      file(a, b) || a.span.line - b.span.line || ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity),
  );
}

/** `file:line:column`, relative to `cwd` for files below it. */
export function nearPlace(
  { file, line, column }: Pick<Span, 'file' | 'line' | 'column'>,
  cwd: string,
): string {
  const near = relative(cwd, file);
  return `${onOneLine(near.startsWith('..') ? file : near)}:${line}:${column}`;
}

function counted(findings: readonly Finding[]): string {
  const counts = ORDER.map(
    (severity) => [findings.filter((finding) => finding.severity === severity).length, severity] as const,
  );
  return counts
    .filter(([count]) => count > 0)
    .map(([count, severity]) => `${count} ${severity}${count === 1 || severity === 'information' ? '' : 's'}`)
    .join(', ');
}
