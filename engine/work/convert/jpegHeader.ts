/** What kind of picture a file holds, as far as that decides whether we decode it as OpenCV does. */

/** First bytes of pictures that are saved under the name of a JPEG. */
const OTHERS: readonly (readonly [string, RegExp])[] = [
  ['PNG', /^\x89PNG/],
  ['WebP', /^RIFF.{4}WEBP/s],
  ['GIF', /^GIF8/],
  ['BMP', /^BM/],
  ['TIFF', /^(?:II\*\0|MM\0\*)/],
];

/** Frame headers of the codings that every decoder has: baseline, extended and progressive, all with Huffman codes. */
const COMMON: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** The other numbers of 0xc0 … 0xcf, which do not begin a frame. */
const NO_FRAME: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

/** Why a picture is left out, to follow its name; undefined for one that is to be decoded. Damage is the decoder's to find. */
export function foreignPicture(file: Uint8Array): string | undefined {
  if (file[0] !== 0xff || file[1] !== 0xd8) return noJpeg(file);
  const frame = frameHeader(file);
  if (frame === undefined) return undefined;
  const { marker, bits, channels } = frame;
  if (!COMMON.has(marker))
    return 'is a JPEG of a rare kind (lossless or arithmetic coding), expected Huffman coding';
  if (bits !== 8) return `is a JPEG with ${bits} bits per sample, expected 8`;
  if (channels === 4)
    return 'is a CMYK JPEG, whose colours OpenCV and other decoders convert differently, expected RGB or grey';
  return undefined;
}

function noJpeg(file: Uint8Array): string | undefined {
  const head = Buffer.from(file.buffer, file.byteOffset, Math.min(file.length, 16)).toString('latin1');
  const kind = OTHERS.find(([, magic]) => magic.test(head))?.[0];
  return kind === undefined
    ? undefined
    : `is a ${kind} file under the name of a JPEG; the training code's recorder writes JPEG`;
}

/** Of the first frame; segments before it (thumbnails, profiles) are stepped over. */
function frameHeader(file: Uint8Array): { marker: number; bits: number; channels: number } | undefined {
  for (let at = 2; at + 9 < file.length; ) {
    if (file[at] !== 0xff) return undefined;
    const marker = file[at + 1]!;
    if (marker === 0xff) {
      at += 1; // padding
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker))
      return { marker, bits: file[at + 4]!, channels: file[at + 9]! };
    if (marker === 0xda) return undefined; // picture data without a frame
    at += 2 + file[at + 2]! * 256 + file[at + 3]!;
  }
  return undefined;
}
