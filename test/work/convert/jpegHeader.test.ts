/** Headers of pictures, byte by byte. */
import { expect, test } from 'vitest';
import { foreignPicture } from '../../../engine/work/convert/jpegHeader.js';

/** A frame header of kind `marker` behind `before`. */
const jpeg = (marker: number, bits: number, channels: number, before: number[] = []) =>
  Uint8Array.of(0xff, 0xd8, ...before, 0xff, marker, 0, 17, bits, 0, 9, 0, 16, channels, 0, 0, 0);
/** A segment of `length` bytes of data. */
const segment = (marker: number, length: number) => [
  0xff,
  marker,
  0,
  length + 2,
  ...new Array<number>(length).fill(0xc3),
];

test.each([
  ['baseline', jpeg(0xc0, 8, 3)],
  ['extended', jpeg(0xc1, 8, 3)],
  ['progressive, grey', jpeg(0xc2, 8, 1)],
  ['behind a thumbnail that holds frame headers', jpeg(0xc0, 8, 3, segment(0xe1, 40))],
  ['behind tables whose marker lies among those of frames', jpeg(0xc0, 8, 3, segment(0xc4, 20))],
  ['behind padding', jpeg(0xc0, 8, 3, [0xff, 0xff, 0xff])],
])('%s is decoded', (_, bytes) => {
  expect(foreignPicture(bytes)).toBeUndefined();
});

test.each([
  [
    'lossless',
    jpeg(0xc3, 8, 3),
    'is a JPEG of a rare kind (lossless or arithmetic coding), expected Huffman coding',
  ],
  [
    'arithmetic',
    jpeg(0xc9, 8, 3),
    'is a JPEG of a rare kind (lossless or arithmetic coding), expected Huffman coding',
  ],
  ['12 bits', jpeg(0xc1, 12, 1), 'is a JPEG with 12 bits per sample, expected 8'],
  ['CMYK', jpeg(0xc0, 8, 4, segment(0xee, 12)), /^is a CMYK JPEG/],
  ['PNG', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), /^is a PNG file under the name of a JPEG/],
  ['WebP', Buffer.from('RIFF\x01\n\x02\x03WEBPVP8 ', 'latin1'), /^is a WebP file/],
  ['GIF', Buffer.from('GIF89a'), /^is a GIF file/],
  ['BMP', Buffer.from('BM1234'), /^is a BMP file/],
  ['TIFF, either way round', Buffer.from('II*\0'), /^is a TIFF file/],
  ['TIFF, the other way round', Buffer.from('MM\0*'), /^is a TIFF file/],
])('%s is refused by name', (_, bytes, reason) => {
  expect(foreignPicture(bytes)).toEqual(typeof reason === 'string' ? reason : expect.stringMatching(reason));
});

test.each([
  ['empty', new Uint8Array(0)],
  ['one byte', Uint8Array.of(0xff)],
  ['a text', Buffer.from('no picture')],
  ['nothing behind the first marker', Uint8Array.of(0xff, 0xd8)],
  ['bytes between segments', Uint8Array.of(0xff, 0xd8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)],
  ['picture data without a frame', jpeg(0xda, 12, 4)],
  [
    'a segment that ends beyond the file',
    Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0xff, 0xff, ...new Uint8Array(20)),
  ],
  ['a segment of length 0', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 0, ...new Uint8Array(20))],
  ['padding to the end', new Uint8Array(64).fill(0xff).fill(0xd8, 1, 2)],
])('%s: damage is left to the decoder', (_, bytes) => {
  expect(foreignPicture(bytes)).toBeUndefined();
});
