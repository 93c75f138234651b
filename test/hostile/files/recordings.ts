/** Recordings whose pickle, metadata or frames were crafted. */
import { readFileSync } from 'node:fs';
import type { NdArray } from '../../../engine/formats/ndarray.js';
import { type PickleValue, PyDict } from '../../../engine/formats/pickle/model.js';
import { fromNdArray } from '../../../engine/formats/pickle/numpy.js';
import { writePickle } from '../../../engine/formats/pickle/write.js';
import { fixture } from '../../formats/checkpoint/files.js';
import { assemble } from '../pickle/assemble.js';
import { folder, type Piece, type Shape } from '../shape.js';
import { call } from './payloads.js';

type Row = readonly [name: string, why: string, expect: string, make: () => Piece, says?: RegExp];

const STEPS = 2;
const floats = (shape: readonly number[]): NdArray => ({
  dtype: '<f4',
  shape,
  data: new Uint8Array(4 * shape.reduce((a, b) => a * b, 1)),
});
const SOUND: Readonly<Record<string, PickleValue>> = {
  robot_eef_pose: fromNdArray(floats([STEPS, 7])),
  action: fromNdArray(floats([STEPS, 7])),
  action_gripper: fromNdArray(floats([STEPS])),
};

function episode(
  pieces: Readonly<Record<string, Piece>>,
  arrays: Readonly<Record<string, PickleValue>> = {},
): Piece {
  return folder({
    'data.pkl': writePickle(PyDict.of({ ...SOUND, ...arrays }), { protocol: 4 }),
    'meta.json': `{"n_steps": ${STEPS}}`,
    images: folder({ 'frame_0000.jpg': 'x', 'frame_0001.jpg': 'x' }),
    ...pieces,
  });
}

const levels = (count: number) => '['.repeat(count) + ']'.repeat(count);
const wide: NdArray = { dtype: '<f4', shape: [STEPS, 1 << 18], data: new Uint8Array(4 * STEPS * 2 ** 18) };

const EPISODES: readonly Row[] = [
  ['a sound episode', 'the table itself is sound', 'opaque', () => episode({})],
  [
    'a call instead of the arrays',
    'the textbook payload',
    'episode-file',
    () =>
      episode({
        'data.pkl': assemble(['GLOBAL', 'os', 'system'], ['UNICODE', 'true'], 'TUPLE1', 'REDUCE', 'STOP'),
      }),
    /os\.system/,
  ],
  [
    'a call beside the arrays',
    'is noted, the arrays are used',
    'opaque',
    () => episode({}, { hook: call('os', 'system', 'true') }),
  ],
  [
    'a pickle that is cut off',
    'a broken copy',
    'episode-file',
    () => episode({ 'data.pkl': assemble(['PROTO', 4], 'EMPTY_DICT') }),
  ],
  [
    'a pickle that is a pipe',
    'opening it would wait for ever',
    'episode-file',
    () => episode({ 'data.pkl': { pipe: true } }),
  ],
  ['a pickle that is a folder', 'is not a file', 'episode-file', () => episode({ 'data.pkl': folder({}) })],
  [
    'meta.json of 10,000 levels',
    'overflows whoever shows it',
    'episode-file',
    () => episode({ 'meta.json': levels(10_000) }),
  ],
  [
    'n_steps of 10,000 levels',
    'likewise',
    'episode-file',
    () => episode({ 'meta.json': `{"n_steps": ${levels(10_000)}}` }),
    /nested too deeply/,
  ],
  [
    'n_steps of 2^53',
    'a count does not make a reader allocate',
    'episode-arrays',
    () => episode({ 'meta.json': `{"n_steps": ${Number.MAX_SAFE_INTEGER}}` }),
  ],
  [
    'n_steps of Infinity',
    'is not a count',
    'episode-file',
    () => episode({ 'meta.json': '{"n_steps": 1e999}' }),
  ],
  [
    'meta.json of two megabytes',
    'is bounded',
    'episode-file',
    () => episode({ 'meta.json': ' '.repeat(2 << 20) }),
  ],
  [
    'an action of a million columns',
    'a policy has seven',
    'episode-arrays',
    () => episode({}, { action: fromNdArray(wide) }),
  ],
  [
    'frames that are pipes',
    'a decoder would wait for ever',
    'episode-frames',
    () => episode({ images: folder({ 'frame_0000.jpg': { pipe: true }, 'frame_0001.jpg': 'x' }) }),
  ],
  [
    'frames that are folders',
    'are not files',
    'episode-frames',
    () => episode({ images: folder({ 'frame_0000.jpg': folder({}), 'frame_0001.jpg': 'x' }) }),
  ],
  [
    'frames that are links to a device',
    'never end',
    'episode-frames',
    () => episode({ images: folder({ 'frame_0000.jpg': { link: '/dev/zero' }, 'frame_0001.jpg': 'x' }) }),
  ],
  [
    'frames that are links to nowhere',
    'are missing',
    'episode-frames',
    () => episode({ images: folder({ 'frame_0000.jpg': { link: 'nowhere' }, 'frame_0001.jpg': 'x' }) }),
  ],
];

/** A recorded frame whose header claims another size. */
function jpeg(width: number, height: number): Buffer {
  const frame = readFileSync(FRAME);
  const start = frame.indexOf(Buffer.of(0xff, 0xc0)); // baseline
  frame.writeUInt16BE(height, start + 5);
  frame.writeUInt16BE(width, start + 7);
  return frame;
}

const FRAME = fixture('reference/cogact-mini/episode_0000/images/frame_0000.jpg');
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>';

const FRAMES: readonly Row[] = [
  [
    'a header of 65500 × 65500 pixels',
    'twelve gigabytes from a small file',
    'frame',
    () => jpeg(65500, 65500),
  ],
  [
    'a header of 7680 × 4320 pixels with one frame’s data behind it',
    'costs what an 8K frame costs; the rest is grey, as in OpenCV',
    'opaque',
    () => jpeg(7680, 4320),
  ],
  ['a header of no pixels', 'would divide by zero', 'frame', () => jpeg(0, 0)],
  ['a text', 'no picture', 'frame', () => 'no picture'],
  ['an empty file', 'no picture', 'frame', () => ''],
  ['an SVG behind the extension of a JPEG', 'may name other files', 'frame', () => svg],
  [
    'a GIF behind the extension of a JPEG',
    'another decoder',
    'frame',
    () => Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64'),
    /is a GIF file under the name of a JPEG/,
  ],
];

const shapes = (reader: Shape['reader'], prefix: string, rows: readonly Row[]): Shape[] =>
  rows.map(([name, why, expect, make, says]) => ({
    name: `${prefix}: ${name}`,
    why,
    reader,
    make,
    expect,
    ...(says && { says }),
  }));

export const recordingShapes = shapes('episode', 'a recording', EPISODES);
export const frameShapes = shapes('frame', 'a frame', FRAMES);
