/** Reads safetensors files: a JSON header with each tensor's place, then the bytes. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { RegripError } from '../base/errors.js';
import { printable, shownJson } from '../base/shown.js';
import type { NdArray } from './ndarray.js';

/** A policy's header has some ten kilobytes; parsed it takes many times its length. */
const MAX_HEADER_BYTES = 4 * 2 ** 20;
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
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const header = await readHeader(path, file, size);
    const tensors = new Map<string, SafeTensor>();
    for (const [name, place] of checkEntries(path, header.entries, size - header.end)) {
      const data = new Uint8Array(place.bytes);
      await file.read(data, 0, place.bytes, header.end + place.start);
      tensors.set(name, { dtype: place.numpy, sourceDtype: place.dtype, shape: place.shape, data });
    }
    return tensors;
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  // Asked before opening: opening a pipe would wait for its writer.
  const found = await stat(path).catch((cause: unknown) => {
    throw new SafetensorsError(path, 'there is no such file', cause);
  });
  if (!found.isFile()) throw new SafetensorsError(path, 'is no plain file');
  return open(path).catch((cause: unknown) => {
    throw new SafetensorsError(path, 'cannot be opened', cause);
  });
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

/** In the order of the header. Tensors that overlap, which the format forbids, would let a small file fill the memory. */
function checkEntries(path: string, header: Readonly<Record<string, unknown>>, available: number) {
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => [name, checkEntry(path, name, entry, available)] as const);
  const byStart = entries.toSorted(([, a], [, b]) => a.start - b.start || a.bytes - b.bytes);
  byStart.forEach(([name, place], i) => {
    const next = byStart[i + 1];
    if (next === undefined || place.start + place.bytes <= next[1].start) return;
    throw new SafetensorsError(path, `${name} and ${next[0]} overlap`);
  });
  return entries;
}

function checkEntry(path: string, name: string, entry: unknown, available: number) {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const known = typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
  if (known === undefined)
    throw new SafetensorsError(
      path,
      `${name} has the unknown dtype ${typeof dtype === 'string' ? printable(dtype) : shownJson(dtype)}`,
    );
  if (!isCounts(shape) || shape.length > MAX_RANK)
    throw new SafetensorsError(path, `${name} has no valid shape`);
  const bytes = shape.reduce((product, length) => product * length, known[0]);
  if (
    !isCounts(offsets) ||
    offsets.length !== 2 ||
    offsets[1]! - offsets[0]! !== bytes ||
    offsets[1]! > available
  ) {
    const found = `${name} lies at ${shownJson(offsets)} of ${available} bytes`;
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
