/** Every kind of JPEG is decoded to the same bytes as OpenCV's imread, or refused by name. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameSize, withFrames } from '../../../engine/work/convert/frame.js';
import { peerPython } from '../../peers.js';
import { MINI } from './folders.js';

const FRAME = join(MINI, 'episode_0000/images/frame_0007.jpg');
const python = peerPython(['cv2', 'numpy']);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regrip-pictures-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Odd sizes show how a decoder treats the border of subsampled colours. */
const small = () => sharp(FRAME).resize(61, 37);
const KINDS: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  recorded: () => readFile(FRAME),
  progressive: () => small().jpeg({ progressive: true }).toBuffer(),
  'colours at full size': () => small().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
  grey: () => small().greyscale().jpeg().toBuffer(),
  'with bytes behind its end': async () => Buffer.concat([await readFile(FRAME), Buffer.alloc(100, 7)]),
  ...Object.fromEntries(
    Array.from({ length: 8 }, (_, k) => [
      `turned, EXIF orientation ${k + 1}`,
      () =>
        small()
          .withMetadata({ orientation: k + 1 })
          .jpeg()
          .toBuffer(),
    ]),
  ),
};

/** All of `paths` by OpenCV: height, width, then RGB. */
function byOpenCv(paths: readonly string[]): void {
  const program = `
import cv2, sys
for path in sys.argv[1:]:
    image = cv2.imread(path)[..., ::-1]
    open(path + '.rgb', 'wb').write(image.shape[0].to_bytes(2, 'little') + image.shape[1].to_bytes(2, 'little') + image.tobytes())
`;
  execFileSync(python!, ['-c', program, ...paths]);
}

const sourceOf = (path: string) => ({ kind: 'file', coding: 'jpeg', path }) as const;

async function ours(path: string): Promise<Buffer> {
  const size = await frameSize(sourceOf(path));
  const rgb = Buffer.alloc(4 + size.width * size.height * 3);
  rgb.writeUInt16LE(size.height, 0);
  rgb.writeUInt16LE(size.width, 2);
  await withFrames(size, true, (reader) => reader.read(sourceOf(path), rgb.subarray(4)));
  return rgb;
}

test.skipIf(python === undefined)('equal OpenCV’s bytes (needs a python with cv2)', async () => {
  const paths: string[] = [];
  for (const [index, make] of Object.values(KINDS).entries()) {
    paths.push(join(folder, `${index}.jpg`));
    await writeFile(paths.at(-1)!, await make());
  }
  byOpenCv(paths);
  for (const [index, name] of Object.keys(KINDS).entries()) {
    const theirs = await readFile(`${paths[index]!}.rgb`);
    expect(Buffer.compare(await ours(paths[index]!), theirs), name).toBe(0);
  }
});

describe('refused by name', () => {
  const png = () => small().png().toBuffer();
  const webp = () => small().webp().toBuffer();
  const cmyk = () => small().toColourspace('cmyk').jpeg().toBuffer();
  /** Changes the byte that lies `offset` behind the marker of the frame header. */
  const patched = async (offset: number, value: number): Promise<Uint8Array> => {
    const bytes = await small().jpeg().toBuffer();
    bytes[bytes.indexOf(Buffer.from([0xff, 0xc0])) + offset] = value;
    return bytes;
  };

  test.each([
    ['CMYK', cmyk, /is a CMYK JPEG, whose colours OpenCV/],
    ['12 bits', () => patched(4, 12), /is a JPEG with 12 bits per sample, expected 8/],
    ['lossless', () => patched(1, 0xc3), /is a JPEG of a rare kind/],
    ['a PNG', png, /is a PNG file under the name of a JPEG/],
    ['a WebP', webp, /is a WebP file under the name of a JPEG/],
    ['cut off', async () => (await readFile(FRAME)).subarray(0, 9000), /cannot be decoded/],
    ['empty', async () => Buffer.alloc(0), /cannot be decoded/],
  ])('%s', async (name, make, message) => {
    const path = join(folder, `${name.replace(/ /g, '_')}.jpg`);
    await writeFile(path, await make());
    const target = new Uint8Array(61 * 37 * 3);
    const size = { width: 61, height: 37 };
    const reading = withFrames(size, true, (reader) => reader.read(sourceOf(path), target));
    await expect(reading).rejects.toMatchObject({ code: 'frame' });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(basename(path));
  });
});
