/** Zarr stores whose metadata, names, links or chunks lead elsewhere or inflate. */
import { deflateSync, gzipSync } from 'node:zlib';
import { folder, type Piece, type Shape, type Tree } from '../shape.js';

type Pieces = Readonly<Record<string, Piece>>;
type Row = readonly [
  name: string,
  why: string,
  reader: 'zarr' | 'rows',
  expect: string,
  make: () => Piece,
  says?: RegExp,
];

const GROUP = '{"zarr_format": 2}';
const array = (change: Readonly<Record<string, unknown>> = {}) =>
  JSON.stringify({
    zarr_format: 2,
    shape: [2, 2],
    chunks: [2, 2],
    dtype: '<f4',
    compressor: null,
    fill_value: 0,
    order: 'C',
    filters: null,
    ...change,
  });
const ENDS = array({ shape: [1], chunks: [1], dtype: '<i8' });
const TWO = Buffer.of(2, 0, 0, 0, 0, 0, 0, 0);

/** A store of one episode of two steps; `action` and `more` are laid over the sound parts. */
function store(
  action: Pieces,
  more: { readonly meta?: Pieces; readonly root?: Pieces; readonly data?: Pieces } = {},
): Tree {
  return folder({
    '.zgroup': GROUP,
    meta: folder({ '.zgroup': GROUP, episode_ends: folder({ '.zarray': ENDS, '0': TWO, ...more.meta }) }),
    data: folder({
      '.zgroup': GROUP,
      action: folder({ '.zarray': array(), '0.0': new Uint8Array(16), ...action }),
      ...more.data,
    }),
    ...more.root,
  });
}

const said = (change: Readonly<Record<string, unknown>>): Tree => store({ '.zarray': array(change) });
const ends = (change: Readonly<Record<string, unknown>>, chunks: Pieces = {}): Tree =>
  store({}, { meta: { '.zarray': array({ shape: [1], chunks: [1], dtype: '<i8', ...change }), ...chunks } });
const deepText = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const listed = (names: readonly string[]) => ({
  '.zmetadata': JSON.stringify({
    metadata: Object.fromEntries(names.map((name) => [`data/${name}/.zarray`, JSON.parse(array())])),
  }),
});
const wide = { shape: [2, 1 << 23], chunks: [2, 1 << 23] }; // 64 MB
const bomb = new Uint8Array(1 << 26);

/** A blosc header with the sizes it claims. */
function blosc(inflated: number, compressed: number): Buffer {
  const header = Buffer.alloc(Math.max(16, compressed));
  header.set([2, 1, 0x33, 4]);
  header.writeUInt32LE(inflated, 4);
  header.writeUInt32LE(inflated, 8);
  header.writeUInt32LE(compressed, 12);
  return header;
}

const ROWS: readonly Row[] = [
  ['a sound store', 'the table itself is sound', 'rows', 'opaque', () => store({})],
  ['a file', 'no folder', 'zarr', 'zarr-unsupported', () => 'text'],
  ['a zipped store', 'is not unpacked', 'zarr', 'zarr-unsupported', () => 'PK\x03\x04', /zipped/],
  ['a pipe', 'opening it would wait for ever', 'zarr', 'zarr-unsupported', () => ({ pipe: true })],
  ['an empty folder', 'no store', 'zarr', 'zarr-missing', () => folder({})],
  [
    'metadata of 10,000 levels',
    'overflows whoever shows it',
    'zarr',
    'zarr-metadata',
    () => store({ '.zarray': deepText(10_000) }),
  ],
  [
    'a shape of 10,000 levels',
    'likewise, inside a sound document',
    'zarr',
    'zarr-metadata',
    () => store({ '.zarray': array({ shape: 'HERE' }).replace('"HERE"', deepText(10_000)) }),
    /nested too deeply/,
  ],
  [
    'a fill value of 10,000 levels',
    'likewise',
    'zarr',
    'zarr-metadata',
    () => store({ '.zarray': array({ fill_value: 'HERE' }).replace('"HERE"', deepText(10_000)) }),
  ],
  [
    'attributes of 10,000 levels',
    'only a form of rotations is read of them',
    'zarr',
    'opaque',
    () => store({ '.zattrs': deepText(10_000) }),
  ],
  [
    'metadata of six megabytes',
    'is bounded before it is parsed',
    'zarr',
    'zarr-chunk',
    () => store({ '.zarray': ' '.repeat(6 << 20) }),
  ],
  [
    'metadata that is a pipe',
    'opening it would wait for ever',
    'zarr',
    'zarr-unsupported',
    () => store({ '.zarray': { pipe: true } }),
  ],
  [
    'metadata that is a folder',
    'is not a file',
    'zarr',
    'zarr-unsupported',
    () => store({ '.zarray': folder({}) }),
  ],
  ['metadata that is not JSON', 'is damaged', 'zarr', 'zarr-metadata', () => store({ '.zarray': '{' })],
  [
    'metadata that is not UTF-8',
    'is damaged',
    'zarr',
    'zarr-metadata',
    () => store({ '.zarray': Buffer.of(0xff) }),
  ],
  ['metadata of null', 'is damaged', 'zarr', 'zarr-metadata', () => store({ '.zarray': 'null' })],
  [
    'keys called __proto__',
    'must not give every object a shape',
    'zarr',
    'zarr-metadata',
    () => store({ '.zarray': `{"__proto__": ${array()}}` }),
  ],
  [
    'a dtype of __proto__',
    'a name that every table has',
    'zarr',
    'zarr-metadata',
    () => said({ dtype: '__proto__' }),
  ],
  [
    'a codec called constructor',
    'a name that every table has',
    'zarr',
    'zarr-codec',
    () => said({ compressor: { id: 'constructor' } }),
  ],
  [
    'a codec that pickles',
    'numcodecs has one, which runs code',
    'zarr',
    'zarr-codec',
    () => said({ compressor: { id: 'pickle' } }),
  ],
  ['a filter that pickles', 'likewise', 'zarr', 'zarr-codec', () => said({ filters: [{ id: 'pickle' }] })],
  ['an array of objects', 'holds pickles', 'zarr', 'zarr-metadata', () => said({ dtype: '|O' })],
  [
    'a shape of 2^60',
    'products beyond 2^53 are wrong',
    'zarr',
    'zarr-metadata',
    () => said({ shape: [2 ** 30, 2 ** 30] }),
  ],
  ['a negative shape', 'is none', 'zarr', 'zarr-metadata', () => said({ shape: [-2, 2] })],
  ['chunks of nothing', 'would divide by zero', 'zarr', 'zarr-metadata', () => said({ chunks: [0, 2] })],
  [
    'a chunk of a gigabyte',
    'is held in memory whole',
    'zarr',
    'zarr-metadata',
    () => said({ shape: [2, 2 ** 27], chunks: [2, 2 ** 27] }),
  ],
  [
    'a million dimensions',
    'NumPy has 32',
    'zarr',
    'zarr-metadata',
    () => said({ shape: Array(1e6).fill(1), chunks: Array(1e6).fill(1) }),
  ],
  [
    'ten million episodes in chunks of one',
    'ten million files to look for',
    'zarr',
    'zarr-range',
    () => ends({ shape: [1e7] }),
  ],
  [
    'a hundred million episodes',
    'no recorder has them',
    'zarr',
    'zarr-episode-ends',
    () => ends({ shape: [1e8], chunks: [1e6] }),
  ],
  [
    'episodes that end before they begin',
    'would index backwards',
    'zarr',
    'zarr-episode-ends',
    () => ends({ shape: [2], chunks: [2] }, { '0': Buffer.concat([TWO, Buffer.alloc(8, 0xff)]) }),
  ],
  [
    'an episode that ends at 2^63',
    'beyond every array',
    'zarr',
    'zarr-episode-ends',
    () => ends({}, { '0': Buffer.from('ffffffffffffff7f', 'hex') }),
  ],
  [
    'another length than the episodes say',
    'indices would leave the array',
    'zarr',
    'zarr-episode-ends',
    () => said({ shape: [3, 2] }),
  ],
  [
    'two thousand listed arrays',
    'each is opened',
    'zarr',
    'zarr-metadata',
    () => store({}, { root: listed(Array.from({ length: 2000 }, (_, i) => `a${i}`)) }),
    /2,001 arrays/,
  ],
  [
    'eight hundred listed arrays',
    'the list is read once',
    'zarr',
    'opaque',
    () => store({}, { root: listed(Array.from({ length: 800 }, (_, i) => `a${i}`)) }),
  ],
  [
    'a listed array called ..',
    'leads out of the store',
    'zarr',
    'zarr-outside',
    () => store({}, { root: listed(['..']) }),
  ],
  [
    'a listed array with backslashes',
    'leads out of the store on Windows',
    'zarr',
    'zarr-outside',
    () => store({}, { root: listed(['..\\..\\x']) }),
  ],
  [
    'a listed array of a long name',
    'longer than a file name may be',
    'zarr',
    'zarr-metadata',
    () => store({}, { root: listed(['x'.repeat(5000)]) }),
  ],
  [
    'a listed array with a NUL',
    'ends the name for C',
    'zarr',
    'zarr-outside',
    () => store({}, { root: listed(['a\0b']) }),
  ],
  [
    'an array that is a link out of the store',
    'reads another’s files',
    'zarr',
    'zarr-outside',
    () =>
      store(
        {},
        {
          root: { '../neighbour': folder({ '.zarray': array() }) },
          data: { secret: { link: '../../neighbour' } },
        },
      ),
  ],
  [
    'data that is a link out of the store',
    'likewise',
    'zarr',
    'zarr-outside',
    () => store({}, { root: { data: { link: '/etc' } } }),
  ],
  ['data that is a file', 'has no arrays', 'zarr', 'zarr-metadata', () => store({}, { root: { data: 'x' } })],
  [
    'links in a circle',
    'never end',
    'zarr',
    'zarr-metadata',
    () => store({}, { data: { a: { link: 'b' }, b: { link: 'a' } } }),
    /ELOOP/,
  ],
  [
    'metadata that is a link out of the store',
    'reads another’s file',
    'zarr',
    'zarr-outside',
    () => store({ '.zarray': { link: '/etc/passwd' } }),
  ],
  [
    'a chunk that is a link out of the store',
    'another’s bytes become training data',
    'rows',
    'zarr-outside',
    () => store({ '0.0': { link: '/etc/passwd' } }),
  ],
  [
    'a chunk that is a pipe',
    'opening it would wait for ever',
    'rows',
    'zarr-unsupported',
    () => store({ '0.0': { pipe: true } }),
  ],
  [
    'a chunk that is a folder',
    'is not a file',
    'rows',
    'zarr-unsupported',
    () => store({ '0.0': folder({}) }),
  ],
  [
    'a chunk that is too short',
    'is cut off',
    'rows',
    'zarr-chunk',
    () => store({ '0.0': new Uint8Array(15) }),
  ],
  [
    'a chunk that is far too long',
    'is not read whole',
    'rows',
    'zarr-chunk',
    () => store({ '0.0': new Uint8Array(1 << 20) }),
  ],
  [
    'a blosc chunk that claims 4 GB',
    'is asked before it is allocated',
    'rows',
    'zarr-chunk',
    () => store({ '.zarray': array({ compressor: { id: 'blosc' } }), '0.0': blosc(0xffffffff, 32) }),
    /inflates to 4294967295/,
  ],
  [
    'a blosc chunk shorter than its header says',
    'reads behind its end',
    'rows',
    'zarr-chunk',
    () =>
      store({ '.zarray': array({ compressor: { id: 'blosc' } }), '0.0': blosc(16, 9999).subarray(0, 32) }),
  ],
  [
    'a blosc chunk of nonsense',
    'offsets inside point anywhere',
    'rows',
    'zarr-chunk',
    () => store({ '.zarray': array({ compressor: { id: 'blosc' } }), '0.0': blosc(16, 64).fill(0xff, 16) }),
  ],
  [
    'an lz4 chunk that claims 4 GB',
    'is asked before it is allocated',
    'rows',
    'zarr-chunk',
    () => store({ '.zarray': array({ compressor: { id: 'lz4' } }), '0.0': Buffer.alloc(32, 0xff) }),
  ],
  [
    'a zstd chunk without a size',
    'cannot be bounded',
    'rows',
    'zarr-chunk',
    () =>
      store({
        '.zarray': array({ compressor: { id: 'zstd' } }),
        '0.0': Buffer.from('28b52ffd0000010000', 'hex'),
      }),
  ],
  [
    'a zstd chunk that claims 2^60',
    'is asked before it is allocated',
    'rows',
    'zarr-chunk',
    () =>
      store({
        '.zarray': array({ compressor: { id: 'zstd' } }),
        '0.0': Buffer.from('28b52ffdc0000000000000001000', 'hex'),
      }),
  ],
  [
    'a zlib chunk that inflates to 64 MB',
    'the array declares 16 bytes',
    'rows',
    'zarr-chunk',
    () => store({ '.zarray': array({ compressor: { id: 'zlib' } }), '0.0': deflateSync(bomb) }),
  ],
  [
    'a gzip chunk that inflates to 64 MB',
    'likewise',
    'rows',
    'zarr-chunk',
    () => store({ '.zarray': array({ compressor: { id: 'gzip' } }), '0.0': gzipSync(bomb) }),
  ],
  [
    'a chunk of 64 MB from 64 kB',
    'as declared: bearable',
    'rows',
    'opaque',
    () => store({ '.zarray': array({ ...wide, compressor: { id: 'zlib' } }), '0.0': deflateSync(bomb) }),
  ],
  [
    'a read of a million missing chunks',
    'a million files to look for',
    'rows',
    'zarr-range',
    () => said({ shape: [2, 1e6], chunks: [2, 1] }),
  ],
  [
    'a read of four gigabytes of nothing',
    'missing chunks are filled',
    'rows',
    'zarr-range',
    () => said({ shape: [2, 2 ** 29], chunks: [1, 2 ** 23] }),
  ],
];

export const storeShapes: readonly Shape[] = ROWS.map(([name, why, reader, expect, make, says]) => ({
  name: `a zarr store: ${name}`,
  why,
  reader,
  make,
  expect,
  ...(says && { says }),
}));
