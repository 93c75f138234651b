/** The language server's process: real input and output, then `startServer`. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { BulkReader } from './reader/bulkReader.js';
import { startServer } from './server.js';

const POLL_EVERY = 5000;

startServer(createConnection(ProposedFeatures.all), {
  env: process.env,
  reader: new BulkReader({ module: new URL('./reader.js', import.meta.url) }),
  pollEvery: POLL_EVERY,
});
