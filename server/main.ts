/** The language server's process: real input and output, then `startServer`. */
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { startServer } from './server.js';

const POLL_EVERY = 5000;

startServer(createConnection(ProposedFeatures.all), { env: process.env, pollEvery: POLL_EVERY });
