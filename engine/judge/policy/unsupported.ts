/** Policy classes of public projects that are left out on purpose, and why. */

/** By the class's last name; each reason goes on after "which Regrip does not support:". */
const REASONS: readonly (readonly [names: RegExp, reason: string])[] = [
  [
    /^DiffusionEquiUNet\w*$/,
    'its layers act on representations of a rotation group (escnn), in which an action dimension has no row of its own that could be kept',
  ],
  [
    /^EquiBot$|^STEP$/,
    'its layers are equivariant: an action dimension has no row of its own that could be kept',
  ],
  [
    /^DiffusionUnetVideoPolicy$/,
    'its video encoders (video_core, temporal_aggregator) are in none of the public projects, so their keys are not known',
  ],
  [
    /^LatentDiffusionUnet\w*Policy$/,
    'it denoises the latent values of an autoencoder, which is trained anew for other actions',
  ],
  [
    /^DiffusionUnetFADPPolicy$/,
    'it takes the width of the action for what it holds (13: a pose and a force), so that one more is another policy',
  ],
  [/^DiffusionUNetPolicyVoxel$/, 'its encoder takes voxel grids, which Regrip does not read'],
  [/^BETLowdimPolicy$/, 'it predicts bins of actions (behaviour transformer) and denoises nothing'],
  [/^Ibc\w+Policy$/, 'it is an energy-based policy and denoises nothing'],
  [/^Robomimic\w+Policy$/, 'it is robomimic’s own behaviour cloning and denoises nothing'],
  [/^VAE$/, 'it is an autoencoder of actions, no policy'],
];

/** Undefined for a class that nothing is known of. */
export function whyUnsupported(name: string): string | undefined {
  return REASONS.find(([names]) => names.test(name))?.[1];
}
