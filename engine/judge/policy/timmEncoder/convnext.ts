/** timm's ConvNeXts without their head, as upstream cuts them: sizes by name, keys, and what they start from. */
import type { InitialRule } from '../initial.js';
import { KERNEL_2D, type ParameterListing } from '../listing.js';

export interface ConvNextLayout {
  /** Blocks and channels of the four stages. */
  readonly depths: readonly number[];
  readonly widths: readonly number[];
}

const layout = (depth: number, width: number): ConvNextLayout => ({
  depths: [3, 3, depth, 3],
  widths: [width, 2 * width, 4 * width, 8 * width],
});

/** By timm's name without the tag of its weights; the head by which the `_mlp` differs is cut off. */
export const CONVNEXTS: ReadonlyMap<string, ConvNextLayout> = new Map([
  ['convnext_tiny', layout(9, 96)],
  ['convnext_small', layout(27, 96)],
  ['convnext_base', layout(27, 128)],
  ['convnext_large', layout(27, 192)],
  ['convnext_large_mlp', layout(27, 192)],
  ['convnext_xlarge', layout(27, 256)],
]);

const STEM = 4;
const DEPTHWISE = 7;
const HIDDEN = 4;

/** A Sequential of the stem and the stages. */
export function addConvNext(
  list: ParameterListing,
  name: string,
  channels: number,
  { depths, widths }: ConvNextLayout,
): void {
  list.kernel(`${name}.0.0.weight`, [widths[0]!, channels, STEM, STEM], KERNEL_2D);
  list.add(`${name}.0.0.bias`, [widths[0]!]);
  list.layer(`${name}.0.1`, widths[0]!);
  widths.forEach((width, stage) => {
    const at = `${name}.1.${stage}`;
    if (stage > 0) addDownsampling(list, `${at}.downsample`, widths[stage - 1]!, width);
    for (let block = 0; block < depths[stage]!; block += 1) addBlock(list, `${at}.blocks.${block}`, width);
  });
}

function addDownsampling(list: ParameterListing, name: string, before: number, width: number): void {
  list.layer(`${name}.0`, before);
  list.kernel(`${name}.1.weight`, [width, before, 2, 2], KERNEL_2D);
  list.add(`${name}.1.bias`, [width]);
}

function addBlock(list: ParameterListing, name: string, width: number): void {
  list.add(`${name}.gamma`, [width]);
  list.layer(`${name}.conv_dw`, width, 1, DEPTHWISE, DEPTHWISE);
  list.layer(`${name}.norm`, width);
  list.layer(`${name}.mlp.fc1`, HIDDEN * width, width);
  list.layer(`${name}.mlp.fc2`, width, HIDDEN * width);
}

/** timm's: blocks hardly add to what they hand on. */
export function convNextRule(key: string, shape: readonly number[]): InitialRule {
  if (key.endsWith('.gamma')) return { kind: 'constant', value: 1e-6 };
  if (key.endsWith('.bias')) return { kind: 'constant', value: 0 };
  return shape.length === 1 ? { kind: 'constant', value: 1 } : { kind: 'normal', std: 0.02 };
}
