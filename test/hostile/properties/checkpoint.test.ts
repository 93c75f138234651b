/** Damaged checkpoints and safetensors are read, or refused with an error that has a code. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'vitest';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { readSafetensors } from '../../../engine/formats/safetensors.js';
import { SMALL } from '../../formats/checkpoint/files.js';
import { checkpoint, SOUND } from '../files/payloads.js';
import { inFolder, LONG, tryDamage } from './folders.js';
import { damaged, settlesLater, tryAllLater } from './mutations.js';

async function readAll(path: string): Promise<void> {
  const file = await openCheckpoint(path);
  try {
    for (const tensors of Object.values(file.index.stateDicts))
      for (const each of tensors) await file.read(each);
  } finally {
    await file.close();
  }
}

const ANYWHERE = 0.3; // the checksum of the index catches most of these
test(
  'checkpoints with damage anywhere',
  () =>
    inFolder(async (folder) => {
      const path = join(folder, 'small.ckpt');
      await writeCheckpoint(path, SMALL);
      await tryDamage(folder, { 'small.ckpt': await readFile(path) }, ANYWHERE, () => readAll(path), []);
    }),
  LONG,
);

test(
  'checkpoints whose index is damaged under a right checksum',
  () =>
    inFolder(async (folder) => {
      const path = join(folder, 'index.ckpt');
      const index = damaged(writePickle(SOUND, { protocol: 2 }), ['os\n', 'K\x01', '\x85', 'h\0', 'R']);
      await tryAllLater(index, 1 - ANYWHERE, async (bytes) => {
        await writeFile(path, checkpoint(bytes));
        await settlesLater(() => readAll(path));
      });
    }),
  LONG,
);

test(
  'safetensors with damage anywhere',
  () =>
    inFolder(async (folder) => {
      const header = Buffer.from(
        '{"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"U8","shape":[4],"data_offsets":[16,20]}}',
      );
      const length = Buffer.alloc(8);
      length.writeUInt32LE(header.length);
      const original = Buffer.concat([length, header, new Uint8Array(20)]);
      await tryDamage(folder, { 'a.safetensors': original }, 1, () =>
        readSafetensors(join(folder, 'a.safetensors')),
      );
    }),
  LONG,
);
