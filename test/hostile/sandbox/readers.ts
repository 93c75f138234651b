/** Every reader of untrusted files by the name that shapes use: a path in, what was noteworthy out. */
import { readFile } from 'node:fs/promises';
import { accepted, DISK } from '../../../engine/config/configFile.js';
import { parseOverride } from '../../../engine/config/overrides/overrides.js';
import { STRICT } from '../../../engine/config/tolerance.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import { readEpisode } from '../../../engine/formats/cogact/index.js';
import { readDataSetInfo } from '../../../engine/formats/lerobot/dataSetInfo.js';
import { readDataSetStatistics } from '../../../engine/formats/lerobot/dataSetStatistics.js';
import { GlobalNames } from '../../../engine/formats/pickle/globals.js';
import { toNdArrays } from '../../../engine/formats/pickle/numpy.js';
import { plainOf } from '../../../engine/formats/pickle/plain.js';
import { readPickle } from '../../../engine/formats/pickle/read.js';
import { readSafetensors } from '../../../engine/formats/safetensors.js';
import { openReplayBuffer, readMetadata } from '../../../engine/formats/zarr/index.js';
import type { ReaderName } from '../shape.js';

/** What a reader found: globals that no checkpoint needs. */
type Found = readonly string[];

export const READERS: Readonly<Record<ReaderName, (path: string) => Promise<Found>>> = {
  pickle: async (path) => {
    const globals = new GlobalNames();
    readPickle(await readFile(path), { globals });
    return globals.unexpected;
  },
  plain: async (path) => {
    plainOf(readPickle(await readFile(path)));
    return [];
  },
  arrays: async (path) => {
    const bytes = await readFile(path);
    toNdArrays(readPickle(bytes), bytes.length);
    return [];
  },
  checkpoint: async (path) => {
    const file = await openCheckpoint(path);
    await file.close();
    return file.index.unexpectedGlobals;
  },
  tensors: async (path) => {
    const file = await openCheckpoint(path);
    try {
      for (const tensors of Object.values(file.index.stateDicts)) {
        for (const tensor of tensors) await file.read(tensor);
      }
    } finally {
      await file.close();
    }
    return [];
  },
  safetensors: async (path) => {
    await readSafetensors(path);
    return [];
  },
  lerobotData: async (path) => {
    await readDataSetInfo(path);
    await readDataSetStatistics(path);
    return [];
  },
  zarr: async (path) => {
    await readMetadata(path);
    await (await openReplayBuffer(path)).close();
    return [];
  },
  rows: async (path) => {
    const buffer = await openReplayBuffer(path);
    for (const [name, { shape }] of buffer.arrays) await buffer.readRows(name, 0, shape[0]!);
    await buffer.close();
    return [];
  },
  episode: async (path) => {
    await readEpisode(path);
    return [];
  },
  // Loaded where it is asked for: the JPEG decoder is native, which the sandbox allows to frames alone.
  frame: async (path) => {
    const { withFrames, frameSize } = await import('../../../engine/work/convert/frame.js');
    const source = { kind: 'file', coding: 'jpeg', path } as const;
    const size = await frameSize(source);
    await withFrames({ width: 1, height: 1 }, false, (reader) => reader.read(source, new Uint8Array(3)));
    return [`${size.width}x${size.height}`];
  },
  yaml: async (path) => {
    accepted(await DISK.read(path), STRICT);
    return [];
  },
  override: async (path) => {
    parseOverride(await readFile(path, 'utf8'), 0);
    return [];
  },
};
