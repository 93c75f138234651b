/** The thread's side of the bulk reader: runs the requests, answers each once, and stops between chunks when told to. */
import type { MessagePort } from 'node:worker_threads';
import { unreachable } from '../../engine/base/errors.js';
import { dataSetFiles } from '../../engine/formats/dataSets.js';
import { type DataSetFacts, dataSetFacts } from '../../engine/judge/gripper/dataFacts.js';
import { columns } from './columns.js';
import { episodes } from './episodes.js';
import { frame } from './frame.js';
import { gripperLog, logFrame, logStep } from './gripperLog.js';
import { Held } from './held.js';
import { failureOf } from './readerErrors.js';
import type {
  DataSetFiles,
  FromReader,
  ParamsOf,
  ReaderRequest,
  RequestKind,
  ResultOf,
  ToReader,
} from './readerMessages.js';
import type { Task } from './task.js';
import { tensorHistogram } from './tensorHistogram.js';

const HANDLERS: {
  readonly [Kind in RequestKind]: (params: ParamsOf<Kind>, task: Task) => Promise<ResultOf<Kind>>;
} = {
  dataSetFiles: files,
  episodes,
  dataSetFacts: facts,
  columns,
  frame,
  tensorHistogram,
  gripperLog,
  logStep,
  logFrame,
};

async function files({ path }: ParamsOf<'dataSetFiles'>): Promise<DataSetFiles> {
  return { files: await dataSetFiles(path) };
}

async function facts({ path }: ParamsOf<'dataSetFacts'>, task: Task): Promise<DataSetFacts> {
  return dataSetFacts(await task.held.dataSet(path, task.stamp), task.signal);
}

export function serve(port: MessagePort): void {
  const held = new Held();
  const running = new Map<number, AbortController>();
  const run = async (id: number, request: ReaderRequest): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    const answer = await answerOf(id, request, { signal: controller.signal, stamp: request.stamp, held });
    running.delete(id);
    port.postMessage(answer, picturesIn(answer));
  };
  port.on('message', (message: ToReader) => {
    switch (message.kind) {
      case 'run':
        void run(message.id, message.request);
        return;
      case 'cancel':
        running.get(message.id)?.abort();
        return;
      default:
        unreachable(message);
    }
  });
}

async function answerOf(id: number, request: ReaderRequest, task: Task): Promise<FromReader> {
  try {
    return { kind: 'done', id, result: await handle(request.kind, request.params, task) };
  } catch (error) {
    return { kind: 'failed', id, error: failureOf(error) };
  }
}

function handle<Kind extends RequestKind>(
  kind: Kind,
  params: ParamsOf<Kind>,
  task: Task,
): Promise<ResultOf<Kind>> {
  return HANDLERS[kind](params, task);
}

/** Images are moved to the other thread, not copied. */
function picturesIn(answer: FromReader): ArrayBuffer[] {
  if (answer.kind === 'failed' || !('jpeg' in answer.result)) return [];
  const { buffer } = answer.result.jpeg;
  return buffer instanceof ArrayBuffer ? [buffer] : [];
}
