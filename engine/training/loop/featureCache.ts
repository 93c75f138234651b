/**
 * Image features of a frozen encoder, computed once per frame and kept in a file of the run folder: the centre crop and a few
 * random ones. Node cannot map files into memory; the file is read by position through one handle, so the system's
 * page cache serves instead and the heap holds only one batch.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/atomic.js';
import { Stream } from '../../base/streams.js';
import type { ImageSize } from '../../judge/policy/spec.js';
import { wholeOf } from '../../judge/policy/view.js';

/** Which crop of a frame: 0 is the centre, 1 … `crops` the random ones. */
type CropIndex = number;

export interface FeatureCacheKey {
  /** Fingerprint of the images, and their number. */
  readonly images: string;
  readonly frames: number;
  /** SHA-256 of the encoder's weights. */
  readonly encoder: string;
  readonly crops: number;
  readonly seed: number;
  readonly imageShape: readonly number[];
  readonly cropShape: readonly number[];
  readonly camera: string;
  /** What the image becomes before it is cropped, where that is not its own size. */
  readonly resized?: ImageSize;
}

export interface CropOffset {
  readonly top: number;
  readonly left: number;
}

/** Computes the contents of the file. */
interface FeatureBuilder {
  /** Features (count, width) of the `count` frames from `first`, once for each entry of `crops`; undefined is the centre. */
  readonly encode: (
    first: number,
    count: number,
    crops: readonly (readonly CropOffset[] | undefined)[],
  ) => Promise<Float32Array[]>;
  /** Frames that are encoded together. */
  readonly batch: number;
  readonly progress: (done: number) => Promise<void>;
}

export class FeatureCache {
  private constructor(
    private readonly handle: number,
    readonly width: number,
    private readonly variants: number,
  ) {}

  /** Opens the cache of `key` in `folder`, computing it first where it does not exist. */
  static async open(folder: string, key: FeatureCacheKey, builder: FeatureBuilder): Promise<FeatureCache> {
    const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 16);
    const data = join(folder, `features-${name}.f32`);
    const variants = 1 + key.crops;
    let width = await wholeWidth(data, key.frames * variants);
    if (width === undefined) {
      await fill(data, key, builder);
      width = await wholeWidth(data, key.frames * variants);
    }
    return new FeatureCache(openSync(data, 'r'), width!, variants);
  }

  get randomCrops(): number {
    return this.variants - 1;
  }

  /** Features of one crop of each frame, (n, width). Consecutive frames do not share a read, since records are small. */
  read(frames: ArrayLike<number>, crops: ArrayLike<CropIndex>): Float32Array {
    const out = new Float32Array(frames.length * this.width);
    const bytes = new Uint8Array(out.buffer);
    const size = this.width * 4;
    for (let i = 0; i < frames.length; i++) {
      const position = (frames[i]! * this.variants + crops[i]!) * size;
      const count = readSync(this.handle, bytes, i * size, size, position);
      if (count !== size) throw new Error(`the feature cache ends at frame ${frames[i]}`);
    }
    return out;
  }

  close(): void {
    closeSync(this.handle);
  }
}

/** The position of a frame's random crop `index` (from 1): the same in every run with this seed. */
export function cachedCrop(key: FeatureCacheKey, frame: number, index: number): CropOffset {
  const stream = new Stream(key.seed, 'cachedCrop', frame, index);
  const [height, width] = wholeOf(key, { shape: key.imageShape });
  const [cropHeight, cropWidth] = key.cropShape;
  return { top: stream.below(height - cropHeight! + 1), left: stream.below(width - cropWidth! + 1) };
}

/** The file appears under its name only once it is complete, so its size gives the width of a record. */
async function wholeWidth(path: string, records: number): Promise<number | undefined> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  const width = size === undefined ? 0 : size / (records * 4);
  return width > 0 && Number.isInteger(width) ? width : undefined;
}

async function fill(path: string, key: FeatureCacheKey, builder: FeatureBuilder): Promise<void> {
  await writeFileAtomic(path, async (file) => {
    for (let first = 0; first < key.frames; first += builder.batch) {
      const count = Math.min(builder.batch, key.frames - first);
      const crops = Array.from({ length: 1 + key.crops }, (_, index) =>
        index === 0 ? undefined : Array.from({ length: count }, (_, i) => cachedCrop(key, first + i, index)),
      );
      await file.writeFile(interleave(await builder.encode(first, count, crops), count));
      await builder.progress(first + count);
    }
  });
}

/** Per crop (count, width) → (count, crops, width). */
function interleave(features: readonly Float32Array[], count: number): Uint8Array {
  const width = features[0]!.length / count;
  const out = new Float32Array(count * features.length * width);
  for (const [crop, values] of features.entries())
    for (let i = 0; i < count; i++)
      out.set(values.subarray(i * width, (i + 1) * width), (i * features.length + crop) * width);
  return new Uint8Array(out.buffer);
}
