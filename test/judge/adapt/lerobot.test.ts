/** The plan between any two policies of LeRobot: every column of the condition and every camera's encoder comes from where LeRobot puts it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plain, PlainMap } from '../../../engine/base/plain.js';
import { addMap } from '../../../engine/judge/adapt/mapEntry.js';
import type { AdaptPlan } from '../../../engine/judge/adapt/types.js';
import { type From, mapping } from '../../adapt/anySizes.js';
import {
  type LerobotSizes,
  lerobotActConfig,
  lerobotDiffusionConfig,
  lerobotFeatures,
} from '../policy/lerobot/configs.js';
import { lerobotPlan } from './lerobotPlan.js';

type Of = (sizes: LerobotSizes, change?: Readonly<Record<string, Plain>>) => PlainMap;
const diffusion: Of = (sizes, change = {}) =>
  lerobotDiffusionConfig({ ...lerobotFeatures(sizes), down_dims: [24, 32], n_obs_steps: 3, ...change });
const act: Of = (sizes, change = {}) => lerobotActConfig({ ...lerobotFeatures(sizes), ...change });

const keyOf = (made: AdaptPlan, name: string) => made.keys.find(({ key }) => key === name)!;
const columns = (made: AdaptPlan, key: string, length: number): From => {
  const found = keyOf(made, key);
  return found.fate === 'widened' ? found.from : [...Array(length).keys()];
};

/** As LeRobot joins them: for each observed step the state, the cameras, the environment; 64 features a camera. */
function condition({ state = 0, environment = 0, cameras }: LerobotSizes, stateOf: From): string[] {
  const step = (at: number) => [
    ...Array.from({ length: state }, (_, index) => `${at} state ${stateOf[index] ?? 'new'}`),
    ...cameras.flatMap((name) => Array.from({ length: 64 }, (_, index) => `${at} ${name} ${index}`)),
    ...Array.from({ length: environment }, (_, index) => `${at} environment ${index}`),
  ];
  return [...Array.from({ length: 16 }, (_, index) => `diffusion step ${index}`), ...[0, 1, 2].flatMap(step)];
}

const own = (width: number): From => [...Array(width).keys()];
const cameras = fc.shuffledSubarray(['front', 'wrist', 'top']);
const sizes = fc.record({ old: cameras, added: fc.subarray(['left', 'right']), seed: fc.nat() });

describe('LeRobot’s diffusion policy', () => {
  it('keeps every column of the condition in its observed step', () => {
    fc.assert(
      fc.property(sizes, mapping(false), mapping(false), (chosen, action, state) => {
        const before = { action: action.old, state: state.old, environment: 2, cameras: chosen.old };
        const [first, ...rest] = chosen.old;
        const now = {
          action: action.from.length,
          state: state.from.length,
          environment: 4,
          cameras: [...chosen.added, ...rest, ...(first === undefined ? [] : [first])],
        };
        const text = (from: From) => from.map((source, to) => `${to}=${source ?? 'new'}`).join(',');
        const map = addMap(`observation.state: ${text(state.from)}`, addMap(text(action.from)));
        const made = lerobotPlan(diffusion(before), diffusion(now), { map, allowDrop: true });
        const [old, expected] = [condition(before, own(before.state)), condition(now, state.from)];
        const places = expected.map((label) => (old.includes(label) ? old.indexOf(label) : null));
        expect(columns(made, 'diffusion.unet.mid_modules.1.cond_encoder.1.weight', places.length)).toEqual(
          places,
        );
        const first7 = columns(made, 'diffusion.unet.down_modules.0.0.conv1.block.0.weight', now.action);
        expect(first7).toEqual(action.from);
        expect(columns(made, 'diffusion.unet.final_conv.1.bias', now.action)).toEqual(action.from);
      }),
      { seed: 15, numRuns: 12 },
    );
  });

  const each = { use_separate_rgb_encoder_per_camera: true };
  const two = { action: 7, state: 7, cameras: ['front', 'wrist'] };

  it('a camera’s own encoder follows it to another number, and under another name', () => {
    const swapped = lerobotPlan(
      diffusion(two, each),
      diffusion({ ...two, cameras: ['wrist', 'top', 'front'] }, each),
    );
    const source = (made: AdaptPlan, key: string) => {
      const found = keyOf(made, `diffusion.rgb_encoder.${key}`);
      return found.fate === 'initialised' ? found.why : found.source.key;
    };
    expect(source(swapped, '0.out.weight')).toBe('diffusion.rgb_encoder.1.out.weight');
    expect(source(swapped, '1.out.weight')).toBe('a new observation');
    expect(source(swapped, '2.backbone.0.weight')).toBe('diffusion.rgb_encoder.0.backbone.0.weight');
    const rename = new Map([['observation.images.front', 'observation.images.left']]);
    const renamed = lerobotPlan(
      diffusion(two, each),
      diffusion({ ...two, cameras: ['wrist', 'left'] }, each),
      {
        rename,
      },
    );
    expect(source(renamed, '1.out.weight')).toBe('diffusion.rgb_encoder.0.out.weight');
    expect([...swapped.dropped, ...renamed.dropped, ...swapped.losses, ...renamed.losses]).toEqual([]);
  });

  it('a compiled UNet keeps what torch.compile adds to its keys, also where the action layers start anew', () => {
    const compiled = { compile_model: true };
    const wider = diffusion({ ...two, action: 8 }, compiled);
    const made = lerobotPlan(diffusion(two, compiled), wider);
    const key = 'diffusion.unet._orig_mod.final_conv.1.bias';
    expect(keyOf(made, key)).toMatchObject({ fate: 'widened', from: [...own(7), null] });
    const anew = lerobotPlan(diffusion(two, compiled), wider, { strategy: 'reinit' });
    expect(keyOf(anew, key).fate).toBe('initialised');
    expect(() => lerobotPlan(diffusion(two), wider)).toThrow(
      'compile_model: was false in the old training and is true',
    );
  });

  it('a first camera brings the encoder that all cameras share, which is no loss', () => {
    const blind = { action: 7, state: 7, environment: 3, cameras: [] };
    const seeing = { ...blind, cameras: ['front'] };
    const made = lerobotPlan(diffusion(blind), diffusion(seeing));
    expect(keyOf(made, 'diffusion.rgb_encoder.backbone.0.weight')).toMatchObject({
      fate: 'initialised',
      why: 'a new observation',
    });
    const chunked = lerobotPlan(act(blind), act(seeing));
    for (const key of ['model.backbone.bn1.running_mean', 'model.encoder_img_feat_input_proj.weight'])
      expect(keyOf(chunked, key)).toMatchObject({ fate: 'initialised', why: 'a new observation' });
    expect([...made.losses, ...chunked.losses]).toEqual([]);
    expect(chunked.remarks).toHaveLength(1);
  });

  it('a camera that is gone is a loss of its encoder', () => {
    expect(() => lerobotPlan(diffusion(two, each), diffusion({ ...two, cameras: ['wrist'] }, each))).toThrow(
      'diffusion.rgb_encoder.0.backbone.0.weight: not in the new policy',
    );
  });

  it('an action as wide as the first level is passed on unchanged, which the widened policy begins with', () => {
    const wide = { ...two, cameras: ['front'] };
    const made = lerobotPlan(diffusion({ ...wide, action: 24 }), diffusion({ ...wide, action: 25 }));
    const shortcut = keyOf(made, 'diffusion.unet.down_modules.0.0.residual_conv.weight');
    expect(shortcut).toMatchObject({ fate: 'initialised', shape: [24, 25, 1], fill: { kind: 'computed' } });
    expect(() => lerobotPlan(diffusion({ ...wide, action: 23 }), diffusion({ ...wide, action: 24 }))).toThrow(
      'residual_conv.weight: not in the new policy: its input is as wide as its output there',
    );
  });

  it('where both policies pass the action on unchanged, another order is one loss, compiled or not', () => {
    const wide = { ...two, action: 24, cameras: ['front'] };
    const map = addMap('0=1,1=0,2:24=2:24');
    for (const compile_model of [false, true]) {
      const change = { compile_model };
      const made = lerobotPlan(diffusion(wide, change), diffusion(wide, change), { map, allowDrop: true });
      expect(made.losses.map(({ key }) => key)).toEqual([
        `diffusion.unet.${compile_model ? '_orig_mod.' : ''}down_modules.0.0.residual_conv.weight`,
      ]);
    }
  });

  it.each<[string, Readonly<Record<string, Plain>>, string]>([
    [
      'one encoder for all',
      { use_separate_rgb_encoder_per_camera: false },
      'use_separate_rgb_encoder_per_camera: was true',
    ],
    [
      'another mode',
      { normalization_mapping: { ACTION: 'MEAN_STD' } },
      'normalization_mapping.ACTION: was MIN_MAX in the old training and is MEAN_STD now',
    ],
    ['another prediction', { prediction_type: 'sample' }, 'prediction_type: was epsilon'],
  ])('%s: the same weights would mean something else', (_, change, message) =>
    expect(() => lerobotPlan(diffusion(two, each), diffusion(two, { ...each, ...change }))).toThrow(message),
  );
});

describe('LeRobot’s ACT policy', () => {
  const before = { action: 7, state: 7, environment: 3, cameras: ['front'] };

  it('follows the action and the vectors; new columns are silent, new rows drawn', () => {
    const made = lerobotPlan(act(before), act({ ...before, action: 9, state: 8, environment: 5 }));
    expect(made.remarks).toBeUndefined();
    const changed = made.keys.flatMap((key) =>
      key.fate === 'widened' ? [[key.key.replace('model.', ''), key.axis, key.fill.kind]] : [],
    );
    expect(changed).toEqual([
      ['vae_encoder_robot_state_input_proj.weight', 1, 'constant'],
      ['vae_encoder_action_input_proj.weight', 1, 'constant'],
      ['encoder_robot_state_input_proj.weight', 1, 'constant'],
      ['encoder_env_state_input_proj.weight', 1, 'constant'],
      ['action_head.weight', 0, 'uniform'],
      ['action_head.bias', 0, 'uniform'],
    ]);
    expect([...made.losses, ...made.dropped]).toEqual([]);
  });

  it('a vector that is new brings its layers and a token; the others keep theirs', () => {
    const { environment: _, ...without } = before;
    const made = lerobotPlan(act(without), act(before));
    expect(keyOf(made, 'model.encoder_env_state_input_proj.weight').fate).toBe('initialised');
    expect(keyOf(made, 'model.encoder_1d_feature_pos_embed.weight')).toMatchObject({ from: [0, 1, null] });
    expect(made.losses).toEqual([]);
  });

  it('a longer chunk keeps the positions of the first steps, and the encoder’s positions follow from the config', () => {
    const made = lerobotPlan(act(before), act(before, { chunk_size: 18 }));
    expect(keyOf(made, 'model.decoder_pos_embed.weight')).toMatchObject({
      from: [...own(16), null, null],
      fill: { kind: 'normal', std: 1 },
    });
    expect(keyOf(made, 'model.vae_encoder_pos_enc')).toMatchObject({
      fate: 'initialised',
      shape: [1, 20, 16],
    });
    expect(() => lerobotPlan(act(before), act(before, { chunk_size: 12 }))).toThrow(
      'model.decoder_pos_embed.weight',
    );
  });

  it('weights of the other policy are refused with both names', () => {
    expect(() => lerobotPlan(act(before), diffusion(before))).toThrow(
      'holds the weights of a LeRobot ACT policy, and the new config describes a LeRobot diffusion policy',
    );
  });
});
