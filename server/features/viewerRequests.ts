/** Answers viewers: reads go to the bulk reader, checkpoints are described from their headers. Each request settles and can be cancelled. */
import * as v from 'valibot';
import {
  type CancellationToken,
  type Connection,
  ErrorCodes,
  LSPErrorCodes,
  ResponseError,
} from 'vscode-languageserver';
import { RegripError } from '../../engine/base/errors.js';
import type { BulkReader } from '../reader/bulkReader.js';
import type { ParamsOf, Picture, RequestKind } from '../reader/readerMessages.js';
import { unlessCancelled } from '../requests.js';
import {
  checkpointKeysRequest,
  checkpointRequest,
  dataSetNotesRequest,
  explainKeyRequest,
  READS,
  type ViewerProblem,
  type ViewerRequest,
  type WireResult,
} from '../viewerProtocol.js';
import type { Workbench } from '../workbench.js';
import { CheckpointViews } from './checkpointViews.js';
import { dataSetNotes } from './dataSetNotes.js';

export function registerViewerRequests(
  connection: Connection,
  reader: BulkReader,
  workbench: Workbench,
): void {
  const views = new CheckpointViews(workbench);
  for (const kind of Object.keys(READS) as RequestKind[]) registerRead(connection, kind, reader);
  register(connection, dataSetNotesRequest, async ({ path }, signal) => ({
    notes: dataSetNotes(await reader.request('dataSetFacts', { path }, signal)),
  }));
  register(connection, checkpointRequest, (params, signal) => views.header(params, signal));
  register(connection, checkpointKeysRequest, (params, signal) => views.keys(params, signal));
  register(connection, explainKeyRequest, (params, signal) => views.explain(params, signal));
}

function registerRead<Kind extends RequestKind>(
  connection: Connection,
  kind: Kind,
  reader: BulkReader,
): void {
  const request: ViewerRequest<ParamsOf<Kind>, WireResult<Kind>> = READS[kind];
  register(connection, request, async (params, signal) => {
    const result = await reader.request(kind, params, signal);
    return ('jpeg' in result ? onWire(result) : result) as WireResult<Kind>;
  });
}

function onWire({ jpeg, ...sizes }: Picture) {
  return { ...sizes, jpegBase64: Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.length).toString('base64') };
}

function register<Params, Result>(
  connection: Connection,
  { type, params }: ViewerRequest<Params, Result>,
  answer: (params: Params, signal: AbortSignal) => Promise<Result>,
): void {
  connection.onRequest<unknown, unknown>(type.method, async (raw: unknown, token: CancellationToken) => {
    const checked = v.safeParse(params, raw, { abortEarly: true });
    if (!checked.success) return refusal(type.method, checked.issues[0]);
    const abort = new AbortController();
    const listening = token.onCancellationRequested(() => abort.abort());
    return unlessCancelled(token, () => answer(checked.output, abort.signal))
      .catch(failure)
      .finally(() => listening.dispose());
  });
}

function refusal(method: string, issue: v.BaseIssue<unknown>): ResponseError<ViewerProblem> {
  const message = `${method}: ${v.getDotPath(issue) ?? 'params'}: ${issue.message}`;
  return new ResponseError(ErrorCodes.InvalidParams, message, { code: 'viewer-request' });
}

/** Problems of a file are for the person looking at it; anything else is an internal fault and is logged. */
function failure(error: unknown): ResponseError<ViewerProblem> {
  if (!(error instanceof RegripError)) throw error;
  const { code, hint, message } = error;
  return new ResponseError(LSPErrorCodes.RequestFailed, message, {
    code,
    ...(hint !== undefined && { hint }),
  });
}
