/** Findings as SARIF 2.1.0, which code hosts and editors read. */
import { relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type CheckCode, CODES, type Severity } from '../../judge/checks/codes.js';
import type { Finding, Fix, Span } from '../../judge/checks/finding.js';

const LEVEL: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** Files below `cwd` are named relative to it, as code hosts expect. */
export function checkSarif(findings: readonly Finding[], cwd: string) {
  const codes = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Regrip', rules: codes.map(rule) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { uri: `${pathToFileURL(cwd)}/` } },
        results: findings.map((finding) => result(finding, codes, cwd)),
      },
    ],
  };
}

function rule(code: CheckCode) {
  const { description, severity } = CODES[code];
  return {
    id: code,
    shortDescription: { text: description },
    defaultConfiguration: { level: LEVEL[severity] },
  };
}

function result(
  { code, severity, message, span, related, fixes }: Finding,
  codes: readonly CheckCode[],
  cwd: string,
) {
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: LEVEL[severity],
    message: { text: message },
    locations: [{ physicalLocation: location(span, cwd) }],
    ...(related.length > 0 && {
      relatedLocations: related.map((other) => ({
        physicalLocation: location(other.span, cwd),
        message: { text: other.message },
      })),
    }),
    // SARIF can describe only edits.
    ...(edited(fixes).length > 0 && {
      fixes: edited(fixes).map(({ title, edits }) => ({
        description: { text: title },
        artifactChanges: [...new Set(edits.map(({ span: { file } }) => file))].map((file) => ({
          artifactLocation: artifact(file, cwd),
          replacements: edits
            .filter((edit) => edit.span.file === file)
            .map((edit) => ({ deletedRegion: region(edit.span), insertedContent: { text: edit.newText } })),
        })),
      })),
    }),
  };
}

function edited(fixes: readonly Fix[]): readonly Fix[] {
  return fixes.filter(({ edits }) => edits.length > 0);
}

function location(span: Span, cwd: string) {
  return { artifactLocation: artifact(span.file, cwd), region: region(span) };
}

function artifact(file: string, cwd: string) {
  const near = relative(cwd, file);
  if (near.startsWith('..')) return { uri: pathToFileURL(file).href };
  return { uri: near.split(sep).map(encodeURIComponent).join('/'), uriBaseId: 'SRCROOT' };
}

function region({ line, column, endLine, endColumn }: Span) {
  return { startLine: line, startColumn: column, endLine, endColumn };
}
