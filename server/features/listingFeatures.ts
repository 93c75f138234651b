/** Features of a checkpoint listing: a key's explanation, its mismatches, the config values behind its shape, outline and folding. */
import {
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentSymbol,
  type FoldingRange,
  type Hover,
  type Location,
  type Position,
  type Range,
  SymbolKind,
} from 'vscode-languageserver';
import type {
  ListedKey,
  ListingRange,
  ListingSection,
} from '../../engine/formats/checkpoint/listing/listing.js';
import { explanationMarkdown } from '../../engine/judge/explain/markdown.js';
import type { KeyExplanation } from '../../engine/judge/explain/types.js';
import type { Listing } from '../documents/listings.js';
import { placeLink } from '../documents/shown.js';
import { locationOf } from '../documents/uris.js';

/** More than these in one file share one cause, and each message says how to fix them all. */
const MAX_DIAGNOSTICS = 500;

export function listingHover({ line }: Position, listing: Listing): Hover | null {
  const listed = listing.listing.keys.get(line + 1);
  if (listed === undefined) return null;
  const value = explanationMarkdown(explained(listed, listing), placeLink);
  return { contents: { kind: 'markdown', value }, range: rangeOf(listed.key) };
}

/** On a key or its shape: where the config sets its dimensions. */
export function listingDefinition({ line }: Position, listing: Listing): Location[] {
  const listed = listing.listing.keys.get(line + 1);
  if (listed === undefined) return [];
  const { expected } = explained(listed, listing);
  if (typeof expected === 'string') return [];
  const places = expected.dimensions.flatMap(({ setBy }) => setBy.flatMap(({ place }) => place ?? []));
  const locations = places.flatMap((place) => (place.kind === 'file' ? [locationOf(place)] : []));
  return [...new Map(locations.map((location) => [JSON.stringify(location), location])).values()];
}

/** Keys that PyTorch would refuse, or keep at random values, with this target. */
export function listingDiagnostics(listing: Listing): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const listed of listing.listing.keys.values()) {
    if (diagnostics.length >= MAX_DIAGNOSTICS) break;
    const explanation = explained(listed, listing);
    const { verdict, why, expected } = explanation;
    if (verdict !== 'differs' && verdict !== 'only in file') continue;
    const wanted = typeof expected === 'string' ? expected : `expected [${expected.shape.join(', ')}]`;
    diagnostics.push({
      range: rangeOf(verdict === 'differs' ? listed.shape : listed.key),
      severity: verdict === 'differs' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
      code: verdict === 'differs' ? 'shape-mismatch' : 'unexpected-key',
      source: 'regrip',
      message: `${wanted}: ${why}`,
    });
  }
  return [...diagnostics, ...missing(listing)];
}

/** Reported on the first line, since these keys have no line of their own. */
function missing({ explainer, listing }: Listing): Diagnostic[] {
  const keys = explainer.keys().filter((key) => explainer.explain({ key }).verdict === 'only expected');
  if (keys.length === 0 || listing.keys.size === 0) return [];
  const shown = keys.slice(0, 5).join(', ');
  const more = keys.length > 5 ? ` and ${keys.length - 5} more` : '';
  return [
    {
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
      severity: DiagnosticSeverity.Error,
      code: 'missing-key',
      source: 'regrip',
      message: `This target also expects ${shown}${more}`,
    },
  ];
}

export function listingSymbols({ listing }: Listing): DocumentSymbol[] {
  return listing.sections.map(symbol);
}

function symbol({ title, detail, kind, line, endLine, children }: ListingSection): DocumentSymbol {
  const selectionRange = lines(line, line);
  const symbolKind = kind === 'module' ? SymbolKind.Module : SymbolKind.Namespace;
  return {
    name: title || '-',
    detail,
    kind: symbolKind,
    range: lines(line, endLine),
    selectionRange,
    children: children.map(symbol),
  };
}

export function listingFolds({ listing }: Listing): FoldingRange[] {
  const folds = ({ line, endLine, children }: ListingSection): FoldingRange[] => [
    ...(endLine > line ? [{ startLine: line - 1, endLine: endLine - 1 }] : []),
    ...children.flatMap(folds),
  ];
  return listing.sections.flatMap(folds);
}

function explained({ tensor, stateDict }: ListedKey, { explainer }: Listing): KeyExplanation {
  return explainer.explain({ key: tensor.key, stateDict });
}

export function rangeOf({ line, column, endColumn }: ListingRange): Range {
  return {
    start: { line: line - 1, character: column - 1 },
    end: { line: line - 1, character: endColumn - 1 },
  };
}

function lines(line: number, endLine: number): Range {
  return { start: { line: line - 1, character: 0 }, end: { line: endLine, character: 0 } };
}
