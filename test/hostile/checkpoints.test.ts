/** Real checkpoints that are of another format or cut off: the message says what to do. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RegripError } from '../../engine/base/errors.js';
import { openCheckpoint } from '../../engine/formats/checkpoint/open.js';
import { writeCheckpoint } from '../../engine/formats/checkpoint/write.js';
import { fixture, SMALL } from '../formats/checkpoint/files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-hostile-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function refused(path: string): Promise<RegripError> {
  try {
    await (await openCheckpoint(path)).close();
  } catch (error) {
    expect(error).toBeInstanceOf(RegripError);
    expect((error as RegripError).message).toContain(path);
    return error as RegripError;
  }
  throw new Error('the file was opened');
}

test('torch’s legacy format says how to convert it', async () => {
  const error = await refused(fixture('checkpoint/legacy.ckpt'));
  expect(error.code).toBe('checkpoint-legacy');
  expect(error.hint).toContain('torch.save(torch.load(');
});

test('a bare state dict is opened as what it is', async () => {
  const file = await openCheckpoint(fixture('checkpoint/bare.ckpt'));
  await file.close();
  expect(file.index.form?.kind).toBe('state-dict');
  expect(file.index.stateDicts['model']?.map(({ key }) => key)).toEqual(['grid']);
});

test('wherever the file is cut off, it is refused', async () => {
  const path = join(folder, 'cut.ckpt');
  await writeCheckpoint(join(folder, 'small.ckpt'), SMALL);
  const whole = await readFile(join(folder, 'small.ckpt'));
  for (let length = 0; length < whole.length; length += 37) {
    await writeFile(path, whole.subarray(0, length));
    expect((await refused(path)).code).toMatch(/^checkpoint-(truncated|not-torch|zip)$/);
  }
});
