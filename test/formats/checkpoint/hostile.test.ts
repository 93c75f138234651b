import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RegripError } from '../../../engine/base/errors.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { writeCheckpoint } from '../../../engine/formats/checkpoint/write.js';
import { ZipWriter } from '../../../engine/formats/checkpoint/zipWrite.js';
import {
  type PickleValue,
  PyDict,
  PyGlobal,
  PyObject,
  PyPersistent,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { fixture, SMALL } from './files.js';

let folder: string;
let whole: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-hostile-'));
  await writeCheckpoint(join(folder, 'small.ckpt'), SMALL);
  whole = await readFile(join(folder, 'small.ckpt'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function refused(content: Uint8Array): Promise<RegripError> {
  const path = join(folder, 'crafted.ckpt');
  await writeFile(path, content);
  return refusedFile(path);
}

async function refusedFile(path: string): Promise<RegripError> {
  try {
    await (await openCheckpoint(path)).close();
  } catch (error) {
    expect(error).toBeInstanceOf(RegripError);
    expect((error as RegripError).message).toContain(path);
    return error as RegripError;
  }
  throw new Error('the file was opened');
}

/** A torch archive with the given index and records. */
async function archive(index: PickleValue, records: Record<string, Uint8Array> = {}): Promise<Uint8Array> {
  const path = join(folder, 'made.zip');
  const file = await open(path, 'w');
  const zip = new ZipWriter(file);
  await zip.add('run/data.pkl', writePickle(index, { protocol: 2 }));
  for (const [name, data] of Object.entries(records)) await zip.add(name, data);
  await zip.finish();
  await file.close();
  return readFile(path);
}

/** A float32 tensor in a storage of that many bytes. */
function tensorArchive(
  shape: number[],
  stride: number[],
  offset: number,
  bytes: number,
): Promise<Uint8Array> {
  const id = new PyTuple(['storage', new PyGlobal('torch', 'FloatStorage'), '0', 'cpu', 4]);
  const view = [new PyPersistent(id), offset, new PyTuple(shape), new PyTuple(stride), false, null];
  const tensor = new PyObject('call', new PyGlobal('torch._utils', '_rebuild_tensor_v2'), new PyTuple(view));
  const payload = PyDict.of({ state_dicts: PyDict.of({ model: PyDict.of({ weight: tensor }) }) });
  return archive(payload, { 'run/data/0': new Uint8Array(bytes) });
}

test.each<[string, string | Buffer, string, RegExp]>([
  ['an empty file', '', 'checkpoint-truncated', /empty/],
  [
    'a git-lfs pointer',
    'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n',
    'checkpoint-not-torch',
    /git-lfs/,
  ],
  ['safetensors', Buffer.from('\x10\0\0\0\0\0\0\0{"a":{}}', 'latin1'), 'checkpoint-not-torch', /safetensors/],
  ['gzip', Buffer.of(0x1f, 0x8b, 8, 0), 'checkpoint-not-torch', /gzip/],
  ['a bare pickle', Buffer.from('\x80\x04}.', 'latin1'), 'checkpoint-not-torch', /pickle/],
  ['a text', 'hello world', 'checkpoint-not-torch', /starts with "hello wo"/],
])('%s is recognised', async (_, content, code, message) => {
  const error = await refused(Buffer.from(content));
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
  expect(error.hint).toBeDefined();
});

test('a missing file and a folder are named', async () => {
  expect((await refusedFile(join(folder, 'absent.ckpt'))).code).toBe('checkpoint-missing');
  expect((await refusedFile(folder)).code).toBe('checkpoint-missing');
});

test('torch’s legacy format says how to convert it', async () => {
  const error = await refusedFile(fixture('checkpoint/legacy.ckpt'));
  expect(error.code).toBe('checkpoint-legacy');
  expect(error.hint).toContain('torch.save(torch.load(');
});

test('a bare state dict is no training checkpoint', async () => {
  const error = await refusedFile(fixture('checkpoint/bare.ckpt'));
  expect(error.code).toBe('checkpoint-layout');
  expect(error.message).toContain('a dict of grid');
});

test('wherever the file is cut off, it is refused', async () => {
  for (let length = 0; length < whole.length; length += 37) {
    expect((await refused(whole.subarray(0, length))).code).toMatch(/^checkpoint-(truncated|not-torch|zip)$/);
  }
});

test('a flipped byte in data.pkl does not pass', async () => {
  const damaged = Buffer.from(whole);
  damaged[whole.indexOf('cfg')]! ^= 1;
  expect((await refused(damaged)).message).toContain('checksum');
});

test('a name in the local header other than the directory’s is refused', async () => {
  const damaged = Buffer.from(whole);
  damaged.write('archive/evil.pkl', 30);
  expect((await refused(damaged)).message).toContain('contradicts');
});

test('overlapping entries, compressed ones and names that climb out are refused', async () => {
  const directory = whole.indexOf('PK\x01\x02', 0, 'latin1');
  const second = whole.indexOf('PK\x01\x02', directory + 4, 'latin1');
  const patch = (change: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(whole);
    change(bytes);
    return refused(bytes);
  };
  expect((await patch((b) => b.writeUInt32LE(0, second + 42))).message).toContain('into');
  expect((await patch((b) => b.writeUInt32LE(2 ** 31, directory + 24))).code).toBe('checkpoint-zip');
  expect((await patch((b) => b.writeUInt16LE(8, directory + 10))).message).toContain('compressed');
  expect((await patch((b) => b.write('../../../../etc', directory + 46))).code).toBe('checkpoint-zip');
});

test('an archive with two indices, or none, is refused', async () => {
  const two = await archive(null, { 'other/data.pkl': writePickle(null, { protocol: 2 }) });
  expect((await refused(two)).message).toContain('2 indices');
  const path = join(folder, 'none.zip');
  const file = await open(path, 'w');
  const zip = new ZipWriter(file);
  await zip.add('code/model.py', Buffer.from('x'));
  await zip.add('model/constants.pkl', Buffer.from('x'));
  await zip.finish();
  await file.close();
  expect((await refusedFile(path)).hint).toContain('TorchScript');
});

test.each<[string, number[], number[], number, number, RegExp]>([
  ['longer than its storage', [5], [1], 0, 16, /reaches to byte 20 .* has 16/],
  ['that starts behind its storage', [1], [1], 4, 16, /reaches to byte 20/],
  ['with a stride out of its storage', [2, 2], [4, 1], 0, 16, /reaches to byte 24/],
  ['of 2^60 elements', [2 ** 40, 2 ** 20], [2 ** 20, 1], 0, 16, /reaches to byte/],
  ['with strides of another rank', [2, 2], [1], 0, 16, /2 dimensions, its stride 1/],
  ['of negative length', [-1], [1], 0, 16, /no tuple of lengths/],
  ['at a negative offset', [1], [1], -1, 16, /no length/],
])('a tensor %s is refused by name', async (_, shape, stride, offset, bytes, message) => {
  const error = await refused(await tensorArchive(shape, stride, offset, bytes));
  expect(error.code).toBe('checkpoint-tensor');
  expect(error.message).toMatch(/weight: /);
  expect(error.message).toMatch(message);
});

test('one element repeated to a petabyte is listed, and refused when read', async () => {
  const path = join(folder, 'expanded.ckpt');
  await writeFile(path, await tensorArchive([2 ** 25, 2 ** 23], [0, 0], 0, 16));
  const file = await openCheckpoint(path);
  await expect(file.read(file.index.stateDicts['model']![0]!)).rejects.toMatchObject({
    code: 'checkpoint-tensor',
  });
  await file.close();
});

test('a config that would call os.system is an error that names it', async () => {
  const call = new PyObject('call', new PyGlobal('os', 'system'), new PyTuple(['true']));
  const payload = PyDict.of({
    state_dicts: new PyDict(),
    cfg: PyDict.of({ task: PyDict.of({ name: call }) }),
  });
  const error = await refused(await archive(payload));
  expect(error.code).toBe('checkpoint-pickle');
  expect(error.message).toContain('task.name is an object of os.system');
});
