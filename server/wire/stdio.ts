/** The connection over standard input and output, as editors other than VS Code start the server. */
import { StreamMessageWriter } from 'vscode-jsonrpc/node';
import { type Connection, createConnection, ErrorCodes, ProposedFeatures } from 'vscode-languageserver/node';
import { FrameReader } from './frameReader.js';

export function stdioConnection(): Connection {
  // Standard output carries messages alone; a library's remark there would break a frame.
  globalThis.console = new console.Console(process.stderr);
  const writer = new StreamMessageWriter(process.stdout);
  const reader = new FrameReader(process.stdin, (problem) => {
    // The protocol's way to say that what came could not even be given an answer.
    const error = {
      code: ErrorCodes.ParseError,
      message: `${problem}; the server goes on at the next message`,
    };
    void writer.write({ jsonrpc: '2.0', id: null, error } as never).catch(() => undefined);
  });
  reader.onClose(() => process.exit(1)); // an editor that has told 'exit' does not come here
  return createConnection(ProposedFeatures.all, reader, writer);
}
