/** LeRobot's own policies, adapted by their plans, predict the old dimensions as before: any widths, places and cameras. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Plain, PlainMap } from '../../../engine/base/plain.js';
import { addMap } from '../../../engine/judge/adapt/mapEntry.js';
import type { AdaptPlan, KeyPlan } from '../../../engine/judge/adapt/types.js';
import { type From, mapping } from '../../adapt/anySizes.js';
import { peerPython } from '../../peers.js';
import {
  type LerobotSizes,
  lerobotActConfig,
  lerobotDiffusionConfig,
  lerobotFeatures,
} from '../policy/lerobot/configs.js';
import { lerobotPlan } from './lerobotPlan.js';

const PEER = fileURLToPath(new URL('lerobot_peer.py', import.meta.url));
const python = peerPython(['torch', 'torchvision', 'diffusers', 'gymnasium', 'draccus', 'lerobot']);
type Change = Readonly<Record<string, Plain>>;

const SMALL = { down_dims: [24, 32], horizon: 8, n_action_steps: 4, spatial_softmax_num_keypoints: 4 };
/** Without noise in a step, so that the same first noise gives the same actions. */
const SAMPLER = { noise_scheduler_type: 'DDIM', num_inference_steps: 3 };
const OF: Readonly<Record<string, (sizes: LerobotSizes, change: Change) => PlainMap>> = {
  diffusion: (sizes, change) =>
    lerobotDiffusionConfig({ ...lerobotFeatures(sizes), ...SMALL, ...SAMPLER, ...change }),
  act: (sizes, change) => lerobotActConfig({ ...lerobotFeatures(sizes), dropout: 0, ...change }),
};

/** What differs beside the widths: the kind, its settings, the cameras before and after. */
const VARIANTS: readonly (readonly [string, Change, readonly string[], readonly string[], Change?])[] = [
  ['diffusion', { n_obs_steps: 3 }, [], []],
  ['diffusion', { use_film_scale_modulation: false, n_obs_steps: 1 }, [], []],
  ['diffusion', {}, ['front', 'wrist'], ['top', 'front', 'wrist']],
  ['diffusion', { use_separate_rgb_encoder_per_camera: true }, ['front', 'wrist'], ['wrist', 'top', 'front']],
  [
    'diffusion',
    { use_separate_rgb_encoder_per_camera: true, use_group_norm: false },
    ['front', 'wrist'],
    ['wrist', 'left'],
    { 'observation.images.front': 'observation.images.left' },
  ],
  ['act', {}, ['front'], ['front']],
  ['act', { pre_norm: true, feedforward_activation: 'gelu', n_decoder_layers: 2 }, [], []],
  ['act', { use_vae: false }, [], []],
];

function caseOf(
  [kind, change, old, now, rename = {}]: (typeof VARIANTS)[number],
  sources: { readonly action: { old: number; from: From }; readonly state: { old: number; from: From } },
  seed: number,
) {
  const { action, state } = sources;
  const before = OF[kind]!({ action: action.old, state: state.old, environment: 2, cameras: old }, change);
  const widened = { action: action.from.length, state: state.from.length, environment: 4, cameras: now };
  const after = OF[kind]!(widened, change);
  const text = (from: From) => from.map((source, to) => `${to}=${source ?? 'new'}`).join(',');
  const map = addMap(`observation.state: ${text(state.from)}`, addMap(text(action.from)));
  const plan = lerobotPlan(before, after, {
    map,
    rename: new Map(Object.entries(rename) as [string, string][]),
  });
  return {
    seed,
    old: before['policy']!,
    new: after['policy']!,
    plan: plan.keys.map(told),
    rename: Object.fromEntries(Object.entries(rename).map(([from, to]) => [to, from])),
    sources: {
      action: action.from,
      'observation.state': state.from,
      'observation.environment_state': [0, 1, null, null],
    },
  };
}

function told(plan: KeyPlan & AdaptPlan['keys'][number]) {
  const { key, shape, fate } = plan;
  if (plan.fate === 'copied') return { key, shape, fate, source: plan.source.key };
  const { fill } = plan;
  const values = fill.kind === 'computed' ? { kind: 'values', values: [...fill.values()] } : fill;
  return plan.fate === 'widened'
    ? { key, shape, fate, fill: values, source: plan.source.key, axis: plan.axis, from: plan.from }
    : { key, shape, fate, fill: values };
}

test.skipIf(python === undefined)(
  'any widths, places and cameras (needs a python with lerobot)',
  { tags: 'long', timeout: 600_000 },
  () => {
    const sources = fc.record({ action: mapping(false), state: mapping(false) });
    const drawn = fc.sample(sources, { seed: 3, numRuns: VARIANTS.length });
    const cases = VARIANTS.map((variant, at) => caseOf(variant, drawn[at]!, at));
    // The first level is as wide as the action: the block that passed it on gets a convolution.
    const wide = { old: 24, from: [...Array(24).keys(), null] };
    cases.push(caseOf(VARIANTS[0]!, { ...drawn[0]!, action: wide }, 99));
    const { status, stdout, stderr } = spawnSync(python!, [PEER], {
      encoding: 'utf8',
      input: JSON.stringify(cases),
      timeout: 500_000,
      maxBuffer: 2 ** 26,
    });
    expect(status, stderr.slice(-2000)).toBe(0);
    const errors = JSON.parse(stdout.trim().split('\n').at(-1)!) as number[][];
    expect(errors.map(({ length }) => length)).toEqual([2, 2, 2, 2, 2, 3, 3, 1, 2]);
    // Diffusion is computed in float64; ACT makes float32 tensors of its own.
    errors.forEach((found, at) => {
      for (const error of found)
        expect(error).toBeLessThan(cases[at]!.plan[0]!.key.startsWith('diff') ? 1e-11 : 1e-6);
    });
  },
);
