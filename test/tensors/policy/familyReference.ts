/** The references of other policy families: upstream's policy, a batch of two cameras' worth at most, and what PyTorch computes with it. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import * as tf from '@tensorflow/tfjs';
import type { PlainMap } from '../../../engine/base/plain.js';
import { openCheckpoint } from '../../../engine/formats/checkpoint/open.js';
import type { CheckpointFile } from '../../../engine/formats/checkpoint/types.js';
import { readSafetensors, type SafeTensor } from '../../../engine/formats/safetensors.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import type { PolicySpec } from '../../../engine/judge/policy/spec.js';
import { viewOf } from '../../../engine/judge/policy/view.js';
import { seenFrames } from '../../../engine/tensors/policy/crop.js';
import type { ObsBatch, Policy } from '../../../engine/tensors/policy/policy.js';
import { loadedPolicy } from './stores.js';

interface Numerics {
  readonly loss: number;
  readonly grad_norm: Readonly<Record<string, number>>;
}

export function familyPath(family: string, name: string): string {
  return fileURLToPath(new URL(`../../fixtures/families/${family}/${name}`, import.meta.url));
}

export class FamilyReference {
  private constructor(
    readonly spec: PolicySpec,
    readonly numerics: Numerics,
    private readonly tensors: ReadonlyMap<string, SafeTensor>,
    private readonly checkpoint: string,
  ) {}

  /** `family` is a folder of `test/fixtures/families`. */
  static async read(family: string, dimensions: 7 | 8): Promise<FamilyReference> {
    const path = (tail: string) => familyPath(family, `policy-${dimensions}d.${tail}`);
    const json = (tail: string) => JSON.parse(readFileSync(path(tail), 'utf8'));
    const { cfg } = json('json') as { cfg: PlainMap };
    const tensors = await readSafetensors(path('safetensors'));
    return new FamilyReference(policySpec(cfg), json('numerics.json'), tensors, path('ckpt.gz'));
  }

  /** Float32 values of a reference tensor. */
  values(name: string): Float32Array {
    return new Float32Array(this.tensors.get(name)!.data.slice().buffer);
  }

  tensor3d(name: string): tf.Tensor3D {
    return tf.tensor3d(this.values(name), this.tensors.get(name)!.shape as [number, number, number]);
  }

  timesteps(): tf.Tensor1D {
    const stored = new BigInt64Array(this.tensors.get('timesteps')!.data.slice().buffer);
    return tf.tensor1d(Array.from(stored, Number), 'int32');
  }

  /** The batch's observations: centre crops, and the rest as they are; (B·To,…). */
  observations(): ObsBatch {
    const images = new Map<string, tf.Tensor4D>();
    const lowDim = new Map<string, tf.Tensor2D>();
    for (const { key, type, shape } of this.spec.observations) {
      if (type === 'low_dim')
        lowDim.set(key, tf.tensor2d(this.values(`batch.obs.${key}`), [this.frames, shape[0]!]));
      else images.set(key, seenFrames(this.pixels(key), shape, viewOf(this.spec, key), { kind: 'center' }));
    }
    return { images, lowDim };
  }

  /** The bytes of its checkpoint. */
  checkpointBytes(): Uint8Array {
    return gunzipSync(readFileSync(this.checkpoint));
  }

  async policy(): Promise<Policy> {
    const { spec } = this;
    return this.opened(async (file) => {
      return loadedPolicy(spec, file);
    });
  }

  private get frames(): number {
    return this.tensors.get('batch.action')!.shape[0]! * this.spec.obsSteps;
  }

  /** In the data set's layout, (B·To,H,W,C). */
  private pixels(camera: string): Uint8Array {
    const { data, shape } = this.tensors.get(`batch.obs.${camera}`)!;
    const [channels, height, width] = shape.slice(2) as [number, number, number];
    const images = tf.tensor4d(Int32Array.from(data), [this.frames, channels, height, width], 'int32');
    return Uint8Array.from(tf.tidy(() => tf.transpose(images, [0, 2, 3, 1])).dataSync());
  }

  /** Unpacked into a folder that is gone afterwards. */
  private async opened<T>(use: (file: CheckpointFile) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'regrip-family-'));
    try {
      const unpacked = join(folder, 'policy.ckpt');
      await writeFile(unpacked, this.checkpointBytes());
      const file = await openCheckpoint(unpacked);
      try {
        return await use(file);
      } finally {
        await file.close();
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}
