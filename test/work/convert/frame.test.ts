/** Frames of any source: sizes, pixels as they are, and the reader that is closed again. */
import { describe, expect, test } from 'vitest';
import type { Pixels, SourceReader } from '../../../engine/formats/recording/frames.js';
import { FrameSources } from '../../../engine/formats/recordings.js';
import { FrameReader, frameSize, withFrames } from '../../../engine/work/convert/frame.js';
import { FRAME, jpegAt } from './recorded.js';

const SOURCE = { kind: 'within', format: 'Rows', path: '/runs.h5', part: 'top', index: 7 } as const;

/** Reads frames as a format that keeps them as rows of an array does. */
async function readPixels(pixels: Pixels, width: number, height: number, exact = false): Promise<number[]> {
  const reader: SourceReader = { read: async () => ({ kind: 'pixels', ...pixels }), close: async () => {} };
  const sources = new FrameSources([
    {
      name: 'Rows',
      recognisedBy: '',
      recognise: async () => ({ isOurs: true }),
      list: async () => [],
      read: () => Promise.reject(new Error('not read here')),
      openFrames: () => reader,
    },
  ]);
  const target = new Uint8Array(width * height * 3);
  await new FrameReader({ width, height }, exact, sources).read(SOURCE, target);
  return Array.from(target);
}

const image = (width: number, height: number, channels: number): Pixels => ({
  width,
  height,
  channels,
  data: Uint8Array.from({ length: width * height * channels }, (_, k) => k),
});

describe('pixels', () => {
  test('of the size that is wanted are copied, and stay the reader’s', async () => {
    const pixels = image(2, 1, 3);
    expect(await readPixels(pixels, 2, 1, true)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(pixels.data.length).toBe(6);
  });

  test('of a larger size are shrunk; grey ones become RGB', async () => {
    expect(await readPixels(image(4, 1, 1), 2, 1)).toEqual([0, 0, 0, 2, 2, 2]); // 0.5 and 2.5, to even
  });

  test.each([
    ['too small', image(1, 1, 3), false, 'has 1 × 1 pixels, expected 2 × 1 or more'],
    ['of another size', image(4, 1, 3), true, 'has 4 × 1 pixels, expected 2 × 1 as the first frame'],
    ['with an alpha channel', image(2, 1, 4), false, 'has 4 colour channels, expected RGB or grey'],
    [
      'of fewer bytes than their shape',
      { ...image(2, 1, 3), data: new Uint8Array(5) },
      false,
      'has 5 bytes, expected 2 × 1 × 3',
    ],
  ])('%s are refused by the name of the frame', async (_, pixels, exact, found) => {
    await expect(readPixels(pixels, 2, 1, exact)).rejects.toMatchObject({
      code: 'frame',
      file: '/runs.h5',
      reason: `frame 7 of top in runs.h5 ${found}`,
    });
  });
});

test('the size of a JPEG comes from its header', async () => {
  expect(await frameSize(jpegAt(FRAME))).toEqual({ width: 480, height: 270 });
});

test('a missing file is a fault of the frame', async () => {
  const missing = jpegAt('/nowhere/frame_0001.jpg');
  await expect(frameSize(missing)).rejects.toMatchObject({ code: 'frame' });
  const reading = withFrames({ width: 1, height: 1 }, false, (reader) =>
    reader.read(missing, new Uint8Array(3)),
  );
  await expect(reading).rejects.toThrow(
    /^\/nowhere\/frame_0001\.jpg: frame_0001\.jpg cannot be decoded: ENOENT/,
  );
});
