/** The real language server behind the viewers' models, as the extension connects them. */
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import type { ViewerServer } from '../../../client/editors/viewerServer.js';
import type { Editor } from '../../server/client.js';

export function serverOf({ connection }: Editor): ViewerServer {
  return {
    ask: async <Params, Result>(
      { type }: { type: { method: string } },
      params: Params,
      signal: AbortSignal,
    ): Promise<Result> => {
      const source = new CancellationTokenSource();
      const cancel = () => source.cancel();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        return await connection.sendRequest<Result>(type.method, params, source.token);
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    },
  };
}
