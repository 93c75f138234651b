/** The local headers of a zip archive beside its directory: each must agree with it, and nothing may lie between them. */
import { shownName } from '../../../base/shown.js';
import { CheckpointError, SAVE_AGAIN } from '../checkpointError.js';
import type { WindowReader } from '../windowReader.js';
import type { ListedEntry } from './directory.js';
import { extraFields, numbersOf, ZIP64 } from './extra.js';

export interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly crc32: number;
  /** Where its bytes begin. */
  readonly start: number;
}

const HEADER = 30;
/** Bit 3: the sizes follow the data. */
const SIZES_FOLLOW = 8;
/** Entries that are looked ahead at, to read many small ones at once. */
const AHEAD = 32;

/** In the order of the directory. Throws `CheckpointError` naming the entry and the field that differs. */
export async function placeEntries(
  path: string,
  file: WindowReader,
  entries: readonly ListedEntry[],
  directoryOffset: number,
): Promise<ZipEntry[]> {
  const bad = (found: string) => new CheckpointError('checkpoint-zip', path, found, SAVE_AGAIN);
  const ordered = entries.toSorted((a, b) => a.offset - b.offset);
  requireApart(ordered, directoryOffset, bad);
  const starts = new Map<ListedEntry, number>();
  for (const [i, entry] of ordered.entries()) {
    const next = ordered[i + 1];
    const limit = next?.offset ?? directoryOffset;
    file.expect((ordered[Math.min(i + AHEAD, ordered.length - 1)]!.offset - entry.offset) * 2);
    const start = await dataStart(file, entry, bad);
    const end = start + entry.size;
    if (end > limit) {
      throw bad(
        `the local header of ${shownName(entry.name)} moves it to byte ${start}, where it does not fit before the next entry`,
      );
    }
    const problem = gapProblem(
      entry,
      end === limit ? Buffer.alloc(0) : await file.bytes(end, Math.min(limit - end, 25)),
    );
    if (problem !== undefined)
      throw bad(`${shownName(entry.name)} ends at byte ${end}, ${problem} before byte ${limit}`);
    starts.set(entry, start);
  }
  return entries.map((entry) => ({
    name: entry.name,
    size: entry.size,
    crc32: entry.crc32,
    start: starts.get(entry)!,
  }));
}

type Bad = (found: string) => CheckpointError;

/** Entries that overlap would let a small file pass for a large one, and one tensor's bytes for another's. */
function requireApart(ordered: readonly ListedEntry[], directoryOffset: number, bad: Bad): void {
  for (const [i, entry] of ordered.entries()) {
    const next = ordered[i + 1];
    const end = entry.offset + HEADER + entry.nameBytes.length + entry.size;
    const limit = next?.offset ?? directoryOffset;
    if (end > limit)
      throw bad(
        `${shownName(entry.name)} extends to byte ${end}, into ${next === undefined ? 'the directory' : shownName(next.name)}`,
      );
  }
  const [first] = ordered;
  if (first !== undefined && first.offset !== 0)
    throw bad(`${first.offset} bytes lie before the first entry, ${shownName(first.name)}`);
}

async function dataStart(file: WindowReader, entry: ListedEntry, bad: Bad): Promise<number> {
  const header = await file.bytes(entry.offset, HEADER + entry.nameBytes.length);
  const differs = (what: string) =>
    bad(`the local header of ${shownName(entry.name)} contradicts the archive’s directory: ${what}`);
  if (header.length < HEADER || header.readUInt32LE(0) !== 0x04034b50) throw differs('it is missing');
  if (
    header.readUInt16LE(26) !== entry.nameBytes.length ||
    !header.subarray(HEADER).equals(entry.nameBytes)
  ) {
    const name = header.subarray(HEADER, HEADER + header.readUInt16LE(26)).toString('utf8');
    throw differs(`it is called ${shownName(name)} there`);
  }
  const extraStart = entry.offset + HEADER + entry.nameBytes.length;
  const extraLength = header.readUInt16LE(28);
  const extra =
    extraLength === 0 ? new Map<number, Buffer>() : extraFields(await file.bytes(extraStart, extraLength));
  if (typeof extra === 'string') throw bad(`${shownName(entry.name)} ${extra} in its local header`);
  const problem = headerProblem(header, entry) ?? sizeProblem(header, entry, extra.get(ZIP64));
  if (problem !== undefined) throw differs(problem);
  return extraStart + extraLength;
}

function headerProblem(header: Buffer, entry: ListedEntry): string | undefined {
  const [flags, method, crc] = [header.readUInt16LE(6), header.readUInt16LE(8), header.readUInt32LE(14)];
  if (flags !== entry.flags)
    return `its flags are 0x${flags.toString(16)} there and 0x${entry.flags.toString(16)} in the directory`;
  if (method !== 0) return 'it is compressed there and stored in the directory';
  const late = (flags & SIZES_FOLLOW) !== 0; // then torch leaves checksum and sizes zero here
  if (crc !== entry.crc32 && !(late && crc === 0)) return 'its checksum differs there';
  return undefined;
}

/** A size of 32 bits, or the one of 64 that it stands for. torch may put the offset into the same field. */
function sizeProblem(header: Buffer, entry: ListedEntry, zip64: Buffer | undefined): string | undefined {
  const late = (entry.flags & SIZES_FOLLOW) !== 0;
  const sizes = [header.readUInt32LE(18), header.readUInt32LE(22)];
  const large = numbersOf(zip64);
  if (
    large === undefined ||
    large.some((value) => value !== entry.size && value !== entry.offset && !(late && value === 0))
  )
    return 'its zip64 field holds different numbers there';
  const fits = (size: number) =>
    size === entry.size || (late && size === 0) || (size === 0xffffffff && large.includes(entry.size));
  const wrong = sizes.find((size) => !fits(size));
  return wrong === undefined ? undefined : `its size is ${wrong} there and ${entry.size} in the directory`;
}

/** After the data lies the descriptor that the flags announce, or nothing. */
function gapProblem({ flags, crc32, size }: ListedEntry, gap: Buffer): string | undefined {
  const announced = (flags & SIZES_FOLLOW) !== 0;
  if (gap.length === 0) return announced ? 'and the sizes that should follow it are missing' : undefined;
  if (!announced) return `and stray bytes lie`;
  const body = gap.length === 16 || gap.length === 24 ? gap.subarray(4) : gap;
  const signed = body === gap || gap.readUInt32LE(0) === 0x08074b50;
  const width = body.length === 12 ? 4 : body.length === 20 ? 8 : 0;
  const number = (at: number) => (width === 4 ? body.readUInt32LE(at) : Number(body.readBigUInt64LE(at)));
  const right =
    signed && width > 0 && body.readUInt32LE(0) === crc32 && number(4) === size && number(4 + width) === size;
  return right ? undefined : 'and the sizes that follow it differ from the directory’s';
}
