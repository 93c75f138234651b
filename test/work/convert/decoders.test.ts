/** Decoders by coding; how their pixels compare with OpenCV's is tested in pictures. */
import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { DECODERS, ForeignPicture } from '../../../engine/work/convert/decoders.js';
import { FRAME } from './recorded.js';

const { jpeg } = DECODERS;

test('a JPEG turned by its EXIF data has the size that it is decoded to', async () => {
  const turned = await sharp(FRAME).withMetadata({ orientation: 6 }).jpeg().toBuffer();
  const { width, height, channels, data } = await jpeg.decode(turned);
  expect(await jpeg.size(turned)).toEqual({ width: 270, height: 480 });
  expect({ width, height, channels, bytes: data.length }).toEqual({
    width: 270,
    height: 480,
    channels: 3,
    bytes: 270 * 480 * 3,
  });
});

test('a foreign picture is told from a damaged one', async () => {
  const png = await sharp(FRAME).png().toBuffer();
  for (const attempt of [jpeg.size(png), jpeg.decode(png)])
    await expect(attempt).rejects.toBeInstanceOf(ForeignPicture);
  const cut = (await readFile(FRAME)).subarray(0, 5000);
  await expect(jpeg.decode(cut)).rejects.not.toBeInstanceOf(ForeignPicture);
});

test.each(['<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', '%PDF-1.4'])(
  '%s reaches no decoder of its own',
  async (text) => {
    await expect(jpeg.decode(Buffer.from(text))).rejects.toThrow(/unsupported image format/);
  },
);
