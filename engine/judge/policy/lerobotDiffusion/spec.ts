/** What LeRobot's diffusion policy has beside what every policy has. */
import type { NormKind } from '../batchNorm.js';
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import type { NormalizationModes } from '../lerobot/features.js';
import type { ResnetShape } from '../lerobot/resnet.js';
import type { ImageSize } from '../spec.js';

export const ID = 'lerobotDiffusion';

export interface ImageEncoder {
  readonly resnet: ResnetShape<NormKind>;
  /** Each camera has one; else all share one. */
  readonly isSeparate: boolean;
  readonly keyPoints: number;
  /** Of the feature map: rows and columns. */
  readonly cells: ImageSize;
}

export interface LerobotDiffusionSpec extends UnetSpec {
  readonly family: typeof ID;
  /** Absent without cameras. */
  readonly encoder?: ImageEncoder;
  /** The UNet runs through torch.compile, which is told in its keys. */
  readonly isCompiled: boolean;
  readonly modes: NormalizationModes;
}
