/** Keys that a training reads besides those that the config already has: Regrip's own section and the pretrained weights. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    pretrained: 'the checkpoint that a fine-tuning starts from',
    regrip: 'options of the builtin runner beyond upstream, and names of dimensions',
  },
  pretrained: { path: 'path of a checkpoint', load_weights: 'True: start from this checkpoint' },
  regrip: {
    freeze_encoder: 'True: train everything but the image encoder',
    cached_crops: 'number of random crops per frame whose features are cached',
    noise_samples: 'noise draws per window',
    lr_multiplier: 'learning rate factors of widened and inherited parameters',
    loss_weighting: 'none or high_noise',
    loss_weight_cap: 'upper limit of the weights',
    sample: 'how validation samples actions',
    action_names: 'names of the action’s dimensions: [pose: 7, gripper]',
    observation_names: 'the same of low-dimensional observations, by their keys',
  },
  'regrip.lr_multiplier': {
    widened: 'factor on the learning rate',
    inherited: 'factor on the learning rate',
  },
  'regrip.sample': {
    method: 'ddim or ddpm',
    steps: 'denoising steps',
    windows: 'number of validation windows',
  },
};

/** Key and meaning, by the composed path of the mapping that they belong to. */
export function expectedKeys(path: string): [string, string][] {
  return Object.entries(EXPECTED[path] ?? {});
}
