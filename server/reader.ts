/** The bulk reader's thread: reads columns, frames, tensors and logs for diagnostics and viewers. Started by `BulkReader`. */
import { parentPort } from 'node:worker_threads';
import { serve } from './reader/serve.js';

if (parentPort === null) throw new Error('server/reader.js runs as a worker thread');
serve(parentPort);
