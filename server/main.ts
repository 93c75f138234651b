/** The language server's process: real input and output, then `startServer`. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { BulkReader } from './reader/bulkReader.js';
import { startServer } from './server.js';
import { stdioConnection } from './wire/stdio.js';

/** Together with the checks that follow, a change is reported within two seconds. */
const POLL_EVERY = 700;

const isStdio = process.argv.includes('--stdio');

startServer(isStdio ? stdioConnection() : createConnection(ProposedFeatures.all), {
  env: process.env,
  reader: new BulkReader({ module: new URL('./reader.js', import.meta.url) }),
  pollEvery: POLL_EVERY,
});
