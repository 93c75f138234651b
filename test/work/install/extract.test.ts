import { mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { extractNvidia, extractTensorFlow, extractWhole } from '../../../engine/work/install/extract.js';
import { filesBelow } from '../../../engine/work/install/manifest.js';
import { zipOf } from './zipOf.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-extract-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

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
    'does not contain tensorflow/libtensorflow_framework.so.2',
  );
});

test('a member that climbs out of the folder is refused', async () => {
  const climbing = { ...LIBRARIES, 'tensorflow/include/tensorflow/c/../../../../../../../outside.h': 'x' };
  await expect(extract(climbing)).rejects.toThrow();
  expect((await readdir(folder)).sort()).toEqual(['a.whl', 'engine']);
});

test('a file that is not a zip is an error of its own', async () => {
  const wheel = join(folder, 'b.whl');
  await writeFile(wheel, 'cut short');
  await expect(extractTensorFlow(wheel, join(folder, 'engine'), () => {})).rejects.toThrow(
    'not a complete zip file',
  );
});

describe("NVIDIA's wheels", () => {
  const take = async (members: Readonly<Record<string, string>>): Promise<string[]> => {
    const wheel = join(folder, 'n.whl');
    await writeFile(wheel, zipOf(members, ['nvidia/cuda_nvcc/bin/ptxas']));
    await extractNvidia(wheel, join(folder, 'engine'), () => {});
    return filesBelow(join(folder, 'engine'));
  };

  test('libraries keep their place, to which the run path of libtensorflow leads; the rest stays out', async () => {
    const files = await take({
      'nvidia/__init__.py': '',
      'nvidia/cudnn/include/cudnn.h': '#pragma once',
      'nvidia/cudnn/lib/libcudnn.so.8': 'cudnn',
      'nvidia/cudnn/lib/libcudnn_ops_infer.so.8': 'ops',
      'nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.3': 'nvrtc',
      'nvidia/cudnn/lib/__init__.py': '',
    });
    expect(files.sort()).toEqual([
      'deps/nvidia/cuda_nvrtc/lib/libnvrtc-builtins.so.12.3',
      'deps/nvidia/cudnn/lib/libcudnn.so.8',
      'deps/nvidia/cudnn/lib/libcudnn_ops_infer.so.8',
    ]);
  });

  test('the assembler stays a program', async () => {
    await take({
      'nvidia/cuda_nvcc/bin/ptxas': 'asm',
      'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc': 'bc',
    });
    const { mode } = await stat(join(folder, 'engine', 'deps', 'nvidia', 'cuda_nvcc', 'bin', 'ptxas'));
    expect(mode & 0o777).toBe(0o755);
  });

  test('a wheel without libraries is named', async () => {
    await expect(take({ 'nvidia/__init__.py': '' })).rejects.toThrow(
      'n.whl does not contain any NVIDIA library',
    );
  });

  test('a member that climbs out is refused', async () => {
    await expect(take({ 'nvidia/../lib/libx.so': 'x' })).rejects.toThrow();
  });
});

test('a compiler is unpacked whole', async () => {
  await writeFile(
    join(folder, 'z.whl'),
    zipOf({ 'ziglang/zig': 'zig', 'ziglang/lib/a/b.h': 'b' }, ['ziglang/zig']),
  );
  await extractWhole(join(folder, 'z.whl'), join(folder, 'zig'));
  expect((await filesBelow(join(folder, 'zig'))).sort()).toEqual(['ziglang/lib/a/b.h', 'ziglang/zig']);
  expect((await stat(join(folder, 'zig', 'ziglang', 'zig'))).mode & 0o111).not.toBe(0);
});
