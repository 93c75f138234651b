/** The state dict of a `ConditionalUnet1D`, in the order in which upstream creates its parts. */
import type { ParameterListing } from '../listing.js';
import {
  type BlockShape,
  conditionSegments,
  downLevels,
  hasShortcut,
  localBlocks,
  middleBlocks,
  type UnetShape,
  upLevels,
  widthOf,
} from './shape.js';

/** The tensor engine's (k,in,out) of PyTorch's (out,in,k). */
const KERNEL_1D: readonly number[] = [2, 1, 0];
/** The tensor engine's (in,k,out) of PyTorch's transposed (in,out,k). */
const TRANSPOSED_1D: readonly number[] = [0, 2, 1];
const DOWN_KERNEL = 3;
const UP_KERNEL = 4;

/** `mid_modules` is the first attribute that upstream's constructor sets; the others follow at its end. */
export function addUnet(list: ParameterListing, shape: UnetShape): void {
  for (const block of middleBlocks(shape)) addBlock(list, shape, block);
  const { stepEmbedding } = shape;
  list.layer('model.diffusion_step_encoder.1', 4 * stepEmbedding, stepEmbedding);
  list.layer('model.diffusion_step_encoder.3', stepEmbedding, 4 * stepEmbedding);
  for (const block of localBlocks(shape)) addBlock(list, shape, block);
  for (const { blocks, resample, channels } of upLevels(shape)) {
    for (const block of blocks) addBlock(list, shape, block);
    list.kernel(`model.${resample}.weight`, [channels, channels, UP_KERNEL], TRANSPOSED_1D);
    list.add(`model.${resample}.bias`, [channels]);
  }
  for (const { blocks, resample, channels } of downLevels(shape)) {
    for (const block of blocks) addBlock(list, shape, block);
    if (resample !== undefined) addConvolution(list, `model.${resample}`, channels, channels, DOWN_KERNEL);
  }
  const fine = shape.downDims[0]!;
  addConvolved(list, 'model.final_conv.0.block', fine, fine, shape.kernelSize);
  addConvolution(list, 'model.final_conv.1', widthOf(shape.input), fine, 1);
}

function addBlock(list: ParameterListing, shape: UnetShape, block: BlockShape): void {
  const { channelsIn, channelsOut } = block;
  const name = `model.${block.name}`;
  addConvolved(list, `${name}.blocks.0.block`, channelsOut, channelsIn, shape.kernelSize);
  addConvolved(list, `${name}.blocks.1.block`, channelsOut, channelsOut, shape.kernelSize);
  addCondition(list, shape, `${name}.cond_encoder`, block);
  if (hasShortcut(block)) addConvolution(list, `${name}.residual_conv`, channelsOut, channelsIn, 1);
}

/** What makes a block's scale and shift of the condition. */
function addCondition(list: ParameterListing, shape: UnetShape, name: string, block: BlockShape): void {
  const { channelsIn, channelsOut } = block;
  const rows = shape.predictScale ? 2 * channelsOut : channelsOut;
  const width = widthOf(conditionSegments(shape));
  if (shape.conditionedBy === 'attention') {
    list.layer(`${name}.query_proj`, rows, channelsIn);
    list.layer(`${name}.key_proj`, rows, width);
    list.layer(`${name}.value_proj`, rows, width);
  } else if (shape.conditionedBy === 'mlp') {
    list.layer(`${name}.1`, width, width);
    list.layer(`${name}.3`, rows, width);
  } else list.layer(`${name}.1`, rows, width);
}

/** A convolution and its GroupNorm. */
function addConvolved(list: ParameterListing, name: string, out: number, into: number, size: number): void {
  addConvolution(list, `${name}.0`, out, into, size);
  list.layer(`${name}.1`, out);
}

function addConvolution(list: ParameterListing, name: string, out: number, into: number, size: number): void {
  list.kernel(`${name}.weight`, [out, into, size], KERNEL_1D);
  list.add(`${name}.bias`, [out]);
}
