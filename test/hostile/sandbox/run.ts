/** Runs shapes in processes that may start nothing, write nothing and read only the shapes and the project. */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ReaderName } from '../shape.js';
import type { Answer, Canary } from './sandboxMessages.js';

export interface Item {
  readonly reader: ReaderName;
  readonly path: string;
}

const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));
const CHILD = join(PROJECT, 'out/test/hostile/sandbox/child.js');
/** A shape that takes longer hangs; it is counted as such and the rest goes on in another process. */
const PATIENCE = 40_000; // ms

/** The answers in order; undefined for a shape that hung or ended the process. `folder` holds the shapes. */
export async function runSandboxed(
  items: readonly Item[],
  folder: string,
  outside: string,
): Promise<{ readonly canary: Canary; readonly answers: readonly (Answer | undefined)[] }> {
  const answers: (Answer | undefined)[] = [];
  let canary: Canary | undefined;
  while (canary === undefined || answers.length < items.length) {
    const [first, ...more] = await runOnce(items.slice(answers.length), folder, outside);
    if (first === undefined) throw new Error('the sandboxed process did not start: is the project built?');
    canary = first as Canary;
    answers.push(...(more as Answer[]));
    if (answers.length < items.length) answers.push(undefined);
  }
  return { canary, answers };
}

async function runOnce(items: readonly Item[], folder: string, outside: string): Promise<unknown[]> {
  const list = join(folder, 'list.json');
  await writeFile(list, JSON.stringify(items));
  const child = spawn(process.execPath, [...walls(folder, items), CHILD, list, outside], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { NODE_NO_WARNINGS: '1' },
  });
  const ended = new Promise<void>((settle) => child.once('close', () => settle()));
  const lines: unknown[] = [];
  let timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(JSON.parse(line));
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  }
  await ended;
  clearTimeout(timer);
  return lines;
}

function walls(folder: string, items: readonly Item[]): string[] {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const frames = items.some(({ reader }) => reader === 'frame');
  return [
    flag,
    `--allow-fs-read=${PROJECT}*`,
    `--allow-fs-read=${folder}/*`,
    ...(frames ? ['--allow-addons'] : []), // the JPEG decoder is one
    '--disallow-code-generation-from-strings',
    '--expose-gc',
  ];
}
