/** Array metadata of zarr v2 (`.zarray`): parsed, checked and bounded before anything is allocated from it. */

import { type Rotation, rotationOfRep } from '../../base/rotation.js';
import { shownJson } from '../../base/shown.js';
import { ITEM_BYTES } from '../ndarray.js';
import type { FolderStore } from './store.js';
import { ZarrError } from './zarrError.js';

/** A numcodecs configuration: its id and options as the file has them. */
export interface CodecConfig {
  readonly id: string;
  readonly [option: string]: unknown;
}

export interface ArrayInfo {
  readonly shape: readonly number[];
  /** NumPy's descriptor, little-endian as `readRows` gives it: `<f4`, `<i8`, `|u1`. */
  readonly dtype: string;
  readonly chunks: readonly number[];
  readonly compressor: CodecConfig | null;
  readonly filters: readonly CodecConfig[];
  readonly order: 'C' | 'F';
  /** Byte order in the chunks. */
  readonly bigEndian: boolean;
  readonly itemBytes: number;
  /** One element, little-endian. */
  readonly fill: Uint8Array;
  readonly separator: '.' | '/';
  /** As its attribute `rotation_rep` says. */
  readonly rotation?: Rotation;
}

/** NumPy's own limit; stops crafted headers. */
const MAX_RANK = 32;
/** Chunks of real data sets have 2 MB; a decoded chunk is held in memory whole, twice while it is decoded. */
const MAX_CHUNK_BYTES = 64 * 2 ** 20;

/** The entries of `.zmetadata`. */
export type Consolidated = Readonly<Record<string, unknown>>;

/** The metadata of the array at `key`, or undefined when there is no array. Throws `zarr-metadata`. */
export async function readArrayInfo(
  store: FolderStore,
  key: string,
  listed: Consolidated,
): Promise<ArrayInfo | undefined> {
  const own = await store.json(`${key}/.zarray`);
  const raw = own === undefined ? listed[`${key}/.zarray`] : own;
  if (raw === undefined) return undefined;
  const info = parseArrayInfo(raw, store.locate(`${key}/.zarray`));
  const rotation = isPoses(info) ? await readRotation(store, key, listed) : undefined;
  return rotation === undefined ? info : { ...info, rotation };
}

/** Of other arrays no attribute is read. */
function isPoses({ shape, dtype }: ArrayInfo): boolean {
  return shape.length === 2 && dtype[1] === 'f';
}

/** Attributes hold anything, and whole data sets have damaged ones: nothing but this depends on them. */
async function readRotation(
  store: FolderStore,
  key: string,
  listed: Consolidated,
): Promise<Rotation | undefined> {
  const own = await store.json(`${key}/.zattrs`).catch((error: unknown) => {
    if (!(error instanceof ZarrError)) throw error;
  });
  const attributes = own ?? listed[`${key}/.zattrs`];
  return isRecord(attributes) ? rotationOfRep(attributes['rotation_rep']) : undefined;
}

/** The entries of `.zmetadata`, in which zarr keeps a copy of all metadata. */
export async function consolidated(store: FolderStore): Promise<Consolidated> {
  const raw = await store.json('.zmetadata');
  return isRecord(raw) && isRecord(raw['metadata']) ? raw['metadata'] : {};
}

export function parseArrayInfo(raw: unknown, file: string): ArrayInfo {
  const fail = (found: string) =>
    new ZarrError('zarr-metadata', file, found, 'The file is damaged or not zarr v2.');
  if (!isRecord(raw) || raw['zarr_format'] !== 2) throw fail('zarr_format is not 2');
  const shape = lengths(raw['shape'], 0);
  const chunks = lengths(raw['chunks'], 1);
  if (shape === undefined || shape.length > MAX_RANK) throw fail(`shape is ${shownJson(raw['shape'])}`);
  if (chunks === undefined || chunks.length !== shape.length)
    throw fail(`chunks is ${shownJson(raw['chunks'])}`);
  const type = typeof raw['dtype'] === 'string' ? /^([<>|])([biufc])(\d{1,2})$/.exec(raw['dtype']) : null;
  const itemBytes = Number(type?.[3]);
  if (type === null || !ITEM_BYTES[type[2]!]!.includes(itemBytes)) {
    throw fail(`dtype ${shownJson(raw['dtype'])} is not supported, expected booleans or numbers`);
  }
  const chunkBytes = chunks.reduce((product, length) => product * length, itemBytes);
  if (chunkBytes > MAX_CHUNK_BYTES)
    throw fail(`a chunk has ${chunkBytes} bytes, at most ${MAX_CHUNK_BYTES} are read`);
  const order = raw['order'];
  if (order !== 'C' && order !== 'F') throw fail(`order is ${shownJson(order)}`);
  const separator = raw['dimension_separator'] ?? '.';
  if (separator !== '.' && separator !== '/') throw fail(`dimension_separator is ${shownJson(separator)}`);
  const kind = type[2]!;
  const fill = fillBytes(raw['fill_value'], kind, itemBytes);
  if (fill === undefined)
    throw fail(`fill_value ${shownJson(raw['fill_value'])} does not fit dtype ${raw['dtype']}`);
  return {
    shape,
    dtype: `${itemBytes === 1 ? '|' : '<'}${kind}${itemBytes}`,
    chunks,
    compressor: raw['compressor'] === null ? null : codec(raw['compressor'], fail),
    filters: Array.isArray(raw['filters']) ? raw['filters'].map((each) => codec(each, fail)) : [],
    order,
    bigEndian: type[1] === '>',
    itemBytes,
    fill,
    separator,
  };
}

/** Bytes of one decoded chunk. */
export function chunkBytes(info: ArrayInfo): number {
  return info.chunks.reduce((product, length) => product * length, info.itemBytes);
}

function codec(raw: unknown, fail: (found: string) => ZarrError): CodecConfig {
  if (!isRecord(raw) || typeof raw['id'] !== 'string')
    throw fail(`codec ${shownJson(raw)} does not name its id`);
  return raw as CodecConfig;
}

function lengths(raw: unknown, least: number): number[] | undefined {
  const valid = (length: unknown): length is number =>
    Number.isSafeInteger(length) && (length as number) >= least;
  if (!Array.isArray(raw) || !raw.every(valid)) return undefined;
  // Sizes are multiplied later: beyond 2^53 the products would be wrong.
  return raw.reduce((product: number, length) => product * Math.max(1, length), 16) <= Number.MAX_SAFE_INTEGER
    ? raw
    : undefined;
}

/** What a missing chunk holds; null (undefined content in zarr) reads as zero. */
function fillBytes(raw: unknown, kind: string, itemBytes: number): Uint8Array | undefined {
  const bytes = new Uint8Array(itemBytes);
  if (raw === null || raw === undefined || raw === 0 || raw === false) return bytes;
  const view = new DataView(bytes.buffer);
  if (kind === 'f') return fillFloat(view, typeof raw === 'string' ? SPECIAL[raw] : raw) ? bytes : undefined;
  const value = typeof raw === 'boolean' ? Number(raw) : raw;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || kind === 'c') return undefined;
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let at = 0; at < itemBytes; at += 1, rest >>= 8n) bytes[at] = Number(rest & 0xffn);
  return bytes;
}

const SPECIAL: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

function fillFloat(view: DataView, value: unknown): boolean {
  if (typeof value !== 'number') return false;
  if (view.byteLength === 8) view.setFloat64(0, value, true);
  else if (view.byteLength === 4) view.setFloat32(0, value, true);
  else return false;
  return true;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
