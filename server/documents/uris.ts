/** Paths of the disk and URIs of the editor, ranges of findings and ranges of LSP. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Location, Range } from 'vscode-languageserver';
import type { Span } from '../../engine/judge/checks/finding.js';

/** Undefined for anything but a file on this machine. */
export function pathOf(uri: string): string | undefined {
  if (!uri.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined; // a host name, an encoded slash
  }
}

export function uriOf(path: string): string {
  return pathToFileURL(path).href;
}

/** Findings count from 1, LSP from 0. */
export function rangeOf({ line, column, endLine, endColumn }: Span): Range {
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: endLine - 1, character: endColumn - 1 },
  };
}

export function locationOf(span: Span): Location {
  return { uri: uriOf(span.file), range: rangeOf(span) };
}
