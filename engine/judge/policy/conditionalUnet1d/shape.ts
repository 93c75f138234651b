/** What upstream's `ConditionalUnet1D` is built from, and the blocks that follow from it, for every policy that has one. */
import type { AxisSegment } from '../family.js';
import type { PolicySpec } from '../spec.js';

export interface UnetShape {
  /** What one step of the trajectory is put together of: actions, and observations where they are inpainted. */
  readonly input: readonly AxisSegment[];
  /** What conditions every step on its own; absent where nothing does. */
  readonly localCondition?: readonly AxisSegment[];
  /** What conditions all steps together; absent where only the diffusion step does. */
  readonly globalCondition?: readonly AxisSegment[];
  /** Width of the diffusion step's embedding. */
  readonly stepEmbedding: number;
  /** Channels of each level, the finest first. */
  readonly downDims: readonly number[];
  readonly kernelSize: number;
  /** Of every GroupNorm but the last one. */
  readonly groups: number;
  /** A condition scales a block's channels and shifts them; else it only shifts them. */
  readonly predictScale: boolean;
}

export interface UnetSpec extends PolicySpec {
  readonly unet: UnetShape;
}

/** The GroupNorm before the output layer, which upstream builds without its setting. */
export const LAST_GROUPS = 8;

export function widthOf(segments: readonly AxisSegment[]): number {
  return segments.reduce((sum, { width }) => sum + width, 0);
}

/** Of the diffusion step's embedding and the global condition behind it. */
export function conditionSegments({ stepEmbedding, globalCondition = [] }: UnetShape): AxisSegment[] {
  return [{ of: 'other', name: 'diffusion step', width: stepEmbedding }, ...globalCondition];
}

/** A residual block: two convolutions, the condition between them, and a shortcut. */
export interface BlockShape {
  /** Below `model.`. */
  readonly name: string;
  readonly channelsIn: number;
  readonly channelsOut: number;
}

/** A level of the way down or up: two blocks and what changes the number of steps after them. */
export interface LevelShape {
  readonly blocks: readonly [BlockShape, BlockShape];
  /** Below `model.`; absent at the coarsest level of the way down. */
  readonly resample: string | undefined;
  readonly channels: number;
}

export function downLevels(shape: UnetShape): LevelShape[] {
  const widths = [widthOf(shape.input), ...shape.downDims];
  return shape.downDims.map((channels, level) => ({
    blocks: pair(`down_modules.${level}`, widths[level]!, channels),
    resample: level < shape.downDims.length - 1 ? `down_modules.${level}.2.conv` : undefined,
    channels,
  }));
}

/** The first block also takes what the level beside it on the way down found. */
export function upLevels({ downDims }: UnetShape): LevelShape[] {
  return downDims.slice(0, -1).map((_, level) => {
    const coarse = downDims.length - 1 - level;
    const channels = downDims[coarse - 1]!;
    const name = `up_modules.${level}`;
    return { blocks: pair(name, 2 * downDims[coarse]!, channels), resample: `${name}.2.conv`, channels };
  });
}

export function middleBlocks({ downDims }: UnetShape): readonly [BlockShape, BlockShape] {
  const channels = downDims.at(-1)!;
  return pair('mid_modules', channels, channels);
}

/** Both see the local condition itself: one for the way down, one for the way up. */
export function localBlocks({ localCondition, downDims }: UnetShape): BlockShape[] {
  if (localCondition === undefined) return [];
  const [channelsIn, channelsOut] = [widthOf(localCondition), downDims[0]!];
  return [0, 1].map((index) => ({ name: `local_cond_encoder.${index}`, channelsIn, channelsOut }));
}

/** The shortcut is a convolution of its own only where the widths differ. */
export function hasShortcut({ channelsIn, channelsOut }: BlockShape): boolean {
  return channelsIn !== channelsOut;
}

function pair(name: string, channelsIn: number, channelsOut: number): [BlockShape, BlockShape] {
  return [
    { name: `${name}.0`, channelsIn, channelsOut },
    { name: `${name}.1`, channelsIn: channelsOut, channelsOut },
  ];
}
