/** Reads safetensors files: a JSON header with each tensor's place, then the bytes. */
import { type FileHandle, open } from 'node:fs/promises';
import { RegripError } from '../base/errors.js';
import type { NdArray } from './ndarray.js';

/** The format's own limit (the reference implementation refuses larger headers). */
const MAX_HEADER_BYTES = 100_000_000;
/** Far above real models; stops crafted headers. */
const MAX_RANK = 32;

export class SafetensorsError extends RegripError {
  constructor(file: string, message: string, cause?: unknown) {
    super({ code: 'safetensors', file, message, hint: 'The file is damaged: copy or save it again.', cause });
  }
}

/** Bytes of an element and NumPy's kind of it; bfloat16 and float8 have none and come as unsigned integers. */
const DTYPES: Readonly<Record<string, readonly [bytes: number, numpy: string]>> = {
  BOOL: [1, '|b1'],
  U8: [1, '|u1'],
  I8: [1, '|i1'],
  U16: [2, '<u2'],
  I16: [2, '<i2'],
  U32: [4, '<u4'],
  I32: [4, '<i4'],
  U64: [8, '<u8'],
  I64: [8, '<i8'],
  F16: [2, '<f2'],
  F32: [4, '<f4'],
  F64: [8, '<f8'],
  BF16: [2, '<u2'],
  F8_E4M3: [1, '|u1'],
  F8_E5M2: [1, '|u1'],
};

export interface SafeTensor extends NdArray {
  /** The file's own name of the type: F32, BF16 … */
  readonly sourceDtype: string;
}

/** All tensors by name, in the order of the header. Throws `SafetensorsError` naming the tensor that does not fit. */
export async function readSafetensors(path: string): Promise<Map<string, SafeTensor>> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const header = await readHeader(path, file, size);
    const tensors = new Map<string, SafeTensor>();
    for (const [name, entry] of Object.entries(header.entries)) {
      if (name === '__metadata__') continue;
      const place = checkEntry(path, name, entry, size - header.end);
      const data = new Uint8Array(place.bytes);
      await file.read(data, 0, place.bytes, header.end + place.start);
      tensors.set(name, { dtype: place.numpy, sourceDtype: place.dtype, shape: place.shape, data });
    }
    return tensors;
  } finally {
    await file.close();
  }
}

async function readHeader(path: string, file: FileHandle, size: number) {
  const length = Buffer.alloc(8);
  if ((await file.read(length, 0, 8, 0)).bytesRead < 8)
    throw new SafetensorsError(path, 'the file has no header');
  const bytes = Number(length.readBigUInt64LE());
  if (bytes > Math.min(MAX_HEADER_BYTES, size - 8)) {
    throw new SafetensorsError(path, `the header claims ${bytes} bytes, the file has ${size}`);
  }
  const text = Buffer.alloc(bytes);
  await file.read(text, 0, bytes, 8);
  try {
    const entries: unknown = JSON.parse(text.toString('utf8'));
    if (isRecord(entries)) return { entries, end: 8 + bytes };
  } catch (cause) {
    throw new SafetensorsError(path, 'the header is no JSON', cause);
  }
  throw new SafetensorsError(path, 'the header is no JSON object');
}

function checkEntry(path: string, name: string, entry: unknown, available: number) {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const known = typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
  if (known === undefined) throw new SafetensorsError(path, `${name} has the unknown dtype ${String(dtype)}`);
  if (!isCounts(shape) || shape.length > MAX_RANK)
    throw new SafetensorsError(path, `${name} has no valid shape`);
  const bytes = shape.reduce((product, length) => product * length, known[0]);
  if (
    !isCounts(offsets) ||
    offsets.length !== 2 ||
    offsets[1]! - offsets[0]! !== bytes ||
    offsets[1]! > available
  ) {
    const found = `${name} lies at ${JSON.stringify(offsets)} of ${available} bytes`;
    throw new SafetensorsError(path, `${found}, expected ${bytes} bytes for its shape [${shape.join(', ')}]`);
  }
  return { dtype: dtype as string, numpy: known[1], shape, start: offsets[0]!, bytes };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && item >= 0);
}
