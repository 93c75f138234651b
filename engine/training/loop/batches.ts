/** From windows to the arrays of one batch: only what the policy uses is read. */

import { Stream } from '../../base/streams.js';
import type { PolicySpec } from '../../judge/policy/spec.js';
import { observedSteps } from '../../judge/policy/trajectory.js';
import { viewOf, wholeOf } from '../../judge/policy/view.js';
import { rowAt, type Window } from '../../judge/windows/windows.js';
import type { TrainingData } from '../dataset.js';
import type { FeatureCache } from './featureCache.js';

/** One batch in plain arrays. B windows, of each the S first steps observed (`observedSteps`). */
export interface Batch {
  readonly size: number;
  /** Raw actions, (B, horizon, D). */
  readonly actions: Float32Array;
  /** Raw values by observation, (B·S, width). */
  readonly lowDim: ReadonlyMap<string, Float32Array>;
  readonly vision: Vision;
}

type Vision =
  /** Frames by camera, (B·S, H, W, 3), and where each is cropped. */
  | { readonly kind: 'frames'; readonly frames: ReadonlyMap<string, Uint8Array>; readonly crops: Crops }
  /** Encoder outputs by camera, (B·S, width), of a frozen encoder. */
  | { readonly kind: 'features'; readonly features: ReadonlyMap<string, Float32Array> };

/** Centre in evaluation. */
export type Crop =
  | { readonly kind: 'center' }
  /** One pair per image of the batch, in pixels of the resized image. */
  | ({ readonly kind: 'offsets' } & Offsets);

/** By camera. */
export type Crops =
  | { readonly kind: 'center' }
  | { readonly kind: 'offsets'; readonly byCamera: ReadonlyMap<string, Offsets> };

interface Offsets {
  readonly top: Int32Array;
  readonly left: Int32Array;
}

/** Those of one camera. */
export function cropOf(crops: Crops, camera: string): Crop {
  return crops.kind === 'center' ? crops : { kind: 'offsets', ...crops.byCamera.get(camera)! };
}

/** `center`, or the stream of this batch's random crops. */
type CropRule = 'center' | { readonly seed: number; readonly epoch: number; readonly batch: number };

export class BatchSource {
  constructor(
    private readonly data: TrainingData,
    private readonly spec: PolicySpec,
    private readonly latencySteps: number,
    /** By camera, when the encoder is frozen. */
    private readonly caches?: ReadonlyMap<string, FeatureCache>,
  ) {}

  private get observed(): number {
    return observedSteps(this.spec);
  }

  async load(windows: readonly Window[], rule: CropRule): Promise<Batch> {
    const { horizon, observations } = this.spec;
    const lowDim = new Map<string, Float32Array>();
    for (const obs of observations)
      if (obs.type === 'low_dim') lowDim.set(obs.key, this.data.slices(obs.key, windows, 0, this.observed));
    return {
      size: windows.length,
      actions: this.data.slices('action', windows, this.latencySteps, this.latencySteps + horizon),
      lowDim,
      vision:
        this.caches === undefined
          ? await this.frames(windows, rule)
          : this.cached(windows, rule, this.caches),
    };
  }

  private async frames(windows: readonly Window[], rule: CropRule): Promise<Vision> {
    const frames = new Map<string, Uint8Array>();
    for (const camera of cameras(this.spec))
      frames.set(camera.key, await this.data.frames(camera.key, windows, this.observed));
    return { kind: 'frames', frames, crops: this.crops(windows.length, rule) };
  }

  /** Each image of the batch has its own crop, as in upstream's randomizer. */
  private crops(windows: number, rule: CropRule): Crops {
    if (rule === 'center') return { kind: 'center' };
    const count = windows * this.observed;
    const byCamera = new Map<string, Offsets>();
    for (const [index, camera] of cameras(this.spec).entries()) {
      const view = viewOf(this.spec, camera.key);
      const [height, width] = wholeOf(view, camera);
      const stream = new Stream(rule.seed, 'crops', rule.epoch, rule.batch, index);
      byCamera.set(camera.key, {
        top: stream.integers(count, height - view.size[0] + 1),
        left: stream.integers(count, width - view.size[1] + 1),
      });
    }
    return { kind: 'offsets', byCamera };
  }

  private cached(
    windows: readonly Window[],
    rule: CropRule,
    caches: ReadonlyMap<string, FeatureCache>,
  ): Vision {
    const rows = windows.flatMap((window) =>
      Array.from({ length: this.observed }, (_, step) => rowAt(window, step)),
    );
    const features = new Map<string, Float32Array>();
    for (const [index, { key }] of cameras(this.spec).entries()) {
      const cache = caches.get(key)!;
      features.set(key, cache.read(rows, chosenCrops(rows.length, cache.randomCrops, index, rule)));
    }
    return { kind: 'features', features };
  }
}

export function cameras(spec: PolicySpec): PolicySpec['observations'] {
  return spec.observations.filter((obs) => obs.type === 'rgb');
}

function chosenCrops(count: number, randomCrops: number, camera: number, rule: CropRule): Int32Array {
  if (rule === 'center' || randomCrops === 0) return new Int32Array(count);
  const stream = new Stream(rule.seed, 'cachedChoice', rule.epoch, rule.batch, camera);
  return stream.integers(count, randomCrops).map((index) => index + 1);
}
