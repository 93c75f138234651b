/** Fills the feature caches of a frozen encoder, one per camera. */
import { createHash } from 'node:crypto';
import { viewOf } from '../../judge/policy/view.js';
import type { TrainingData } from '../dataset.js';
import type { TrainOptions } from '../options.js';
import { TrainingError } from '../trainingError.js';
import { type Crop, cameras } from './batches.js';
import { type CropOffset, FeatureCache, type FeatureCacheKey } from './featureCache.js';
import { imageFingerprint } from './imageFingerprint.js';
import { isOfEncoder, type Learner } from './learner.js';
import type { TrainHooks } from './loop.js';
import { ownEntries } from './weights.js';

/** Frames that are encoded together. */
const ENCODED_AT_ONCE = 32;

interface CachePlace {
  /** The folder of the files: the run folder. */
  readonly folder: string;
  /** Absolute path of the data set. */
  readonly dataset: string;
}

export async function openFeatureCaches(
  place: CachePlace,
  options: TrainOptions,
  data: TrainingData,
  learner: Learner,
  hooks: TrainHooks,
): Promise<Map<string, FeatureCache>> {
  const { spec, trainer } = learner;
  const encoder = await encoderHash(learner);
  const caches = new Map<string, FeatureCache>();
  for (const { key: camera, shape } of cameras(spec)) {
    const { size, resized } = viewOf(spec, camera);
    const key: FeatureCacheKey = {
      images: await imageFingerprint(place.dataset, camera),
      frames: data.steps,
      encoder,
      crops: options.regrip.cachedCrops,
      seed: options.seed,
      imageShape: shape,
      cropShape: size,
      camera,
      ...(resized && { resized }),
    };
    const cache = await FeatureCache.open(place.folder, key, {
      batch: ENCODED_AT_ONCE,
      progress: (done) => tellFrames(done, data.steps, hooks),
      encode: async (first, count, crops) => {
        const rows = Array.from({ length: count }, (_, i) => first + i);
        return trainer.encodeFrames(camera, await data.frameRows(camera, rows), crops.map(asCrop));
      },
    });
    caches.set(camera, cache);
  }
  return caches;
}

async function tellFrames(done: number, total: number, hooks: TrainHooks): Promise<void> {
  hooks.emit({ event: 'features', done, total });
  await new Promise((resolve) => setImmediate(resolve));
  if (!hooks.stopAsked()) return;
  throw new TrainingError({
    code: 'stopped-early',
    message: 'stopped while computing the image features, before the first step',
    hint: 'run the same command again',
  });
}

function asCrop(offsets: readonly CropOffset[] | undefined): Crop {
  if (offsets === undefined) return { kind: 'center' };
  const of = (pick: (offset: CropOffset) => number): Int32Array => Int32Array.from(offsets, pick);
  return { kind: 'offsets', top: of((offset) => offset.top), left: of((offset) => offset.left) };
}

async function encoderHash({ spec, trainer }: Learner): Promise<string> {
  const hash = createHash('sha256');
  for (const { key } of ownEntries(spec))
    if (isOfEncoder(spec, key)) hash.update(key).update(await trainer.values('model', key));
  return hash.digest('hex');
}
