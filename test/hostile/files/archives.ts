/** Archives whose parts contradict each other: what one reader of a zip sees, another does not. */
import { deflateRawSync } from 'node:zlib';
import type { Piece, Shape } from '../shape.js';
import { folder } from '../shape.js';
import { archive, checkpoint, index, SOUND, storage } from './payloads.js';
import type { Entry } from './zip.js';

type Row = readonly [name: string, why: string, expect: string, make: () => Piece, says?: RegExp];

const sound = index(SOUND);
const other = (entry: Entry, change: Partial<Entry>): Entry => ({ ...entry, ...change });
/** 64 MB of zeros in 64 kB. */
const bomb = deflateRawSync(new Uint8Array(1 << 26));

const ROWS: readonly Row[] = [
  ['an archive without lies', 'the table itself is sound', 'opaque', () => checkpoint(SOUND)],
  ['an empty file', 'a broken download', 'checkpoint-truncated', () => new Uint8Array(), /empty/],
  [
    'a git-lfs pointer',
    'a clone without git-lfs',
    'checkpoint-not-torch',
    () => 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 3\n',
    /git-lfs/,
  ],
  [
    'safetensors',
    'read as what it is, and cut off',
    'safetensors',
    () => Buffer.from('\x10\0\0\0\0\0\0\0{"a":{}}', 'latin1'),
    /claims 16 bytes/,
  ],
  ['gzip', 'another format', 'checkpoint-not-torch', () => Buffer.of(0x1f, 0x8b, 8, 0), /gzip/],
  [
    'a bare pickle',
    'a pickle behind the extension of a checkpoint',
    'checkpoint-not-torch',
    () => Buffer.from('\x80\x04}.', 'latin1'),
    /pickle/,
  ],
  [
    'a legacy file of torch',
    'CVE-2025-32434: weights_only was not kept for the older formats',
    'checkpoint-legacy',
    () => Buffer.from('80028a0a6cfc9c46f9206aa850192e80024de9032e', 'hex'),
  ],
  [
    'a tar of torch',
    'CVE-2025-32434: the oldest format, whose parts are pickles on their own',
    'checkpoint-legacy',
    () => tar('storages', Buffer.from('\x80\x02cos\nsystem\nX\x04\0\0\0true\x85R.', 'latin1')),
  ],
  ['a text', 'no archive at all', 'checkpoint-not-torch', () => 'hello world', /starts with "hello wo"/],
  ['a folder', 'no file at all', 'checkpoint-missing', () => folder({})],
  ['a pipe', 'opening it would wait for ever', 'checkpoint-missing', () => ({ pipe: true })],
  ['a link to nowhere', 'is missing', 'checkpoint-missing', () => ({ link: 'nowhere' })],
  [
    'an index with a wrong CRC',
    'CVE-2025-10156: scanners stopped at the checksum, torch does not look at it',
    'checkpoint-zip',
    () => archive([other(sound, { central: { crc: 1 }, local: { crc: 1 } }), storage(16)]),
    /checksum/,
  ],
  [
    'a broken entry before the index',
    'CVE-2025-10156: scanners gave up at the first bad entry and called the rest clean',
    'checkpoint-zip',
    () => archive([{ name: 'run/a', data: new Uint8Array(4), central: { size: 9e8 } }, sound, storage(16)]),
  ],
  [
    'an encrypted index',
    'CVE-2025-1945: scanners skipped entries whose flags are odd',
    'checkpoint-zip',
    () => archive([other(sound, { central: { flags: 1, compressed: sound.data.length + 12 } }), storage(16)]),
    /encrypted/,
  ],
  [
    'an index whose local flags say encrypted',
    'CVE-2025-1945, in the other header',
    'checkpoint-zip',
    () => archive([other(sound, { local: { flags: 1 } }), storage(16)]),
    /contradicts/,
  ],
  [
    'another name in the local header',
    'CVE-2025-1944: the directory and the entry name different files',
    'checkpoint-zip',
    () => archive([other(sound, { local: { name: 'run/evil.pkl' } }), storage(16)]),
    /contradicts/,
  ],
  [
    'a shorter size in the local header',
    'the two halves show different bytes',
    'checkpoint-zip',
    () => archive([other(sound, { local: { size: 1 } }), storage(16)]),
    /contradicts/,
  ],
  [
    'a compressed local header',
    'stored for one reader, deflated for another',
    'checkpoint-zip',
    () => archive([other(sound, { local: { method: 8 } }), storage(16)]),
    /contradicts/,
  ],
  [
    'no local header where the directory points',
    'is damaged',
    'checkpoint-zip',
    () => archive([storage(16), other(sound, { local: { signature: 0 } })]),
    /contradicts/,
  ],
  [
    'a zip bomb as the index',
    'a thousand bytes for each one',
    'checkpoint-zip',
    () =>
      archive([
        { name: 'run/data.pkl', data: bomb, central: { method: 8, size: 1 << 26, compressed: bomb.length } },
      ]),
    /compressed/,
  ],
  [
    'a zip bomb as a storage',
    'likewise',
    'checkpoint-zip',
    () =>
      archive([
        sound,
        { name: 'run/data/0', data: bomb, central: { method: 8, size: 1 << 26, compressed: bomb.length } },
      ]),
    /compressed/,
  ],
  [
    'an index of 4 GB that is not there',
    'a size does not make a reader allocate',
    'checkpoint-zip',
    () => archive([other(sound, { central: { size: 0xfffffff0 } })]),
    /extends to byte/,
  ],
  [
    'two indices in two folders',
    'which of them does torch take?',
    'checkpoint-not-torch',
    () => archive([sound, { ...sound, name: 'other/data.pkl' }, storage(16)]),
    /2 indices/,
  ],
  [
    'the index twice under one name',
    'the first for the scanner, the last for torch',
    'checkpoint-zip',
    () => archive([sound, sound, storage(16)]),
    /twice/,
  ],
  [
    'an index in another spelling',
    'a file system that ignores case would merge them',
    'checkpoint-zip',
    () => archive([sound, { ...sound, name: 'run/DATA.PKL' }, storage(16)]),
    /run\/data\.pkl and run\/DATA\.PKL differ only in case/,
  ],
  [
    'entries that share their bytes',
    'a small file that claims to be large',
    'checkpoint-zip',
    () => archive([sound, storage(16), other(storage(16, '1'), { central: { offset: 0 } })]),
    /into/,
  ],
  [
    'an entry that begins inside another',
    'one tensor’s bytes pass for another’s',
    'checkpoint-zip',
    () =>
      archive([
        sound,
        storage(64),
        other(storage(16, '1'), { central: { offset: index(SOUND).data.length + 60 } }),
      ]),
    /into/,
  ],
  [
    'a thousand entries over one megabyte',
    'an overlapping bomb: a gigabyte from one',
    'checkpoint-zip',
    () =>
      archive([
        sound,
        storage(1 << 20),
        ...Array.from({ length: 1000 }, (_, i) =>
          other(storage(0, `${i + 1}`), { central: { size: 1 << 19, offset: 2000 + i } }),
        ),
      ]),
    /into/,
  ],
  [
    'a name that climbs out',
    'must not be followed',
    'checkpoint-zip',
    () => archive([{ ...storage(1), name: '../../etc/passwd' }, sound]),
  ],
  [
    'an absolute name',
    'must not be followed',
    'checkpoint-zip',
    () => archive([{ ...storage(1), name: '/etc/passwd' }, sound]),
  ],
  [
    'a name with a drive',
    'must not be followed',
    'checkpoint-zip',
    () => archive([{ ...storage(1), name: 'C:/windows' }, sound]),
  ],
  [
    'a name with backslashes',
    'is a path on Windows',
    'checkpoint-zip',
    () => archive([{ ...storage(1), name: '..\\..\\x' }, sound]),
  ],
  [
    'no index',
    'another archive',
    'checkpoint-not-torch',
    () => archive([{ name: 'word/document.xml', data: new Uint8Array(3) }]),
  ],
  [
    'TorchScript',
    'code rather than a state',
    'checkpoint-not-torch',
    () => archive([{ name: 'model/constants.pkl', data: new Uint8Array(3) }]),
  ],
  [
    'fewer entries than counted',
    'the directory ends early',
    'checkpoint-zip',
    () => archive([sound], { entries: 2000 }),
  ],
  [
    'a directory beyond the file',
    'is cut off',
    'checkpoint-zip',
    () => archive([sound], { directoryOffset: 0x7fffffff }),
  ],
  [
    'sixty thousand entries',
    'a directory that costs more than its file: bearable',
    'opaque',
    () => archive([sound, storage(16), ...Array.from({ length: 60_000 }, (_, i) => storage(0, `${i + 1}`))]),
  ],
  [
    'an index that claims a gigabyte',
    'is held in memory, so it is bounded',
    'checkpoint-zip',
    () => archive([other(sound, { central: { size: 1 << 30 }, local: { size: 1 << 30 } })]),
  ],
  [
    'a byte order of its own',
    'neither little nor big',
    'checkpoint-zip',
    () => archive([sound, storage(16), { name: 'run/byteorder', data: Buffer.from('middle') }]),
    /byteorder/,
  ],
  [
    'a byte order of a megabyte',
    'is a word',
    'checkpoint-zip',
    () => archive([sound, storage(16), { name: 'run/byteorder', data: new Uint8Array(1 << 20) }]),
  ],
  [
    'a file inside the archive that is a link',
    'nothing is unpacked, so nothing is followed',
    'opaque',
    () => archive([sound, storage(16), { name: 'run/link', data: Buffer.from('/etc/passwd') }]),
  ],
];

/** One file in the oldest archive format. */
function tar(name: string, data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(data.length.toString(8).padStart(11, '0'), 124);
  header.write('ustar', 257);
  return Buffer.concat([header, Buffer.alloc(512, data), Buffer.alloc(1024)]);
}

export const archiveShapes: readonly Shape[] = [
  ...ROWS.map(
    ([name, why, expect, make, says]): Shape => ({
      name: `a checkpoint: ${name}`,
      why,
      reader: 'checkpoint',
      make,
      expect,
      ...(says && { says }),
    }),
  ),
  {
    name: 'a storage moved by its local header into the next one',
    why: 'the extra field of the local header is not in the directory',
    reader: 'tensors',
    make: () =>
      archive([
        sound,
        other(storage(16), {
          local: { extra: new Uint8Array(24) },
          data: new Uint8Array(0),
          central: { size: 16 },
        }),
        storage(64, '1'),
      ]),
    expect: 'checkpoint-zip',
  },
];
