/** The observation features of a UNet image policy, and the config values behind their width. */
import type { UnetSpec } from '../conditionalUnet1d/shape.js';
import { type DimensionRole, setBy } from '../keyRole.js';
import { RESNET_PATH } from '../multiImageRoles.js';
import { OBSERVATIONS, observationParts } from '../shapeMetaRoles.js';

/** All observations of one step, joined: cameras first. Their widths are those that the UNet has of them. */
export function imageFeatures({ observations, unet }: Partial<UnetSpec>): DimensionRole {
  if (observations === undefined || unet === undefined)
    return setBy('observation features', OBSERVATIONS, RESNET_PATH);
  const segments = unet.globalCondition ?? unet.input;
  const widths = new Map(
    segments.flatMap((part) => (part.of === 'observation' ? [[part.key, part.width] as const] : [])),
  );
  const features = observationParts(observations, ({ key }) => widths.get(key)!);
  const depth = observations.some(({ type }) => type === 'rgb') ? [RESNET_PATH] : [];
  return { ...features, paths: [...features.paths, ...depth] };
}
