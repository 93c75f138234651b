/** The keys of a ResNet-18's stem and blocks, which robomimic and torchvision call alike but for their places. */
import { KERNEL_2D, type ParameterListing } from './listing.js';

/** Output channels of the four stages, two blocks each. */
export const STAGE_WIDTHS = [64, 128, 256, 512] as const;

/** How the parts are called: `0`, `1`, `4.0` in a Sequential; `conv1`, `bn1`, `layer1.0` in torchvision. */
export interface ResnetNames {
  readonly stem: string;
  readonly stemNorm: string;
  readonly block: (stage: number, block: number) => string;
}

/** Without pooling and fc, its norms being GroupNorms. */
export function addResnet18(
  list: ParameterListing,
  name: string,
  channels: number,
  names: ResnetNames,
): void {
  list.kernel(`${name}.${names.stem}.weight`, [STAGE_WIDTHS[0], channels, 7, 7], KERNEL_2D);
  list.layer(`${name}.${names.stemNorm}`, STAGE_WIDTHS[0]);
  STAGE_WIDTHS.forEach((width, stage) => {
    const before = STAGE_WIDTHS[stage - 1] ?? width;
    addBlock(list, `${name}.${names.block(stage, 0)}`, before, width);
    addBlock(list, `${name}.${names.block(stage, 1)}`, width, width);
  });
}

function addBlock(list: ParameterListing, name: string, before: number, width: number): void {
  list.kernel(`${name}.conv1.weight`, [width, before, 3, 3], KERNEL_2D);
  list.layer(`${name}.bn1`, width);
  list.kernel(`${name}.conv2.weight`, [width, width, 3, 3], KERNEL_2D);
  list.layer(`${name}.bn2`, width);
  if (before === width) return;
  list.kernel(`${name}.downsample.0.weight`, [width, before, 1, 1], KERNEL_2D);
  list.layer(`${name}.downsample.1`, width);
}
