/** A process that may read two folders and nothing else: reads each shape of a list and prints what came of it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { RegripError } from '../../../engine/base/errors.js';
import type { ReaderName } from '../shape.js';
import { READERS } from './readers.js';
import type { Answer, Canary } from './sandboxMessages.js';

declare const gc: () => void; // --expose-gc

// Node's permissions know no network.
Socket.prototype.connect = () => {
  throw new Error('a connection was opened');
};

/** Proves that the walls stand: each attempt must fail. */
function canary(outside: string): Canary {
  return {
    process: refusal(() => execFileSync(process.execPath, ['-e', ''])),
    write: refusal(() => writeFileSync(outside, 'touched')),
    read: refusal(() => readFileSync(outside)),
    connect: refusal(() => new Socket().connect(9)),
    evaluate: refusal(() => new Function('return 1')),
  };
}

function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  }
  return 'allowed';
}

async function answer(reader: ReaderName, path: string): Promise<Answer> {
  let best = await once(reader, path);
  // A busy machine is slow once; a slow reader is slow twice.
  if (best.milliseconds > 500) {
    const again = await once(reader, path);
    if (again.milliseconds < best.milliseconds) best = { ...again, growth: best.growth };
  }
  return best;
}

async function once(reader: ReaderName, path: string): Promise<Answer> {
  gc();
  const before = process.memoryUsage.rss();
  const start = performance.now();
  const spent = process.cpuUsage();
  const outcome = await READERS[reader](path).then(
    (found) => ({ code: 'opaque', tagged: true, message: '', found }),
    (error: unknown) => ({
      code: error instanceof RegripError ? error.code : 'untagged',
      tagged: error instanceof RegripError,
      message: error instanceof Error ? error.message : String(error),
      found: [],
    }),
  );
  // On a machine with other work the clock counts that, too; what only waits is caught by the parent's patience.
  const { user, system } = process.cpuUsage(spent);
  const milliseconds = Math.min(performance.now() - start, (user + system) / 1000);
  // The high-water mark of the whole process: at least what this shape took at its peak.
  const growth = process.resourceUsage().maxRSS * 1024 - before;
  return { ...outcome, milliseconds, growth };
}

const [list, outside] = process.argv.slice(2);
const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);
print(canary(outside!));
for (const { reader, path } of JSON.parse(readFileSync(list!, 'utf8')) as {
  reader: ReaderName;
  path: string;
}[]) {
  print(await answer(reader, path));
}
