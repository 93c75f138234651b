/** The connection over standard input and output, as editors other than VS Code start the server. */
import { StreamMessageWriter } from 'vscode-jsonrpc/node';
import { type Connection, createConnection, ErrorCodes, ProposedFeatures } from 'vscode-languageserver/node';
import { FrameReader } from './frameReader.js';

export function stdioConnection(): Connection {
  // Standard output carries only messages; a library's output there would corrupt a frame.
  globalThis.console = new console.Console(process.stderr);
  const writer = new StreamMessageWriter(process.stdout);
  const reader = new FrameReader(process.stdin, (problem) => {
    // The protocol's way to report input that could not even be answered.
    const error = {
      code: ErrorCodes.ParseError,
      message: `${problem}; the server continues with the next message`,
    };
    void writer.write({ jsonrpc: '2.0', id: null, error } as never).catch(() => undefined);
  });
  reader.onClose(() => process.exit(1)); // not reached after an editor has sent 'exit'
  return createConnection(ProposedFeatures.all, reader, writer);
}
