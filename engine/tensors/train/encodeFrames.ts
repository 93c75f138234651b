/** Fills the feature caches of a frozen encoder, one per camera. */
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { familyOfSpec } from '../../judge/policy/families.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { viewOf } from '../../judge/policy/view.js';
import type { TrainingData } from '../../training/dataset.js';
import type { TrainOptions } from '../../training/options.js';
import { type Crop, seenFrames } from '../policy/crop.js';
import type { Policy } from '../policy/policy.js';
import { TensorError } from '../tensorError.js';
import { cameras } from './batches.js';
import { type CropOffset, FeatureCache, type FeatureCacheKey } from './featureCache.js';
import { imageFingerprint } from './imageFingerprint.js';
import type { Learner } from './learner.js';
import type { TrainHooks } from './loop.js';

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
  const { spec, policy } = learner;
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
        return encodeCrops(policy, spec, camera, await data.frameRows(camera, rows), crops);
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
  throw new TensorError({
    code: 'stopped-early',
    message: 'stopped while computing the image features, before the first step',
    hint: 'run the same command again',
  });
}

/** One crop after the other over the same frames; (frames, features) each. */
export function encodeCrops(
  policy: Policy,
  spec: PolicySpec,
  camera: string,
  frames: Uint8Array,
  crops: readonly (readonly CropOffset[] | undefined)[],
): Float32Array[] {
  const { shape } = spec.observations.find((obs) => obs.key === camera)!;
  return crops.map((offsets) => {
    const pixels = seenFrames(frames, shape, viewOf(spec, camera), asCrop(offsets));
    const features = policy.encodeFrames(camera, pixels);
    const values = features.dataSync() as Float32Array;
    tf.dispose([features, pixels]);
    return values;
  });
}

function asCrop(offsets: readonly CropOffset[] | undefined): Crop {
  if (offsets === undefined) return { kind: 'center' };
  const of = (pick: (offset: CropOffset) => number): Int32Array => Int32Array.from(offsets, pick);
  return { kind: 'offsets', top: of((offset) => offset.top), left: of((offset) => offset.left) };
}

async function encoderHash({ spec, params }: Learner): Promise<string> {
  const hash = createHash('sha256');
  const family = familyOfSpec(spec);
  for (const { key, alias } of spec.parameters) {
    if (family.placeOf(key, spec).part !== 'encoder' || alias !== undefined) continue;
    hash.update(key).update(await params.torchBytes(key));
  }
  return hash.digest('hex');
}
