/** How pictures are decoded: a row per coding, each bit-equal to OpenCV's or refused. */
import sharp, { type Sharp } from 'sharp';
import type { Coding, Pixels } from '../../formats/recording/frames.js';
import type { Size } from './areaMean.js';
import { foreignPicture } from './jpegHeader.js';

interface Decoder {
  /** From the header alone, as it will be decoded: after turning. */
  size(bytes: Uint8Array): Promise<Size>;
  decode(bytes: Uint8Array): Promise<Pixels>;
}

/** A picture that is whole, but of a kind that is not taken; the message follows the name of the frame. */
export class ForeignPicture extends Error {}

/** 8K; a crafted header must not make the decoder allocate more. */
const MAX_PIXELS = 7680 * 4320;

// Every frame is read once, and frames are decoded side by side: neither a cache nor threads within one pay.
sharp.cache(false);
sharp.concurrency(1);
// What only bears the name of a picture (SVG, which may name other files) reaches no decoder.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({ operation: ['VipsForeignLoadJpeg'] });

/** Colour profiles are ignored and turned cameras set upright, as OpenCV's imread does. */
function openJpeg(bytes: Uint8Array): Sharp {
  const foreign = foreignPicture(bytes);
  if (foreign !== undefined) throw new ForeignPicture(foreign);
  const options = { ignoreIcc: true, failOn: 'error', limitInputPixels: MAX_PIXELS } as const;
  return sharp(bytes, { ...options, sequentialRead: true }).autoOrient();
}

export const DECODERS: Readonly<Record<Coding, Decoder>> = {
  jpeg: {
    size: async (bytes) => (await openJpeg(bytes).metadata()).autoOrient,
    decode: async (bytes) => {
      const { data, info } = await openJpeg(bytes).raw().toBuffer({ resolveWithObject: true });
      return { width: info.width, height: info.height, channels: info.channels, data };
    },
  },
};
