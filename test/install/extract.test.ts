import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { extractTensorFlow } from '../../engine/install/extract.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-extract-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The smallest zip file with these members, deflated. */
function zipOf(members: Readonly<Record<string, string>>): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(members)) {
    const data = deflateRawSync(text);
    const fields = Buffer.alloc(26); // version … lengths: the part that both headers share
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(Buffer.byteLength(text), 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, place, Buffer.from(name));
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name), data]);
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

async function extract(members: Readonly<Record<string, string>>): Promise<void> {
  const wheel = join(folder, 'a.whl');
  await writeFile(wheel, zipOf(members));
  await extractTensorFlow(wheel, join(folder, 'engine'), () => {});
}

const LIBRARIES = {
  'tensorflow/libtensorflow_cc.so.2': 'the library',
  'tensorflow/libtensorflow_framework.so.2': 'the framework',
};

test('takes the libraries, their links and the needed headers, and nothing else', async () => {
  await extract({
    ...LIBRARIES,
    'tensorflow/__init__.py': 'import os',
    'tensorflow/include/tensorflow/c/c_api.h': '#pragma once',
    'tensorflow/include/Eigen/Core.h': '#pragma once',
  });
  const lib = join(folder, 'engine', 'deps', 'lib');
  expect(await readFile(join(lib, 'libtensorflow.so.2'), 'utf8')).toBe('the library');
  expect(await readFile(join(lib, 'libtensorflow.so'), 'utf8')).toBe('the library');
  expect(await readFile(join(lib, 'libtensorflow_framework.so'), 'utf8')).toBe('the framework');
  expect(await readlink(join(lib, 'libtensorflow.so'))).toBe('libtensorflow_cc.so.2'); // relative: the folder is renamed later
  expect((await readdir(lib)).length).toBe(5);
  expect(await readdir(join(folder, 'engine', 'deps', 'include'))).toEqual(['tensorflow']);
});

test('a wheel without the library is named', async () => {
  await expect(extract({ 'tensorflow/libtensorflow_cc.so.2': 'x' })).rejects.toThrow(
    'holds no tensorflow/libtensorflow_framework.so.2',
  );
});

test('a member that climbs out of the folder is refused', async () => {
  const climbing = { ...LIBRARIES, 'tensorflow/include/tensorflow/c/../../../../../../../outside.h': 'x' };
  await expect(extract(climbing)).rejects.toThrow();
  expect((await readdir(folder)).sort()).toEqual(['a.whl', 'engine']);
});

test('a file that is no zip is an error of its own', async () => {
  const wheel = join(folder, 'b.whl');
  await writeFile(wheel, 'cut short');
  await expect(extractTensorFlow(wheel, join(folder, 'engine'), () => {})).rejects.toThrow(
    'not a whole zip file',
  );
});
