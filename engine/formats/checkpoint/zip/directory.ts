/** The entries of a zip archive's directory. What PyTorch, Python's zipfile and unzip could read differently is refused by name. */
import { shownName } from '../../../base/shown.js';
import { CheckpointError, SAVE_AGAIN } from '../checkpointError.js';
import type { DirectoryPlace } from './end.js';
import { extraFields, numbersOf, ZIP64 } from './extra.js';
import { nameProblem } from './name.js';

/** A policy has about a thousand storages; bounds the time of a crafted directory. */
export const MAX_ENTRIES = 80_000;
/** Of the directory: an entry of torch's has about 60 bytes. */
const MAX_DIRECTORY_BYTES = 2 ** 25;

const HEADER = 46;
/** Bit 3: sizes follow the data, as torch writes it; bit 11: the name is UTF-8. Others encrypt, patch or hide. */
const FLAGS = 0x0808;
/** Zip64 needs version 4.5; later ones have methods and headers that not every reader knows. */
const NEWEST = 45;

/** An entry as the directory has it. */
export interface ListedEntry {
  readonly name: string;
  readonly nameBytes: Buffer;
  readonly size: number;
  readonly crc32: number;
  readonly flags: number;
  /** Of its local header. */
  readonly offset: number;
}

/** In the order of the directory. Throws `CheckpointError` with the entry and what is wrong with it. */
export function listEntries(path: string, directory: Buffer, place: DirectoryPlace): ListedEntry[] {
  const bad = (found: string) => new CheckpointError('checkpoint-zip', path, found, SAVE_AGAIN);
  const entries: ListedEntry[] = [];
  const names = new Map<string, string>();
  let at = 0;
  while (entries.length < place.entries) {
    if (at + HEADER > directory.length || directory.readUInt32LE(at) !== 0x02014b50)
      throw bad(
        `the archive’s directory is damaged: it has ${entries.length} entries, but its end record says ${place.entries}`,
      );
    const end = at + HEADER + directory.readUInt16LE(at + 28) + directory.readUInt16LE(at + 30);
    if (end > directory.length)
      throw bad(`the archive’s directory is damaged: it ends within entry ${entries.length}`);
    const entry = readEntry(directory.subarray(at, end), bad);
    const same = names.get(entry.name.toLowerCase());
    if (same !== undefined) throw bad(twice(entry.name, same));
    names.set(entry.name.toLowerCase(), entry.name);
    entries.push(entry);
    at = end;
  }
  if (at !== directory.length)
    throw bad(`the archive’s directory has ${directory.length - at} bytes after its last entry`);
  return entries;
}

/** Before the directory is read as a whole. */
export function requireBearable(path: string, { entries, size }: DirectoryPlace): void {
  if (entries <= MAX_ENTRIES && size <= MAX_DIRECTORY_BYTES) return;
  const found = `the archive lists ${entries} entries in ${size} bytes, more than the limit of ${MAX_ENTRIES} in ${MAX_DIRECTORY_BYTES}`;
  throw new CheckpointError('checkpoint-zip', path, found, SAVE_AGAIN);
}

/** PyTorch finds records whatever their case, so either could be the one that it takes. */
function twice(name: string, same: string): string {
  return name === same
    ? `${shownName(name)} is in the archive twice`
    : `${shownName(same)} and ${shownName(name)} differ only in case, and PyTorch confuses them`;
}

function readEntry(header: Buffer, bad: (found: string) => CheckpointError): ListedEntry {
  const nameLength = header.readUInt16LE(28);
  const nameBytes = header.subarray(HEADER, HEADER + nameLength);
  const flags = header.readUInt16LE(8);
  const problem = nameProblem(nameBytes, flags) ?? headerProblem(header);
  const name = nameBytes.toString('utf8');
  if (problem !== undefined) throw bad(`${shownName(name)} ${problem}`);
  const extra = extraFields(header.subarray(HEADER + nameLength));
  if (typeof extra === 'string') throw bad(`${shownName(name)} ${extra} in the directory`);
  const place = placeOf(header, extra.get(ZIP64));
  if (typeof place === 'string') throw bad(`${shownName(name)} ${place}`);
  return { name, nameBytes: Buffer.from(nameBytes), flags, crc32: header.readUInt32LE(16), ...place };
}

function headerProblem(header: Buffer): string | undefined {
  const flags = header.readUInt16LE(8);
  if ((flags & 0x2041) !== 0) return 'is marked as encrypted, which torch ignores and other readers do not';
  if ((flags & ~FLAGS) !== 0) return `has the flags 0x${flags.toString(16)}, which torch does not write`;
  if (header.readUInt16LE(10) !== 0) return 'is compressed; torch stores entries as they are';
  if ((header.readUInt16LE(6) & 0xff) > NEWEST) return 'requires a newer version of zip than torch writes';
  if (header.readUInt16LE(32) !== 0) return 'has a comment in the directory, which torch does not write';
  if (header.readUInt16LE(34) !== 0) return 'claims to be in another part of the archive';
  return undefined;
}

/** Numbers that do not fit stand in the zip64 field, in this order and each only then. */
function placeOf(header: Buffer, zip64: Buffer | undefined): { size: number; offset: number } | string {
  const fields = [24, 20, 42].map((at) => header.readUInt32LE(at));
  const large = numbersOf(zip64);
  const moved = fields.filter((value) => value === 0xffffffff).length;
  if (large === undefined || large.length !== moved)
    return `has ${moved} numbers of 64 bits to look up, but a zip64 field for ${large?.length ?? 'none'} in the directory`;
  const [size, compressed, offset] = fields.map((value) => (value === 0xffffffff ? large.shift()! : value));
  if (size !== compressed) return `is stored, but has two sizes: ${size} and ${compressed}`;
  return { size: size!, offset: offset! };
}
