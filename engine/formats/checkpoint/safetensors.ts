/** A safetensors file as a checkpoint: one state dict, and nothing of a training. */
import { open, stat } from 'node:fs/promises';
import { openSafetensorsFile, type SafetensorsPlace } from '../safetensors.js';
import { contiguousStride } from './dtypes.js';
import type { CheckpointFile, TensorBlocks, TensorInfo, TorchDtype } from './types.js';

const TORCH: Readonly<Record<string, TorchDtype>> = {
  BOOL: 'bool',
  U8: 'uint8',
  I8: 'int8',
  U16: 'uint16',
  I16: 'int16',
  U32: 'uint32',
  I32: 'int32',
  U64: 'uint64',
  I64: 'int64',
  F16: 'float16',
  F32: 'float32',
  F64: 'float64',
  BF16: 'bfloat16',
  F8_E4M3: 'float8_e4m3fn',
  F8_E5M2: 'float8_e5m2',
};

/** The format's own name of each dtype that it has. */
export const SAFE_NAMES: Readonly<Record<TorchDtype, string>> = Object.fromEntries(
  Object.entries(TORCH).map(([name, dtype]) => [dtype, name]),
);

/** Of the format itself. */
const MAX_HEADER = 100_000_000n;
/** What `blocks` reads at a time. */
const MAX_BLOCK_BYTES = 4 * 2 ** 20;

/** By its name, or as it begins: the length of a header, and the header's brace. */
export async function isSafetensors(path: string): Promise<boolean> {
  // Asked before opening: opening a pipe would wait for its writer.
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return false;
  if (path.endsWith('.safetensors')) return true;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const head = Buffer.alloc(9);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return bytesRead === head.length && head[8] === 0x7b && head.readBigUInt64LE() < MAX_HEADER;
  } finally {
    await file.close();
  }
}

/** Throws `SafetensorsError` saying what is wrong with the header. */
export async function openSafetensors(path: string): Promise<CheckpointFile & TensorBlocks> {
  const file = await openSafetensorsFile(path);
  const places = new Map(file.entries);
  const read = (place: SafetensorsPlace, from: number, bytes: number) => file.read(place.start + from, bytes);
  return {
    index: {
      path,
      form: { kind: 'safetensors', text: 'a safetensors file' },
      stateDicts: { model: file.entries.map(([key, place]) => infoOf(key, place)) },
      optimizer: undefined,
      pickles: file.metadata,
      config: undefined,
      unexpectedGlobals: [],
    },
    read: ({ storage }) => {
      const place = places.get(storage)!;
      return read(place, 0, place.bytes);
    },
    async *blocks({ storage }) {
      const place = places.get(storage)!;
      for (let from = 0; from < place.bytes; from += MAX_BLOCK_BYTES)
        yield await read(place, from, Math.min(MAX_BLOCK_BYTES, place.bytes - from));
    },
    close: () => file.close(),
  };
}

/** Its storage is its name: each tensor has bytes of its own. */
function infoOf(key: string, { dtype, shape }: SafetensorsPlace): TensorInfo {
  const stride = contiguousStride(shape);
  return { key, shape, dtype: TORCH[dtype]!, stride, storageOffset: 0, storage: key };
}
