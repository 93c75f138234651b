import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { AdaptationLoss, planAdaptation } from '../../../engine/judge/adapt/plan.js';
import type { AdaptOptions, AdaptPlan } from '../../../engine/judge/adapt/types.js';
import { FAMILIES, policySpec } from '../../../engine/judge/policy/families.js';
import type { PolicyFamily } from '../../../engine/judge/policy/family.js';
import { indexOf, newConfig, oldConfig } from '../../adapt/references.js';
import { config, gripper, image, pose, shapeMeta } from '../../tensors/policy/configs.js';

const DEFAULTS: AdaptOptions = {
  strategy: 'transplant',
  weights: 'ema',
  moments: 'widen',
  allowDrop: false,
  rename: new Map(),
};

function plan(to: PlainMap, options: Partial<AdaptOptions> = {}): AdaptPlan {
  return planAdaptation({
    index: indexOf('policy-7d.json'),
    old: policySpec(oldConfig),
    spec: policySpec(to),
    newConfig: to,
    options: { ...DEFAULTS, ...options },
  });
}

function lossesOf(to: PlainMap, options: Partial<AdaptOptions> = {}): string[] {
  try {
    plan(to, options);
  } catch (error) {
    if (error instanceof AdaptationLoss) return error.losses.map(({ key, what }) => `${key}: ${what}`);
    throw error;
  }
  return [];
}

const withFate = (of: AdaptPlan, fate: string) =>
  of.keys.filter((key) => key.fate === fate).map((key) => key.key);
const statistics = (field: string) =>
  ['offset', 'scale', 'input_stats.max', 'input_stats.mean', 'input_stats.min', 'input_stats.std'].map(
    (name) => `normalizer.params_dict.${field}.${name}`,
  );

describe('7-D to 8-D, transplant', () => {
  const made = plan(newConfig);

  it('widens what reads or writes actions and observations, and copies the rest', () => {
    expect(withFate(made, 'widened')).toEqual([
      'model.input_emb.weight',
      'model.cond_obs_emb.weight',
      'model.head.weight',
      'model.head.bias',
      ...statistics('action'),
    ]);
    expect(withFate(made, 'initialised')).toEqual(statistics('robot_gripper_state'));
    expect(withFate(made, 'copied')).toHaveLength(211 - 10 - 6);
    expect(made.dropped).toEqual([]);
    expect(made.losses).toEqual([]);
  });

  it.each([
    ['model.input_emb.weight', [32, 7], [32, 8], 1, { kind: 'constant', value: 0 }],
    ['model.cond_obs_emb.weight', [32, 71], [32, 72], 1, { kind: 'constant', value: 0 }],
    ['model.head.weight', [7, 32], [8, 32], 0, { kind: 'normal', std: 0.02 }],
    ['model.head.bias', [7], [8], 0, { kind: 'constant', value: 0 }],
    [
      'normalizer.params_dict.action.scale',
      [7],
      [8],
      0,
      { kind: 'fitted', field: 'action', statistic: 'scale' },
    ],
  ])('%s goes from %j to %j', (key, from, to, axis, fill) => {
    const entry = made.keys.find((candidate) => candidate.key === key)!;
    if (entry.fate !== 'widened') throw new Error(`${key} is ${entry.fate}`);
    expect([entry.source.shape, entry.shape, entry.axis, entry.fill]).toEqual([from, to, axis, fill]);
    const kept = from[axis]!;
    expect(entry.from).toEqual([...Array(kept).keys(), null]);
  });

  it('lists exactly the keys, shapes and aliases that the new config describes', () => {
    const spec = policySpec(newConfig);
    expect(made.keys.map(({ key, shape, alias }) => [key, shape, alias])).toEqual(
      spec.parameters.map(({ key, shape, alias }) => [key, shape, alias]),
    );
  });

  it('keeps the moments under their new indices, with the new hyper-parameters', () => {
    const faster = {
      ...newConfig,
      optimizer: { ...(newConfig.optimizer as PlainMap), learning_rate: 0.0003 },
    };
    const { paramGroups, moments } = plan(faster).optimizer;
    expect(paramGroups.map(({ lr, initial_lr }) => [lr, initial_lr])).toEqual(
      Array(3).fill([0.0003, 0.0003]),
    );
    expect(paramGroups.map(({ params }) => (params as number[]).length)).toEqual([17, 34, 64]);
    expect(moments).toHaveLength(40); // the listing holds the first 40 of 115
    expect(moments[0]).toMatchObject({ index: 0, step: 4321, expAvg: { fate: 'widened', shape: [32, 72] } });
    expect(plan(newConfig, { moments: 'reset' }).optimizer.moments).toEqual([]);
  });

  it('fits only what the old policy did not know', () => {
    expect(made.fittedFields).toEqual(['action', 'robot_gripper_state']);
    expect(made.keptFields).toEqual(['action', 'robot_eef_pose']);
  });
});

describe('other ways', () => {
  it('reinit draws the action layers anew and keeps everything else', () => {
    const made = plan(newConfig, { strategy: 'reinit' });
    expect(withFate(made, 'initialised')).toEqual([
      'model.input_emb.weight',
      'model.input_emb.bias',
      'model.head.weight',
      'model.head.bias',
      ...statistics('robot_gripper_state'),
    ]);
    expect(made.keys.find(({ key }) => key === 'model.input_emb.weight')).toMatchObject({
      fill: { kind: 'normal', std: 0.02 },
    });
    expect(made.optimizer.moments).toHaveLength(40 - 2);
  });

  it('puts new columns where shape_meta.obs puts the observation, and follows a new order', () => {
    const shapes = shapeMeta(
      { robot_eef_pose: pose, robot_gripper_state: gripper, image: image(3, 90, 160) },
      8,
    );
    const entry = plan(config({ shape_meta: shapes })).keys.find(
      ({ key }) => key === 'model.cond_obs_emb.weight',
    )!;
    if (entry.fate !== 'widened') throw new Error(entry.fate);
    const poseColumns = [64, 65, 66, 67, 68, 69, 70];
    expect(entry.from).toEqual([...poseColumns, null, ...Array(64).keys()]);
  });

  it('copies every key of a config that describes the old policy', () => {
    expect(withFate(plan(oldConfig), 'copied')).toHaveLength(205);
  });

  it('gives a new camera a fresh encoder whose features say nothing yet', () => {
    const shapes = shapeMeta({ wrist: image(3, 90, 160), image: image(3, 90, 160), robot_eef_pose: pose }, 7);
    const made = plan(config({ shape_meta: shapes }));
    const entry = made.keys.find(({ key }) => key === 'model.cond_obs_emb.weight')!;
    expect(entry).toMatchObject({ fate: 'widened', fill: { kind: 'constant', value: 0 } });
    expect(withFate(made, 'initialised').every((key) => /\.wrist\./.test(key))).toBe(true);
    expect(made.fittedFields).toEqual([]);
  });

  it('writes no EMA where the new training uses none', () => {
    expect(plan({ ...newConfig, training: { use_ema: false } }).stateDicts).toEqual(['model']);
  });
});

describe('what would be lost', () => {
  it('an observation that is gone is listed with its keys and columns', () => {
    const losses = lossesOf(config({ shape_meta: shapeMeta({ image: image(3, 90, 160) }, 8) }));
    expect(losses).toContain('model.cond_obs_emb.weight: columns 64–70 have no place in the new policy');
    expect(losses).toContain('normalizer.params_dict.robot_eef_pose.scale: not in the new policy');
  });

  it('a renamed camera is suggested, and mapped when asked', () => {
    const shapes = shapeMeta(
      { camera_0: image(3, 90, 160), robot_eef_pose: pose, robot_gripper_state: gripper },
      8,
    );
    const to = config({ shape_meta: shapes });
    expect(() => plan(to)).toThrow(AdaptationLoss);
    try {
      plan(to);
    } catch (error) {
      expect((error as AdaptationLoss).hint).toContain('--rename image=camera_0');
    }
    const made = plan(to, { rename: new Map([['image', 'camera_0']]) });
    expect(withFate(made, 'initialised')).toEqual(statistics('robot_gripper_state'));
  });

  it('who has no such options is told the call that has them', () => {
    const call = (options: readonly string[]) => ['regrip adapt', ...options].join(' ');
    const loss = new AdaptationLoss([{ key: 'action', what: 'gone' }], new Map([['a', 'b']]), ['x=y']);
    expect(loss.hint).toBe(
      'Parts match under another name: try --rename a=b --map x=y. Or give --allow-drop to continue without them.',
    );
    expect(loss.asCalled(call).hint).toBe(
      'Parts match under another name: try regrip adapt --rename a=b --map x=y. Or give --allow-drop to continue without them: regrip adapt --allow-drop.',
    );
    expect(new AdaptationLoss(loss.losses, new Map()).asCalled(call).hint).toMatch(
      /^Change the config so that it keeps them, or give .*: regrip adapt --allow-drop\.$/,
    );
  });

  it.each([
    [
      'fewer action dimensions',
      config({ shape_meta: shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 6) }),
      'model.head.weight: entry 6 has no place',
    ],
    [
      'the same, by the name of what is mapped',
      config({ shape_meta: shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 6) }),
      'action: old dimension 6 has no place in the new policy',
    ],
    [
      'another horizon',
      { ...newConfig, policy: { ...(newConfig.policy as PlainMap), horizon: 24 } },
      'model.pos_emb: [1, 16, 32] does not fit [1, 24, 32]',
    ],
    [
      'fewer layers',
      { ...newConfig, policy: { ...(newConfig.policy as PlainMap), n_layer: 1 } },
      'model.decoder.layers.1.norm1.bias: not in',
    ],
    [
      'more layers',
      { ...newConfig, policy: { ...(newConfig.policy as PlainMap), n_layer: 3 } },
      'model.decoder.layers.2.norm1.bias: the old policy has none',
    ],
    [
      'other heads',
      { ...newConfig, policy: { ...(newConfig.policy as PlainMap), n_head: 4 } },
      'policy.n_head: was 2',
    ],
  ])('%s', (_name, to, loss) => {
    expect(lossesOf(to).find((line) => line.startsWith(loss))).toBeDefined();
    expect(plan(to, { allowDrop: true }).losses.length).toBeGreaterThan(0);
  });

  it('weights that the file does not have are named', () => {
    const index = indexOf('policy-7d.json');
    const { ema_model: _dropped, ...stateDicts } = index.stateDicts;
    const input = { old: policySpec(oldConfig), spec: policySpec(newConfig), newConfig, options: DEFAULTS };
    expect(() => planAdaptation({ ...input, index: { ...index, stateDicts } })).toThrow(
      /no state dict ema_model \(it has model\)/,
    );
  });

  it('a renaming that names nothing is a wrong call', () => {
    expect(() => plan(newConfig, { rename: new Map([['front', 'image']]) })).toThrow(
      /the old policy has no front/,
    );
  });
});

it('a policy of another family is refused: none of its weights mean anything here', () => {
  const other: PolicyFamily = { ...FAMILIES[0]!, id: 'other', name: 'second policy', classes: ['Other'] };
  const table = FAMILIES as PolicyFamily[];
  table.push(other);
  try {
    const input = {
      index: indexOf('policy-7d.json'),
      spec: policySpec(newConfig),
      newConfig,
      options: DEFAULTS,
    };
    const old = { ...policySpec(oldConfig), family: 'other' };
    expect(() => planAdaptation({ ...input, old })).toThrow(
      /holds the weights of a second policy, and the new config describes a diffusion transformer policy/,
    );
  } finally {
    table.pop();
  }
});

it('any number of dimensions is widened to any larger one', () => {
  const shapes = { image: image(3, 90, 160), robot_eef_pose: pose };
  const made = plan(config({ shape_meta: shapeMeta(shapes, 12) }));
  const head = made.keys.find(({ key }) => key === 'model.head.weight')!;
  expect(head).toMatchObject({ fate: 'widened', from: [0, 1, 2, 3, 4, 5, 6, null, null, null, null, null] });
});
