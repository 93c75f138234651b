/** Keys that a training reads beside those that the config has already: Regrip's own section and the pretrained weights. */
const EXPECTED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    pretrained: 'the checkpoint that a fine-tuning starts from',
    regrip: 'what the builtin runner can do beyond upstream',
  },
  pretrained: { path: 'a checkpoint', load_weights: 'True: start from it' },
  regrip: {
    freeze_encoder: 'True: train the transformer alone',
    cached_crops: 'random crops of each frame whose features are kept',
    noise_samples: 'draws of noise a window',
    lr_multiplier: 'learning rates of widened and inherited parameters',
    loss_weighting: 'none or high_noise',
    loss_weight_cap: 'the largest weight',
    sample: 'how validation samples actions',
  },
  'regrip.lr_multiplier': { widened: 'times the learning rate', inherited: 'times the learning rate' },
  'regrip.sample': { method: 'ddim or ddpm', steps: 'denoising steps', windows: 'validation windows' },
};

/** Key and meaning, by the composed path of the mapping that they belong to. */
export function expectedKeys(path: string): [string, string][] {
  return Object.entries(EXPECTED[path] ?? {});
}
