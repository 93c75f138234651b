/** A process that converts chunks for its parent and ends with it. Wires messages to `convertChunk`. */
import { diskError } from '../../base/diskErrors.js';
import { RegripError } from '../../base/errors.js';
import { type ChunkJob, convertChunk } from './chunkJob.js';
import type { WorkerFailure, WorkerReply, WorkerRequest } from './pool.js';

// Ctrl-C reaches the whole group; the parent decides when to stop.
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit(0));
process.on('message', (request: WorkerRequest) => void answer(request.id, request.job));

async function answer(id: number, job: ChunkJob): Promise<void> {
  const reply: WorkerReply = await convertChunk(job).then(
    (result) => ({ id, result }),
    (error: unknown) => ({ id, error: failureOf(error) }),
  );
  // The parent may be gone; then nobody waits for the answer.
  if (process.connected) process.send!(reply);
}

/** Message, file and hint go to the parent, so that it reports a full disk as one. */
function failureOf(raised: unknown): WorkerFailure {
  const error = diskError(raised);
  if (!(error instanceof RegripError))
    return { message: error instanceof Error ? error.message : String(error) };
  const { message, hint, file } = error;
  return { message: file === undefined ? message : message.slice(`${file}: `.length), hint, file };
}
