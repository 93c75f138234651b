/** Writes a safetensors file as the library does: the tensors with the widest elements first, each aligned to them; one tensor in memory at a time. */
import type { FileHandle } from 'node:fs/promises';
import { throwIfAborted } from '../../base/errors.js';
import { CheckpointError } from './checkpointError.js';
import { dtypeFacts, elementCount } from './dtypes.js';
import { SAFE_NAMES } from './safetensors.js';
import type { TensorSource } from './types.js';

interface Planned {
  readonly source: TensorSource;
  readonly bytes: number;
}

/** Of tensors that are one only the first is written, as safetensors does. Throws `CheckpointError` where the content contradicts itself. */
export async function writeSafetensors(
  file: FileHandle,
  path: string,
  tensors: readonly TensorSource[],
  {
    metadata,
    signal,
  }: { readonly metadata?: Readonly<Record<string, string>>; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const planned = tensors
    .filter(({ alias }) => alias === undefined)
    .map((source) => ({ source, bytes: elementCount(source.shape) * elementBytes(path, source) }))
    .sort((a, b) => elementBytes(path, b.source) - elementBytes(path, a.source) || byKey(a, b));
  await file.writeFile(headerOf(path, planned, metadata));
  for (const { source, bytes } of planned) {
    throwIfAborted(signal);
    const data = await source.read();
    if (data.length !== bytes)
      throw content(path, `${source.key} has ${data.length} bytes, expected ${bytes} for its shape`);
    await file.writeFile(data);
  }
}

function headerOf(
  path: string,
  planned: readonly Planned[],
  metadata: Readonly<Record<string, string>> | undefined,
): Uint8Array {
  const entries = new Map<string, unknown>();
  if (metadata !== undefined && Object.keys(metadata).length > 0) entries.set('__metadata__', metadata);
  let at = 0;
  for (const { source, bytes } of planned) {
    const { key, shape, dtype } = source;
    if (entries.has(key)) throw content(path, `${key} is given twice`);
    entries.set(key, { dtype: SAFE_NAMES[dtype], shape, data_offsets: [at, at + bytes] });
    at += bytes;
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, ' ')]); // the first tensor is aligned
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded]);
}

function elementBytes(path: string, { key, dtype }: TensorSource): number {
  const bytes = dtypeFacts(dtype)?.bytes;
  if (bytes !== undefined && SAFE_NAMES[dtype] !== undefined) return bytes;
  throw content(path, `${key} has the dtype ${dtype}, which safetensors does not have`);
}

function byKey(a: Planned, b: Planned): number {
  return a.source.key < b.source.key ? -1 : 1;
}

function content(path: string, found: string): CheckpointError {
  return new CheckpointError('checkpoint-content', path, found);
}
