/** Registers the language features on the connection, one provider per file: for training configs, launch scripts and checkpoint listings. */
import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { isLaunchScript } from '../../engine/judge/checks/launchTargets.js';
import { configView } from '../documents/configView.js';
import { checkpointOf, type Listing, type Listings } from '../documents/listings.js';
import { pathOf } from '../documents/uris.js';
import { onDocument } from '../requests.js';
import type { Workbench } from '../workbench.js';
import { completion } from './completion.js';
import { definition, references } from './definition.js';
import { hover } from './hover.js';
import { inlayHints } from './inlayHints.js';
import { codeLenses, scriptLenses } from './lenses.js';
import { documentLinks } from './links.js';
import {
  listingDefinition,
  listingDiagnostics,
  listingFolds,
  listingHover,
  listingSymbols,
} from './listingFeatures.js';
import { scriptCompletion, scriptDefinition, scriptHover } from './scriptFeatures.js';
import { semanticTokens } from './semanticTokens.js';
import { documentSymbols, foldingRanges } from './symbols.js';

interface FeatureParts {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly workbench: Workbench;
  readonly listings: Listings;
}

type OfDocument = { readonly textDocument: { readonly uri: string } };

export function registerFeatures({ connection, documents, workbench, listings }: FeatureParts): void {
  const { languages } = connection;
  const many = <Params extends OfDocument, Item>(
    handle: (document: TextDocument, params: Params) => Promise<Item[]>,
  ) => onDocument<Params, Item[]>(documents, [], handle);
  /** For configs and listings; `none` for any other document. */
  const both = <Params extends OfDocument, Result>(
    none: Result,
    ofConfig: (document: TextDocument, params: Params) => Result | Promise<Result>,
    ofListing: (listing: Listing, params: Params) => Result,
  ) =>
    onDocument<Params, Result>(documents, none, async (document, params) => {
      const checkpoint = checkpointOf(document.uri);
      if (checkpoint === undefined) return ofConfig(document, params);
      const listing = await listings.of(checkpoint).catch(() => undefined); // its text shows the error
      return listing === undefined ? none : ofListing(listing, params);
    });
  /** For configs only, from the text alone. */
  const ofText =
    <Result>(none: Result, handle: (document: TextDocument) => Result) =>
    async (document: TextDocument) =>
      (await configView(document, workbench)) === undefined ? none : handle(document);

  connection.onHover(
    both(
      null,
      (document, params) =>
        isScript(document)
          ? scriptHover(params.position, document, workbench)
          : hover(params, document, workbench),
      (listing, { position }) => listingHover(position, listing),
    ),
  );
  connection.onDefinition(
    both(
      [],
      (document, { position }) =>
        isScript(document)
          ? scriptDefinition(position, document, workbench)
          : definition(position, document, workbench),
      (listing, { position }) => listingDefinition(position, listing),
    ),
  );
  connection.onReferences(
    many((document, { position }) => references(position, document, workbench, listings)),
  );
  connection.onCompletion(
    many((document, { position }) =>
      isScript(document)
        ? scriptCompletion(position, document, workbench)
        : completion(position, document, workbench),
    ),
  );
  connection.onCodeLens(
    many((document) =>
      isScript(document) ? scriptLenses(document, workbench) : codeLenses(document, workbench),
    ),
  );
  connection.onDocumentLinks(many((document) => documentLinks(document, workbench)));
  connection.onDocumentSymbol(both([], ofText([], documentSymbols), listingSymbols));
  connection.onFoldingRanges(both([], ofText([], foldingRanges), listingFolds));
  languages.semanticTokens.on(both({ data: [] }, ofText({ data: [] }, semanticTokens), () => ({ data: [] })));
  languages.inlayHint.on(many((document, { range }) => inlayHints(range, document, workbench)));
  languages.diagnostics.on(
    both(
      { kind: 'full', items: [] },
      () => ({ kind: 'full', items: [] }), // configs are reported without a request, in all their files
      (listing) => ({ kind: 'full', items: listingDiagnostics(listing) }),
    ),
  );
}

function isScript({ uri }: TextDocument): boolean {
  return isLaunchScript(pathOf(uri) ?? '');
}
