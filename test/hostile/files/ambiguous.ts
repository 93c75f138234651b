/** Archives that PyTorch, Python's zipfile and unzip read differently, each made from a sound one by a single lie. */
import { crc32 } from 'node:zlib';
import type { Shape } from '../shape.js';
import { archive, call, index, SOUND, storage, tensor, training, VERSION } from './payloads.js';
import { type End, type Entry, extra, layout, u16, u32, u64, zip, zip64End } from './zip.js';

type Row = readonly [name: string, make: () => Uint8Array, says: RegExp];

const sound = index(SOUND);
/** What an attacker would have PyTorch load. */
const evil = index(training({ weight: tensor([2], [1]), call: call('os', 'system', 'true') }));
const named = (entry: Entry, name: string): Entry => ({ ...entry, name });
const other = (entry: Entry, change: Partial<Entry>): Entry => ({ ...entry, ...change });
const data = storage(16);
const EXTRA_NAME = extra(
  0x7075,
  Buffer.concat([Buffer.of(1), u32(crc32(Buffer.from('run/x.pkl'))), Buffer.from('run/data.pkl')]),
);
const descriptor = (bytes: Uint8Array, size = bytes.length) =>
  Buffer.concat([u32(0x08074b50, crc32(bytes), size, size)]);
const late = (entry: Entry, after: Uint8Array): Entry =>
  other(entry, { local: { flags: 0x808, crc: 0, size: 0 }, central: { flags: 0x808 }, after });

const whole = [sound, data, VERSION];
const { offset, size } = layout(whole);
const ended = (end: End) => zip(whole, end);

const NAMES: readonly Row[] = [
  [
    'an evil index in capitals first',
    () => archive([named(evil, 'run/DATA.PKL'), sound, data]),
    /differ only in case/,
  ],
  [
    'an evil index in capitals last',
    () => archive([sound, data, named(evil, 'run/Data.pkl')]),
    /differ only in case/,
  ],
  [
    'a storage in another case',
    () => archive([sound, named(data, 'run/data/A'), named(data, 'run/data/a')]),
    /differ only in case/,
  ],
  [
    'the folder in another case',
    () => archive([named(evil, 'RUN/data.pkl'), sound, data]),
    /differ only in case/,
  ],
  [
    'another folder first',
    () => archive([named(data, 'other/data/0'), sound, data]),
    /outside the archive’s folder run/,
  ],
  [
    'another folder last',
    () => archive([sound, data, named(data, 'other/data/0')]),
    /outside the archive’s folder run/,
  ],
  [
    'an entry without a folder',
    () => archive([sound, data, named(data, 'data.pkl')]),
    /outside the archive’s folder run/,
  ],
  [
    'a second name in Info-ZIP’s field',
    () => archive([other(named(evil, 'run/x.pkl'), { central: { extra: EXTRA_NAME } }), sound, data]),
    /0x7075/,
  ],
  [
    'a second name in the local header',
    () => archive([other(named(evil, 'run/x.pkl'), { local: { extra: EXTRA_NAME } }), sound, data]),
    /0x7075/,
  ],
  ['a NUL in a name', () => archive([named(evil, 'run/data.pkl\0x'), sound, data]), /control character/],
  ['a line feed in a name', () => archive([named(data, 'run/data/0\n'), sound, data]), /control character/],
  [
    'a folder that is left',
    () => archive([sound, data, named(evil, 'run/x/../data.pkl')]),
    /leaves its folder/,
  ],
  ['an empty folder name', () => archive([sound, data, named(evil, 'run//data.pkl')]), /leaves its folder/],
  ['a backslash', () => archive([sound, data, named(evil, 'run\\data.pkl')]), /backslash/],
  [
    'a name of 600 bytes',
    () => archive([sound, data, named(data, `run/data/${'0'.repeat(600)}`)]),
    /has a name of 609 bytes/,
  ],
  [
    'a name without its encoding',
    () => archive([sound, data, named(data, 'run/data/é')]),
    /guess its encoding/,
  ],
  ['constants of TorchScript', () => archive([sound, data, named(data, 'run/constants.pkl')]), /TorchScript/],
  ['no version', () => zip([sound, data]), /no run\/version/],
  [
    'a version of the future',
    () => zip([sound, data, other(VERSION, { data: Buffer.from('11\n') })]),
    /not a format version/,
  ],
  [
    'a version that is a word',
    () => zip([sound, data, other(VERSION, { data: Buffer.from('new\n') })]),
    /not a format version/,
  ],
  ['two versions', () => archive([sound, data, named(VERSION, 'run/.data/version')]), /two run\/version/],
];

const HEADERS: readonly Row[] = [
  [
    'a longer size in the local header',
    () => archive([other(sound, { local: { size: sound.data.length + 8 } }), data]),
    /its size is/,
  ],
  [
    'another checksum in the local header',
    () => archive([other(sound, { local: { crc: 7 } }), data]),
    /checksum/,
  ],
  [
    'other flags in the local header',
    () => archive([other(sound, { local: { flags: 0x800 } }), data]),
    /flags/,
  ],
  [
    'patched data',
    () => archive([other(sound, { central: { flags: 0x20 }, local: { flags: 0x20 } }), data]),
    /flags 0x20/,
  ],
  [
    'strong encryption',
    () => archive([other(sound, { central: { flags: 0x40 }, local: { flags: 0x40 } }), data]),
    /encrypted/,
  ],
  [
    'hidden headers',
    () => archive([other(sound, { central: { flags: 0x2000 }, local: { flags: 0x2000 } }), data]),
    /encrypted/,
  ],
  [
    'AES in an extra field',
    () => archive([other(sound, { central: { extra: extra(0x9901, Buffer.alloc(7)) } }), data]),
    /0x9901/,
  ],
  [
    'an extra field that ends too late',
    () => archive([other(sound, { central: { extra: u16(0x5455, 99) } }), data]),
    /beyond its header/,
  ],
  [
    'a compressed size of its own',
    () => archive([other(sound, { central: { compressed: 4 } }), data]),
    /two sizes/,
  ],
  [
    'zip64 sizes without need',
    () => archive([other(sound, { central: { extra: extra(1, u64(4)) } }), data]),
    /0 numbers of 64 bits/,
  ],
  [
    'zip64 sizes that are missing',
    () => archive([other(sound, { central: { size: 0xffffffff } }), data]),
    /2 numbers of 64 bits/,
  ],
  [
    'other zip64 sizes in the local header',
    () => archive([other(sound, { local: { size: 0xffffffff, extra: extra(1, u64(4, 4)) } }), data]),
    /zip64 field/,
  ],
  [
    'an entry with a comment',
    () => archive([other(sound, { central: { comment: 'x' } }), data]),
    /has a comment/,
  ],
  ['another disk', () => archive([other(sound, { central: { disk: 1 } }), data]), /another part/],
  [
    'a version of zip to come',
    () => archive([other(sound, { central: { version: 63 } }), data]),
    /newer version/,
  ],
  [
    'bytes between entries',
    () => archive([other(sound, { after: Buffer.from('PK\x03\x04hidden') }), data]),
    /stray bytes/,
  ],
  ['sizes that should follow', () => archive([late(sound, new Uint8Array()), data]), /are missing/],
  [
    'other sizes that follow',
    () => archive([late(sound, descriptor(sound.data, 4)), data]),
    /differ from the directory/,
  ],
  [
    'another checksum that follows',
    () => archive([late(sound, descriptor(Buffer.alloc(sound.data.length))), data]),
    /differ from the directory/,
  ],
];

const ENDS: readonly Row[] = [
  [
    'bytes before the archive',
    () => zip(whole, { prefix: zip([evil, VERSION]) }),
    /bytes lie before the first entry/,
  ],
  [
    'an archive behind the archive',
    () => Buffer.concat([zip(whole), zip([evil, VERSION])]),
    /begins at byte/,
  ],
  ['one byte behind the archive', () => ended({ suffix: Buffer.of(0) }), /1 bytes .* follow/],
  [
    'a comment with an end record',
    () => ended({ commentLength: 22, suffix: Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]) }),
    /directory/,
  ],
  ['a comment', () => ended({ commentLength: 5, suffix: Buffer.from('hello') }), /5 bytes .* follow/],
  ['a comment that is not there', () => ended({ commentLength: 5 }), /comment that is missing/],
  ['one entry less than there are', () => ended({ entries: 2 }), /after its last entry/],
  ['bytes between the directory and its end', () => ended({ between: Buffer.alloc(8) }), /end record begins/],
  ['a smaller directory', () => ended({ directorySize: size - 1 }), /end record begins/],
  ['a later directory', () => ended({ directoryOffset: offset + 1 }), /end record begins/],
  [
    'a zip64 record of another directory',
    () => ended({ between: zip64End(1, size, offset) }),
    /two end records differ/,
  ],
  ['a zip64 record at another place', () => ended({ between: zip64End(3, size, offset, 0) }), /locator/],
  ['a zip64 locator alone', () => ended({ between: zip64End(3, size, offset).subarray(56) }), /locator/],
  [
    'numbers for a zip64 record that is missing',
    () => ended({ entries: 0xffff }),
    /zip64 record that is missing/,
  ],
];

const SOUND_ONES: readonly (readonly [name: string, make: () => Uint8Array])[] = [
  [
    'sizes that follow, as torch writes them',
    () => archive([late(sound, descriptor(sound.data)), late(data, descriptor(data.data))]),
  ],
  ['a zip64 end as torch writes it', () => ended({ between: zip64End(3, size, offset) })],
  [
    'padding as torch writes it',
    () => archive([other(sound, { local: { extra: extra(0x4246, Buffer.alloc(40, 'Z')) } }), data]),
  ],
  [
    'times and owners as zip writes them',
    () =>
      archive([
        other(sound, {
          local: { extra: extra(0x5455, Buffer.alloc(9)) },
          central: { extra: extra(0x5455, Buffer.alloc(5)) },
        }),
        data,
      ]),
  ],
  [
    'folders as entries of their own',
    () => archive([named(storage(0), 'run/'), named(storage(0), 'run/data/'), sound, data]),
  ],
];

export const ambiguousShapes: readonly Shape[] = [
  ...[...NAMES, ...HEADERS, ...ENDS].map(
    ([name, make, says]): Shape => ({
      name: `two readings: ${name}`,
      why: 'what one reader takes for the index, another does not',
      reader: 'checkpoint',
      make,
      expect: 'checkpoint-zip',
      says,
    }),
  ),
  ...SOUND_ONES.map(
    ([name, make]): Shape => ({
      name: `one reading: ${name}`,
      why: 'must not be refused',
      reader: 'checkpoint',
      make,
      expect: 'opaque',
    }),
  ),
];
