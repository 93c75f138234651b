/** A thread that behaves as the path of its request says: `echo`, `slow`, `deaf`, `exit`, `throw`, `memory`. */
import { parentPort } from 'node:worker_threads';

const waiting = new Set();
let answered = 0;

const answer = (id) => parentPort.postMessage({ kind: 'done', id, result: { order: answered++ } });

parentPort.on('message', (message) => {
  if (message.kind === 'cancel') {
    if (!waiting.delete(message.id)) return;
    const error = { code: 'cancelled', message: 'cancelled', stack: '' };
    parentPort.postMessage({ kind: 'failed', id: message.id, error });
    return;
  }
  const [, what] = /([a-z]+)\d*$/.exec(message.request.params.path);
  if (what === 'echo') answer(message.id);
  else if (what === 'slow') waiting.add(message.id);
  else if (what === 'deaf') for (;;);
  else if (what === 'exit') process.exit(7);
  else if (what === 'throw') throw new Error('a fault of the thread');
  else if (what === 'memory') for (const held = []; ; ) held.push(new Array(1000).fill(held.length));
});
