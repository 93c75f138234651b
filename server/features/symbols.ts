/** Outline and folding of a config, from its keys. */
import { type DocumentSymbol, type FoldingRange, SymbolKind } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { yamlOf } from '../documents/configView.js';
import type { Entry } from '../documents/yamlText.js';

type Node = DocumentSymbol & { readonly path: readonly string[]; readonly children: Node[] };

export function documentSymbols(document: TextDocument): DocumentSymbol[] {
  const roots: Node[] = [];
  const open: Node[] = [];
  for (const entry of yamlOf(document).entries) {
    const node = symbol(entry, document);
    if (node === undefined) continue;
    while (open.length > 0 && open.at(-1)!.path.length >= entry.path.length) open.pop();
    (open.at(-1)?.children ?? roots).push(node);
    open.push(node);
  }
  return roots.map(plain);
}

/** List items do not have names. */
function symbol({ path, key, value, text }: Entry, document: TextDocument): Node | undefined {
  if (key === undefined) return undefined;
  const range = (start: number, end: number) => ({
    start: document.positionAt(start),
    end: document.positionAt(end),
  });
  const kind =
    value?.kind === 'map'
      ? SymbolKind.Object
      : value?.kind === 'list'
        ? SymbolKind.Array
        : SymbolKind.Property;
  return {
    name: path.at(-1) || '""', // clients reject an empty name
    ...(text !== undefined && { detail: text.slice(0, 80) }),
    kind,
    range: range(key.start, Math.max(key.end, value?.end ?? 0)),
    selectionRange: range(key.start, key.end),
    path,
    children: [],
  };
}

function plain({ path: _path, children, ...symbol }: Node): DocumentSymbol {
  return { ...symbol, children: children.map(plain) };
}

export function foldingRanges(document: TextDocument): FoldingRange[] {
  return yamlOf(document).entries.flatMap(({ key, value }) => {
    if (value === undefined || value.kind === 'scalar' || value.kind === 'alias') return [];
    const startLine = document.positionAt(key?.start ?? value.start).line;
    const endLine = document.positionAt(Math.max(value.start, trimmedEnd(document, value.end))).line;
    return endLine > startLine ? [{ startLine, endLine }] : [];
  });
}

/** A block collection extends to the start of the next line. */
function trimmedEnd(document: TextDocument, end: number): number {
  const text = document.getText();
  let at = end;
  while (at > 0 && /\s/.test(text[at - 1]!)) at -= 1;
  return at;
}
