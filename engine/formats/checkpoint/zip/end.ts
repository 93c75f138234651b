/** Where a zip archive's directory is, according to end records that are unambiguous for every reader: at the very end, once, and consistent. */
import { CheckpointError, SAVE_AGAIN } from '../checkpointError.js';
import type { WindowReader } from '../windowReader.js';

export interface DirectoryPlace {
  readonly offset: number;
  /** In bytes; it ends where the end records begin. */
  readonly size: number;
  readonly entries: number;
}

const END = 22; // bytes of the end record without a comment
const LOCATOR = 20;
const LARGE_END = 56;
/** A reader looks for the end record as far back as the longest comment reaches. */
const MAX_COMMENT = 0xffff;
const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');

/** Throws `CheckpointError` when the end of the file is not an end record, or when the end records contradict each other or the file. */
export async function findDirectory(
  path: string,
  file: WindowReader,
  fileSize: number,
): Promise<DirectoryPlace> {
  const from = Math.max(0, fileSize - END - LOCATOR - LARGE_END);
  const tail = await file.bytes(from, fileSize - from);
  const bad = (found: string) => new CheckpointError('checkpoint-zip', path, found, SAVE_AGAIN);
  const end = tail.subarray(-END);
  if (end.length < END || !end.subarray(0, 4).equals(END_SIGNATURE)) throw await noEnd(path, file, fileSize);
  if (end.readUInt16LE(20) !== 0) throw bad('the archive’s end record announces a comment that is missing');
  const place = largePlace(tail, from, fileSize, bad) ?? smallPlace(end, fileSize - END, bad);
  if (end.readUInt32LE(4) !== 0)
    throw bad('the archive’s end record says that the archive has several parts');
  const written = [end.readUInt16LE(8), end.readUInt16LE(10), end.readUInt32LE(12), end.readUInt32LE(16)];
  const { entries, size, offset, endsAt } = place;
  const expected = [
    Math.min(entries, 0xffff),
    Math.min(entries, 0xffff),
    ...[size, offset].map((n) => Math.min(n, 0xffffffff)),
  ];
  if (written.some((value, i) => value !== expected[i]))
    throw bad(`the archive’s two end records differ: ${written.join(', ')} and ${expected.join(', ')}`);
  if (offset + size !== endsAt) {
    throw bad(
      `the archive’s directory should be at bytes ${offset} to ${offset + size}, but its end record begins at byte ${endsAt}`,
    );
  }
  return { offset, size, entries };
}

type Bad = (found: string) => CheckpointError;
type Place = DirectoryPlace & { readonly endsAt: number };

function smallPlace(end: Buffer, endsAt: number, bad: Bad): Place {
  const entries = end.readUInt16LE(10);
  const [size, offset] = [end.readUInt32LE(12), end.readUInt32LE(16)];
  if (entries === 0xffff || size === 0xffffffff || offset === 0xffffffff)
    throw bad('the archive’s end record refers to a zip64 record that is missing');
  return { entries, size, offset, endsAt };
}

/** By the zip64 records, which every reader prefers to the old one where it finds them; undefined where there are none. */
function largePlace(tail: Buffer, from: number, fileSize: number, bad: Bad): Place | undefined {
  const locator = tail.subarray(-END - LOCATOR, -END);
  if (locator.length < LOCATOR || locator.readUInt32LE(0) !== 0x07064b50) return undefined;
  const endsAt = fileSize - END - LOCATOR - LARGE_END;
  const record = tail.subarray(endsAt - from, endsAt - from + LARGE_END);
  const pointsThere = locator.readBigUInt64LE(8) === BigInt(endsAt) && locator.readUInt32LE(4) === 0;
  if (
    endsAt < 0 ||
    !pointsThere ||
    record.readUInt32LE(0) !== 0x06064b50 ||
    record.readBigUInt64LE(4) !== 44n
  )
    throw bad('the archive’s zip64 locator does not point to the zip64 record right before it');
  if (record.readBigUInt64LE(16) !== 0n || record.readBigUInt64LE(24) !== record.readBigUInt64LE(32))
    throw bad('the archive’s zip64 record says that the archive has several parts');
  const [entries, size, offset] = [32, 40, 48].map((at) => Number(record.readBigUInt64LE(at)));
  return { entries: entries!, size: size!, offset: offset!, endsAt };
}

async function noEnd(path: string, file: WindowReader, fileSize: number): Promise<CheckpointError> {
  const from = Math.max(0, fileSize - END - MAX_COMMENT);
  const found = (await file.bytes(from, fileSize - from)).lastIndexOf(END_SIGNATURE);
  if (found < 0) {
    const missing = 'the archive’s directory at the end of the file is missing: the file is truncated';
    return new CheckpointError('checkpoint-truncated', path, missing, SAVE_AGAIN);
  }
  const after = fileSize - from - found - END;
  const what =
    after < 0
      ? 'the archive’s end record is truncated'
      : `${after} bytes (a comment, or another file) follow the archive’s end record, where readers may find another one`;
  return new CheckpointError(after < 0 ? 'checkpoint-truncated' : 'checkpoint-zip', path, what, SAVE_AGAIN);
}
