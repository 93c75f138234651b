/** What LeRobot's ACT policy has beside what every policy has. */
import type { NormalizationModes } from '../lerobot/features.js';
import type { ResnetShape } from '../lerobot/resnet.js';
import type { PolicySpec } from '../spec.js';

export const ID = 'lerobotAct';

export interface LerobotActSpec extends PolicySpec {
  readonly family: typeof ID;
  /** Names of the vectors that it sees; absent where it does not. */
  readonly state?: string;
  readonly environment?: string;
  /** One for all cameras; absent without any. */
  readonly backbone?: ResnetShape;
  /** `dim_model`. */
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly activation: string;
  /** Norms stand before attention and layers, and one more behind the last. */
  readonly normFirst: boolean;
  readonly encoderLayers: number;
  readonly decoderLayers: number;
  readonly latent: number;
  /** Layers of the encoder of the actions, with which training draws the latent; absent without it. */
  readonly vaeLayers?: number;
  readonly modes: NormalizationModes;
}

/** Tokens that are not an image's, in their order: the latent, then the vectors. */
export function tokensOf({
  state,
  environment,
}: Pick<LerobotActSpec, 'state' | 'environment'>): readonly string[] {
  return [
    'latent',
    ...(state === undefined ? [] : [state]),
    ...(environment === undefined ? [] : [environment]),
  ];
}

/** What the encoder of the actions reads: its class token, the robot's state, the chunk. */
export function vaeTokens({ state, horizon }: Pick<LerobotActSpec, 'state' | 'horizon'>): number {
  return 1 + (state === undefined ? 0 : 1) + horizon;
}
