/** Pixels and stored pictures as JPEG: nothing but JPEG and PNG is decoded, and nothing too large. */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { encoded, transcoded } from '../../../server/reader/picture.js';

const red = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: 'red' } });

describe('pixels', () => {
  test('are scaled down, never up; the bytes are a copy of their own', async () => {
    const pixels = {
      data: new Uint8Array(40 * 20 * 3).fill(90),
      width: 40,
      height: 20,
      channels: 3,
    } as const;
    const small = await encoded('/d', pixels, 10);
    expect(small).toMatchObject({ width: 10, height: 5, sourceWidth: 40, sourceHeight: 20 });
    expect(small.jpeg.byteLength).toBe(small.jpeg.buffer.byteLength);
    expect(await encoded('/d', pixels, 1000)).toMatchObject({ width: 40, height: 20 });
  });
});

describe('stored pictures', () => {
  test('a JPEG that is not too wide comes as it is', async () => {
    const jpeg = await red(32, 16).jpeg().toBuffer();
    const found = await transcoded('/d', 'step 1', jpeg);
    expect(Buffer.compare(found.jpeg, jpeg)).toBe(0);
    expect(found).toMatchObject({ width: 32, height: 16, sourceWidth: 32, sourceHeight: 16 });
    expect(await transcoded('/d', 'step 1', jpeg, 8)).toMatchObject({ width: 8, height: 4, sourceWidth: 32 });
  });

  test('a PNG becomes a JPEG', async () => {
    const { jpeg, width } = await transcoded('/d', 'step 1', await red(8, 8).png().toBuffer());
    expect(width).toBe(8);
    expect((await sharp(jpeg).metadata()).format).toBe('jpeg');
  });

  test.each([
    ['a GIF', Buffer.from('GIF89a'), '0x47494638'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), '0x3c737667'],
    ['nothing', Buffer.of(), '0x'],
  ])('%s is not decoded', async (_, bytes, begins) => {
    await expect(transcoded('/d', 'step 1', bytes)).rejects.toMatchObject({
      code: 'reader-picture',
      message: `/d: step 1 is neither JPEG nor PNG: it begins with ${begins}`,
    });
  });

  test('one that is cut short, and one of more pixels than any camera has', async () => {
    const jpeg = await red(64, 64).jpeg().toBuffer();
    await expect(transcoded('/d', 'step 1', jpeg.subarray(0, 30), 8)).rejects.toThrow(
      /step 1 cannot be decoded/,
    );
    const large = await red(8192, 4200).png().toBuffer();
    await expect(transcoded('/d', 'step 1', large)).rejects.toMatchObject({ code: 'reader-picture' });
  });
});
