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
  /** What makes that scale and shift of the condition; absent where it is a single layer. */
  readonly conditionedBy?: 'mlp' | 'attention';
  /** The second block of each level and of the middle is left out. */
  readonly hasSingleBlocks?: true;
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

/** Two, or the first alone. */
type Blocks = readonly [BlockShape, ...BlockShape[]];

/** A level of the way down or up: its blocks and what changes the number of steps after them. */
export interface LevelShape {
  readonly blocks: Blocks;
  /** Below `model.`; absent at the coarsest level of the way down. */
  readonly resample: string | undefined;
  readonly channels: number;
}

export function downLevels(shape: UnetShape): LevelShape[] {
  const widths = [widthOf(shape.input), ...shape.downDims];
  return shape.downDims.map((channels, level) => {
    const name = `down_modules.${level}`;
    const blocks = blocksOf(shape, name, widths[level]!, channels);
    const isCoarsest = level === shape.downDims.length - 1;
    return { blocks, resample: isCoarsest ? undefined : `${name}.${blocks.length}.conv`, channels };
  });
}

/** The first block also takes what the level beside it on the way down found. */
export function upLevels(shape: UnetShape): LevelShape[] {
  const { downDims } = shape;
  return downDims.slice(0, -1).map((_, level) => {
    const coarse = downDims.length - 1 - level;
    const channels = downDims[coarse - 1]!;
    const name = `up_modules.${level}`;
    const blocks = blocksOf(shape, name, 2 * downDims[coarse]!, channels);
    return { blocks, resample: `${name}.${blocks.length}.conv`, channels };
  });
}

export function middleBlocks(shape: UnetShape): Blocks {
  const channels = shape.downDims.at(-1)!;
  return blocksOf(shape, 'mid_modules', channels, channels);
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

function blocksOf(
  { hasSingleBlocks }: UnetShape,
  name: string,
  channelsIn: number,
  channelsOut: number,
): Blocks {
  const first = { name: `${name}.0`, channelsIn, channelsOut };
  return hasSingleBlocks ? [first] : [first, { name: `${name}.1`, channelsIn: channelsOut, channelsOut }];
}
