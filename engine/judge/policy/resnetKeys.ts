/** The keys of a ResNet's stem and blocks, which robomimic and torchvision call alike but for their places, and what they start from. */
import { type NormKind, runningOf, runningRule } from './batchNorm.js';
import type { InitialRule } from './initial.js';
import { KERNEL_2D, type ParameterListing } from './listing.js';

/** Width of the four stages: the output channels of their blocks, but for a bottleneck's. */
export const STAGE_WIDTHS = [64, 128, 256, 512] as const;

/** How many blocks each stage has; a bottleneck has three convolutions and four times the channels at its end. */
export interface ResnetLayout {
  readonly blocks: readonly [number, number, number, number];
  readonly isBottleneck: boolean;
}

export const RESNET_18: ResnetLayout = { blocks: [2, 2, 2, 2], isBottleneck: false };

/** By torchvision's name. */
export const RESNETS: ReadonlyMap<string, ResnetLayout> = new Map([
  ['resnet18', RESNET_18],
  ['resnet34', { blocks: [3, 4, 6, 3], isBottleneck: false }],
  ['resnet50', { blocks: [3, 4, 6, 3], isBottleneck: true }],
]);

/** How the parts are called: `0`, `1`, `4.0` in a Sequential; `conv1`, `bn1`, `layer1.0` in torchvision. */
export interface ResnetNames {
  readonly stem: string;
  readonly stemNorm: string;
  readonly block: (stage: number, block: number) => string;
}

/** A ResNet as its keys and its computation follow from it. */
export interface ResnetParts {
  readonly names: ResnetNames;
  readonly layout: ResnetLayout;
  readonly norm: NormKind;
}

/** Without pooling and fc; the image has so many channels. */
export function addResnet(
  list: ParameterListing,
  name: string,
  channels: number,
  { names, layout, norm }: ResnetParts,
): void {
  list.kernel(`${name}.${names.stem}.weight`, [STAGE_WIDTHS[0], channels, 7, 7], KERNEL_2D);
  list.norm(`${name}.${names.stemNorm}`, STAGE_WIDTHS[0], norm);
  const add = layout.isBottleneck ? addBottleneck : addBlock;
  let before: number = STAGE_WIDTHS[0];
  STAGE_WIDTHS.forEach((width, stage) => {
    for (let block = 0; block < layout.blocks[stage]!; block += 1)
      before = add(list, `${name}.${names.block(stage, block)}`, before, width, norm);
  });
}

/** Channels of the feature map. */
export function resnetFeatures({ isBottleneck }: ResnetLayout): number {
  return isBottleneck ? BOTTLENECK * STAGE_WIDTHS[3] : STAGE_WIDTHS[3];
}

/** He's normal (fan out) for the convolutions, 1 and 0 for the norms. */
export function resnetRule(key: string, shape: readonly number[]): InitialRule {
  const running = runningOf(key);
  if (running !== undefined) return runningRule(running);
  if (shape.length === 1) return { kind: 'constant', value: key.endsWith('weight') ? 1 : 0 };
  const [out, , height, width] = shape as [number, number, number, number];
  return { kind: 'normal', std: Math.sqrt(2 / (out * height * width)) };
}

const BOTTLENECK = 4;

/** Both return the block's output channels. */
function addBlock(
  list: ParameterListing,
  name: string,
  before: number,
  width: number,
  norm: NormKind,
): number {
  addConvolved(list, name, 1, [width, before, 3, 3], norm);
  addConvolved(list, name, 2, [width, width, 3, 3], norm);
  addShortcut(list, name, before, width, norm);
  return width;
}

function addBottleneck(
  list: ParameterListing,
  name: string,
  before: number,
  width: number,
  norm: NormKind,
): number {
  const out = BOTTLENECK * width;
  addConvolved(list, name, 1, [width, before, 1, 1], norm);
  addConvolved(list, name, 2, [width, width, 3, 3], norm);
  addConvolved(list, name, 3, [out, width, 1, 1], norm);
  addShortcut(list, name, before, out, norm);
  return out;
}

function addConvolved(
  list: ParameterListing,
  name: string,
  nth: number,
  shape: readonly number[],
  norm: NormKind,
): void {
  list.kernel(`${name}.conv${nth}.weight`, shape, KERNEL_2D);
  list.norm(`${name}.bn${nth}`, shape[0]!, norm);
}

/** Only where the channels change; so do the strides. */
function addShortcut(
  list: ParameterListing,
  name: string,
  before: number,
  out: number,
  norm: NormKind,
): void {
  if (before === out) return;
  list.kernel(`${name}.downsample.0.weight`, [out, before, 1, 1], KERNEL_2D);
  list.norm(`${name}.downsample.1`, out, norm);
}
