/** Reads safetensors files: a JSON header with each tensor's place, then the bytes. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import { RegripError } from '../base/errors.js';
import { shownJson, shownName } from '../base/shown.js';
import type { NdArray } from './ndarray.js';

/** A policy's header has some ten kilobytes; parsed it takes many times its length. */
const MAX_HEADER_BYTES = 4 * 2 ** 20;
/** Far above real models; stops crafted headers. */
const MAX_RANK = 32;

class SafetensorsError extends RegripError<'safetensors'> {
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

/** Where a tensor lies, behind the header. */
export interface SafetensorsPlace {
  /** The file's own name of the type: F32, BF16 … */
  readonly dtype: string;
  readonly numpy: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly bytes: number;
}

interface SafetensorsFile {
  /** In the order of the header. */
  readonly entries: readonly (readonly [name: string, place: SafetensorsPlace])[];
  /** Texts that whoever wrote the file added. */
  readonly metadata: Readonly<Record<string, string>>;
  /** `start` counts behind the header. Throws where the file has become shorter. */
  read(start: number, bytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Reads the header alone. Throws `SafetensorsError` naming the tensor that does not fit. */
export async function openSafetensorsFile(path: string): Promise<SafetensorsFile> {
  const file = await openFile(path);
  try {
    const { size } = await file.stat();
    const header = await readHeader(path, file, size);
    return {
      metadata: metadataOf(path, header.entries['__metadata__']),
      entries: checkEntries(path, header.entries, size - header.end),
      read: async (start, bytes) => {
        const data = new Uint8Array(bytes);
        const { bytesRead } = await file.read(data, 0, bytes, header.end + start);
        if (bytesRead < bytes) throw new SafetensorsError(path, 'the file ends within a tensor');
        return data;
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** All tensors by name, in the order of the header. Throws `SafetensorsError` naming the tensor that does not fit. */
export async function readSafetensors(path: string): Promise<Map<string, SafeTensor>> {
  const file = await openSafetensorsFile(path);
  try {
    const tensors = new Map<string, SafeTensor>();
    for (const [name, { dtype, numpy, shape, start, bytes }] of file.entries)
      tensors.set(name, { dtype: numpy, sourceDtype: dtype, shape, data: await file.read(start, bytes) });
    return tensors;
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  // Asked before opening: opening a pipe would wait for its writer.
  const found = await stat(path).catch((cause: unknown) => {
    throw new SafetensorsError(path, 'the file does not exist', cause);
  });
  if (!found.isFile()) throw new SafetensorsError(path, 'is not a regular file');
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
    throw new SafetensorsError(path, `the header claims ${bytes} bytes, but the file has only ${size}`);
  }
  const text = Buffer.alloc(bytes);
  await file.read(text, 0, bytes, 8);
  try {
    const json = new TextDecoder('utf-8', { fatal: true }).decode(text);
    const entries: unknown = JSON.parse(json);
    const twice = duplicateKey(json);
    if (twice !== undefined) throw new SafetensorsError(path, `the header names ${shownName(twice)} twice`);
    if (isRecord(entries)) return { entries, end: 8 + bytes };
  } catch (cause) {
    if (cause instanceof SafetensorsError) throw cause;
    throw new SafetensorsError(path, 'the header is not JSON', cause);
  }
  throw new SafetensorsError(path, 'the header is not a JSON object');
}

/**
 * In the order of the header. Tensors that overlap would let a small file fill the memory; bytes that belong to none could hold
 * another file. The format forbids both.
 */
function checkEntries(path: string, header: Readonly<Record<string, unknown>>, available: number) {
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => [name, checkEntry(path, name, entry, available)] as const);
  let end = 0;
  let before = '';
  for (const [name, { start, bytes }] of entries.toSorted(
    ([, a], [, b]) => a.start - b.start || a.bytes - b.bytes,
  )) {
    if (start < end) throw new SafetensorsError(path, `${shownName(before)} and ${shownName(name)} overlap`);
    if (start > end)
      throw new SafetensorsError(
        path,
        `bytes ${end} to ${start} before ${shownName(name)} do not belong to any tensor`,
      );
    [end, before] = [start + bytes, name];
  }
  if (end < available)
    throw new SafetensorsError(path, `the last ${available - end} bytes do not belong to any tensor`);
  return entries;
}

function metadataOf(path: string, raw: unknown): Record<string, string> {
  if (raw === undefined) return {};
  if (!isRecord(raw) || !Object.values(raw).every((value) => typeof value === 'string'))
    throw new SafetensorsError(path, '__metadata__ is not a map of text');
  return raw as Record<string, string>;
}

/** Two parsers may take another one of two equal keys; `json` is valid. */
function duplicateKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < json.length; at += 1) {
    const mark = json[at];
    if (mark === '{') open.push(new Set());
    else if (mark === '}') open.pop();
    else if (mark === '"') {
      const end = endOfText(json, at);
      const text = json.slice(at, end);
      at = end - 1;
      if (!isBeforeColon(json, end)) continue;
      const key = JSON.parse(text) as string;
      if (open.at(-1)!.has(key)) return key;
      open.at(-1)!.add(key);
    }
  }
  return undefined;
}

function isBeforeColon(json: string, from: number): boolean {
  let at = from;
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\t' || json[at] === '\r') at += 1;
  return json[at] === ':';
}

/** Behind the closing quote; a loop, because a text may be as long as the header. */
function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

function checkEntry(path: string, name: string, entry: unknown, available: number) {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  const known = typeof dtype === 'string' && Object.hasOwn(DTYPES, dtype) ? DTYPES[dtype] : undefined;
  const shown = shownName(name);
  if (known === undefined)
    throw new SafetensorsError(
      path,
      `${shown} has the unknown dtype ${typeof dtype === 'string' ? shownName(dtype) : shownJson(dtype)}`,
    );
  if (!isCounts(shape) || shape.length > MAX_RANK)
    throw new SafetensorsError(path, `${shown} does not have a valid shape`);
  const bytes = shape.reduce((product, length) => product * length, known[0]);
  if (
    !isCounts(offsets) ||
    offsets.length !== 2 ||
    offsets[1]! - offsets[0]! !== bytes ||
    offsets[1]! > available
  ) {
    const found = `${shown} lies at ${shownJson(offsets)} of ${available} bytes`;
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
