/** timm's plain ResNets as upstream cuts them: a Sequential that ends behind the last stage, or behind the last but one. */
import { RESNETS, type ResnetLayout, type ResnetNames, STAGE_WIDTHS } from '../resnetKeys.js';

/** By timm's name without the tag of its weights. */
export const TIMM_RESNETS: ReadonlyMap<string, ResnetLayout> = new Map([
  ...RESNETS,
  ['resnet26', { blocks: [2, 2, 2, 2], isBottleneck: true }],
  ['resnet101', { blocks: [3, 4, 23, 3], isBottleneck: true }],
  ['resnet152', { blocks: [3, 8, 36, 3], isBottleneck: true }],
  ['resnet200', { blocks: [3, 24, 36, 3], isBottleneck: true }],
]);

/** Children of the Sequential: convolution, norm, activation, pooling, stages. */
export const NAMES: ResnetNames = {
  stem: '0',
  stemNorm: '1',
  block: (stage, block) => `${stage + 4}.${block}`,
};

/** Pixels on a side of the image that become one of the map, where upstream cuts it. */
export type Downsampling = 16 | 32;

/** Without the last stage where the map is cut before it. */
export function cut({ blocks, isBottleneck }: ResnetLayout, downsampling: Downsampling): ResnetLayout {
  const [first, second, third, last] = blocks;
  return { blocks: [first, second, third, downsampling === 32 ? last : 0], isBottleneck };
}

export function mapChannels({ blocks, isBottleneck }: ResnetLayout): number {
  return STAGE_WIDTHS[blocks[3] === 0 ? 2 : 3] * (isBottleneck ? 4 : 1);
}
