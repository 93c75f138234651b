/** Every crafted shape, read in a process that can start, write and connect nothing: its named error, a second, 256 MB. */
// @module-tag long
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ambiguousShapes } from './files/ambiguous.js';
import { archiveShapes } from './files/archives.js';
import { configShapes } from './files/configs.js';
import { lerobotShapes } from './files/lerobot.js';
import { frameShapes, recordingShapes } from './files/recordings.js';
import { safetensorsShapes } from './files/safetensors.js';
import { storeShapes } from './files/stores.js';
import { tensorShapes } from './files/tensors.js';
import { trainingShapes } from './files/trainings.js';
import { bombShapes } from './pickle/bombs.js';
import { callShapes, styleShapes } from './pickle/calls.js';
import { damagedShapes } from './pickle/damaged.js';
import { trickShapes } from './pickle/tricks.js';
import { runSandboxed } from './sandbox/run.js';
import type { Answer, Canary } from './sandbox/sandboxMessages.js';
import type { Piece, Shape } from './shape.js';

const SECOND = 1000; // ms
const MEMORY = 256 * 2 ** 20;
const windows = process.platform === 'win32'; // has neither mkfifo nor links for everyone

const FAMILIES: readonly (readonly [name: string, shapes: readonly Shape[]])[] = [
  ['pickles that call', [...callShapes, ...styleShapes]],
  ['pickles with tricks', trickShapes],
  ['pickles that are damaged', damagedShapes],
  ['pickle bombs', bombShapes],
  ['archives', archiveShapes],
  ['archives with two readings', ambiguousShapes],
  ['checkpoints', trainingShapes],
  ['tensors', tensorShapes],
  ['zarr stores', storeShapes],
  ['safetensors', safetensorsShapes],
  ['folders of LeRobot', lerobotShapes],
  ['recordings', recordingShapes],
  ['frames', frameShapes],
  ['configs and overrides', configShapes],
];

let root: string;
let outside: string;
beforeAll(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'regrip-hostile-')));
  outside = join(await realpath(await mkdtemp(join(tmpdir(), 'regrip-outside-'))), 'secret');
  await writeFile(outside, 'untouched');
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
  await rm(join(outside, '..'), { recursive: true, force: true });
});

async function lay(path: string, piece: Piece): Promise<void> {
  if (typeof piece === 'string' || piece instanceof Uint8Array) await writeFile(path, piece);
  else if ('link' in piece) await symlink(piece.link, path);
  else if ('pipe' in piece) execFileSync('mkfifo', [path]);
  else {
    await mkdir(path);
    for (const [name, inner] of Object.entries(piece.folder)) await lay(join(path, name), inner);
  }
}

test('there are more than a hundred pickle shapes, each under a name of its own', () => {
  const all = FAMILIES.flatMap(([, shapes]) => shapes);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.filter(({ reader }) => ['pickle', 'plain', 'arrays'].includes(reader)).length).toBeGreaterThan(
    100,
  );
});

describe.skipIf(windows).each(FAMILIES)('%s', (family, shapes) => {
  let canary: Canary;
  let answers: readonly (Answer | undefined)[];
  beforeAll(async () => {
    const folder = join(root, family.replaceAll(' ', '-'));
    await mkdir(folder);
    const items = shapes.map(({ reader }, index) => ({ reader, path: join(folder, `shape-${index}`) }));
    for (const [index, shape] of shapes.entries()) await lay(items[index]!.path, shape.make());
    ({ canary, answers } = await runSandboxed(items, folder, outside));
    await rm(folder, { recursive: true });
  }, 120_000);

  test('nothing can be started, written, read elsewhere or connected to while they are read', async () => {
    expect(canary).toEqual({
      process: 'ERR_ACCESS_DENIED',
      write: 'ERR_ACCESS_DENIED',
      read: 'ERR_ACCESS_DENIED',
      connect: 'a connection was opened',
      evaluate: expect.stringContaining('disallowed'),
    });
    expect(await readFile(outside, 'utf8')).toBe('untouched');
  });

  test.each(shapes.map((shape, index) => [shape.name, shape, index] as const))('%s', (_, shape, index) => {
    const answer = answers[index];
    if (answer === undefined) throw new Error('it hung, or ended the process');
    expect(`${answer.code}: ${answer.message}`).toMatch(new RegExp(`^${shape.expect}: `));
    if (shape.says !== undefined) expect(answer.message).toMatch(shape.says);
    if (shape.names !== undefined) expect(answer.found).toEqual(expect.arrayContaining([...shape.names]));
    if (shape.names?.length === 0) expect(answer.found.filter((name) => name.startsWith('os.'))).toEqual([]);
    expect(answer.milliseconds).toBeLessThan(SECOND);
    expect(answer.growth).toBeLessThan(MEMORY);
  });
});
