/** What only one family knows stands in its folders alone: its keys, its settings, its class. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { FAMILIES } from '../../../engine/judge/policy/families.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** By family: words of its own, and the folders that may say them. */
const OWN: Readonly<Record<string, { readonly words: RegExp; readonly folders: readonly string[] }>> = {
  transformerHybrid: {
    words: /transformer_weight_decay|TransformerHybrid/,
    folders: ['engine/judge/policy/transformerHybrid/', 'engine/tensors/policy/'],
  },
  unetHybrid: {
    words: /(?<!Karras|CTMPP)UnetHybrid(?!ImageTargeted)/,
    folders: ['engine/judge/policy/unetHybrid/', 'engine/tensors/policy/unetHybrid/'],
  },
  unetImage: {
    words: /UnetImage/,
    folders: ['engine/judge/policy/unetImage/', 'engine/tensors/policy/unetImage/'],
  },
  unetLowdim: {
    words: /UnetLowdim|local_cond_dim|obs_as_local_cond|oa_step_convention/,
    folders: [
      'engine/judge/policy/unetLowdim/',
      'engine/tensors/policy/unetLowdim/',
      'engine/judge/checks/rules/knownKeys.ts',
    ],
  },
  unetTargeted: {
    words: /Targeted|target_dim|one_hot_encoding_dim|obs_embedding_dim/,
    folders: ['engine/judge/policy/unetTargeted/', 'engine/judge/policy/families.ts'],
  },
  consistency: {
    words: /[Kk]arras|CTM|[Cc]onsistency ?[Pp]olicy/,
    folders: ['engine/judge/policy/consistency/', 'engine/judge/policy/families.ts'],
  },
  unetTimm: {
    words: /UnetTimm|inpaint_fixed_action_prefix/,
    folders: ['engine/judge/policy/unetTimm/'],
  },
  transformerTimm: {
    words: /TransformerTimm|TransformerObsEncoder|key_projection_map/,
    folders: ['engine/judge/policy/transformerTimm/'],
  },
  lerobotDiffusion: {
    words: /use_film_scale_modulation|spatial_softmax_num_keypoints|rgb_encoder/,
    folders: ['engine/judge/policy/lerobotDiffusion/', 'engine/judge/policy/lerobot/asWritten.ts'],
  },
  lerobotAct: {
    words: /vae_encoder|action_head|encoder_1d_feature_pos_embed/,
    folders: ['engine/judge/policy/lerobotAct/'],
  },
  transformerLowdim: {
    words: /TransformerLowdim|TransformerForDiffusion/,
    folders: ['engine/judge/policy/transformerLowdim/', 'engine/tensors/policy/'],
  },
  unetR3m: {
    words: /convnet\b|R3M’s/,
    folders: ['engine/judge/policy/unetR3m/'],
  },
  dp3: {
    words:
      /SimpleDP3|DiffusionPointcloudPolicy|pointcloud_encoder_cfg|pointnet_type|use_pc_color|use_(?:down|mid|up)_condition|imagin_robot/,
    folders: ['engine/judge/policy/dp3/'],
  },
};

/** Of more than one family, but not of all: the files that keep them. */
const SHARED: Readonly<Record<string, { readonly words: RegExp; readonly files: readonly string[] }>> = {
  'the UNet': {
    words:
      /down_modules|up_modules|mid_modules|final_conv|cond_encoder|diffusion_step_encoder|diffusion_step_embed_dim|down_dims|kernel_size|n_groups|cond_predict_scale/,
    files: [
      'engine/judge/policy/conditionalUnet1d/',
      'engine/judge/policy/unet',
      'engine/judge/policy/consistency/',
      'engine/judge/policy/dp3/',
      'engine/judge/policy/lerobotDiffusion/',
      'engine/judge/policy/lerobot/asWritten.ts', // upstream's names beside LeRobot's
      'engine/tensors/policy/conditionalUnet1d/',
    ],
  },
  'the diffusion transformer': {
    words:
      /model\.head|model\.decoder|input_emb|cond_obs_emb|cond_pos_emb|\bn_emb|n_head|n_layer|n_cond_layers|p_drop_|causal_attn|[Dd]iffusion ?[Tt]ransformer|[Tt]he transformer/,
    files: [
      'engine/judge/policy/diffusionTransformer/',
      'engine/judge/policy/transformerHybrid/',
      'engine/judge/policy/transformerLowdim/',
      'engine/judge/policy/transformerTimm/',
      'engine/judge/policy/lerobotAct/',
      'engine/tensors/policy/',
    ],
  },
  'the image encoder': {
    words: /obs_encoder\.|obs_nets|obs_encoder_group_norm/,
    files: [
      'engine/judge/policy/robomimic',
      'engine/judge/policy/multiImage',
      'engine/judge/policy/unetImage/',
      'engine/judge/policy/timmEncoder/',
      'engine/judge/policy/unetTimm/',
      'engine/judge/policy/transformerTimm/',
      'engine/judge/policy/unetR3m/',
      'engine/tensors/policy/multiImageEncoder.ts',
      'engine/tensors/policy/unetImage/',
      'engine/judge/policy/dp3/',
      'engine/judge/policy/transformerHybrid/',
      'engine/judge/policy/unetHybrid/',
      'engine/judge/policy/unetTargeted/',
      'engine/judge/policy/consistency/',
      'engine/tensors/policy/robomimicEncoder.ts',
    ],
  },
  'image encoders below the cameras’ names': {
    words: /key_model_map|imagenet_norm|share_rgb_model/,
    files: [
      'engine/judge/policy/multiImage',
      'engine/judge/policy/unetImage/',
      'engine/judge/policy/timmEncoder/',
      'engine/judge/policy/unetTimm/',
      'engine/judge/policy/transformerTimm/',
      'engine/judge/policy/unetR3m/',
      'engine/tensors/policy/multiImage',
    ],
  },
  'torchvision’s image encoder': {
    words: /MultiImageObsEncoder|get_resnet/,
    files: [
      'engine/judge/policy/multiImage',
      'engine/judge/policy/unetImage/',
      'engine/tensors/policy/multiImage',
    ],
  },
  'timm’s image encoder': {
    words: /TimmObsEncoder|feature_aggregation|position_encording|downsample_ratio/,
    files: [
      'engine/judge/policy/timmEncoder/',
      'engine/judge/policy/unetTimm/',
      'engine/judge/policy/transformerTimm/',
      'engine/judge/policy/unetR3m/',
    ],
  },
  "the normaliser's keys": {
    words: /normalizer\.params_dict/,
    files: [
      'engine/judge/policy/normalizer.ts',
      'engine/tensors/policy/normalizer.ts',
      'engine/training/loop/normalizer.ts',
    ],
  },
};

/** Files that say such a word all the same, and why. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'engine/formats/checkpoint/nonFinite.ts': 'a comment gives a key as an example',
};

function sources(): [name: string, text: string][] {
  return ['engine', 'server', 'client'].flatMap((layer) =>
    readdirSync(join(root, layer), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name): [string, string] => {
        const path = `${layer}/${name.replaceAll('\\', '/')}`;
        return [path, readFileSync(join(root, path), 'utf8')];
      }),
  );
}

const all = sources();
const saying = (words: RegExp, allowed: readonly string[]) =>
  all.flatMap(([name, text]) =>
    words.test(text) && !allowed.some((place) => name.startsWith(place)) && !(name in EXCEPTIONS)
      ? [`${name}: ${words.exec(text)![0]}`]
      : [],
  );

it('every family lists its words', () => {
  expect(Object.keys(OWN).sort()).toEqual(FAMILIES.map(({ id }) => id).sort());
});

it.each(Object.entries(OWN))('words of %s stand in its folders alone', (_, { words, folders }) => {
  expect(all.some(([name, text]) => name.startsWith(folders[0]!) && words.test(text))).toBe(true);
  expect(saying(words, folders)).toEqual([]);
});

it.each(Object.entries(SHARED))('words of %s stand where they are kept', (_, { words, files }) => {
  expect(saying(words, files)).toEqual([]);
});

it('every exception is one', () => {
  const words = [...Object.values(OWN), ...Object.values(SHARED)].map((each) => each.words);
  for (const name of Object.keys(EXCEPTIONS)) {
    const text = all.find(([each]) => each === name)?.[1] ?? '';
    expect([name, words.some((each) => each.test(text))]).toEqual([name, true]);
  }
});
