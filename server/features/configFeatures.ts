/** The language features of a training config, a provider a file, on the connection. */
import type { Connection, TextDocuments } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { configView } from '../documents/configView.js';
import { onDocument } from '../requests.js';
import type { Workbench } from '../workbench.js';
import { completion } from './completion.js';
import { definition, references } from './definition.js';
import { hover } from './hover.js';
import { inlayHints } from './inlayHints.js';
import { codeLenses } from './lenses.js';
import { documentLinks } from './links.js';
import { semanticTokens } from './semanticTokens.js';
import { documentSymbols, foldingRanges } from './symbols.js';

export function registerConfigFeatures(
  connection: Connection,
  documents: TextDocuments<TextDocument>,
  workbench: Workbench,
): void {
  const { languages } = connection;
  const many = <Params extends { readonly textDocument: { readonly uri: string } }, Item>(
    handle: (document: TextDocument, params: Params) => Promise<Item[]>,
  ) => onDocument<Params, Item[]>(documents, [], handle);
  /** What the text alone tells, of configs alone. */
  const ofText = <Result>(closed: Result, handle: (document: TextDocument) => Result) =>
    onDocument(documents, closed, async (document) =>
      (await configView(document, workbench)) === undefined ? closed : handle(document),
    );

  connection.onHover(onDocument(documents, null, (document, params) => hover(params, document, workbench)));
  connection.onDefinition(many((document, { position }) => definition(position, document, workbench)));
  connection.onReferences(many((document, { position }) => references(position, document, workbench)));
  connection.onCompletion(many((document, { position }) => completion(position, document, workbench)));
  connection.onCodeLens(many((document) => codeLenses(document, workbench)));
  connection.onDocumentLinks(many((document) => documentLinks(document, workbench)));
  connection.onDocumentSymbol(ofText([], documentSymbols));
  connection.onFoldingRanges(ofText([], foldingRanges));
  languages.semanticTokens.on(ofText({ data: [] }, semanticTokens));
  languages.inlayHint.on(many((document, { range }) => inlayHints(range, document, workbench)));
}
