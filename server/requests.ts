/** Requests about a document: each settles at once when it is cancelled, and reports when the text has changed meanwhile. */
import {
  type CancellationToken,
  LSPErrorCodes,
  ResponseError,
  type TextDocumentIdentifier,
  type TextDocuments,
} from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';

/** `closed` gives the answer for a document that is not open. */
export function onDocument<Params extends { readonly textDocument: TextDocumentIdentifier }, Result>(
  documents: TextDocuments<TextDocument>,
  closed: Result,
  handle: (document: TextDocument, params: Params) => Result | Promise<Result>,
): (params: Params, token: CancellationToken) => Promise<Result | ResponseError<never>> {
  return async (params, token) => {
    const document = documents.get(params.textDocument.uri);
    if (document === undefined) return closed;
    return unlessCancelled(token, async () => handle(document, params));
  };
}

/** Work that cannot be stopped continues, but its answer is discarded. */
export async function unlessCancelled<Result>(
  token: CancellationToken,
  work: () => Promise<Result>,
): Promise<Result | ResponseError<never>> {
  let stop: { dispose(): void } | undefined;
  const cancelled = new Promise<ResponseError<never>>((resolve) => {
    const settle = () => resolve(new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled'));
    if (token.isCancellationRequested) settle();
    else stop = token.onCancellationRequested(settle);
  });
  const result = work().catch((error: unknown) => {
    if (!isAbort(error)) throw error;
    return new ResponseError<never>(LSPErrorCodes.ContentModified, 'the text changed');
  });
  try {
    return await Promise.race([result, cancelled]);
  } finally {
    stop?.dispose();
    result.catch(() => undefined);
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
