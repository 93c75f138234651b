/** The plan of a DP3 policy from 7-D actions to 8-D: nothing is lost, and the normaliser is the one that the file has. */
import { describe, expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointIndex, TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import { oldPolicy } from '../../../engine/judge/adapt/oldPolicy.js';
import { AdaptationLoss, planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptPlan, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { findIncompatibilities } from '../../../engine/judge/policy/compatibility.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { STATISTICS } from '../../../engine/judge/policy/normalizer.js';
import { dp3Config, LISTING, VARIANTS } from '../policy/dp3/configs.js';

/** The same variant with other widths. */
function wide(variant: string, action: number, state?: number): PlainMap {
  const { obs } = LISTING[variant]!.policy['shape_meta'] as { obs: PlainMap };
  const agent = state === undefined ? {} : { agent_pos: { shape: [state] } };
  return dp3Config(variant, { shape_meta: { obs: { ...obs, ...agent }, action: { shape: [action] } } });
}

/** A checkpoint of that policy, the normaliser's fields in the widths given. */
function indexOf(config: PlainMap, fields: Readonly<Record<string, number>> = {}): CheckpointIndex {
  const kept = policySpec(config).parameters.filter(
    ({ key }) => !Object.keys(fields).some((name) => key.includes(`.${name}.`)),
  );
  const own = Object.entries(fields).flatMap(([name, width]) =>
    STATISTICS.map((statistic) => {
      const isOwn = statistic === 'offset' || statistic === 'scale';
      const key = `normalizer.params_dict.${name}.${isOwn ? '' : 'input_stats.'}${statistic}`;
      return { key, shape: [width] };
    }),
  );
  const tensors = [...kept, ...own].map(({ key, shape }, at): TensorInfo => {
    return { key, shape, dtype: 'float32', stride: [], storageOffset: 0, storage: String(at) };
  });
  return {
    path: 'old.ckpt',
    stateDicts: { model: tensors, ema_model: tensors },
    optimizer: undefined,
    pickles: {},
    unexpectedGlobals: [],
    config,
  };
}

function planned(index: CheckpointIndex, to: PlainMap): AdaptPlan {
  const old = oldPolicy({ index, weights: 'ema' });
  const spec = policySpec(to);
  return planAdaptation({ index: old.index, old: old.spec, spec, newConfig: to, options: TRANSPLANT });
}

const widened = ({ keys }: AdaptPlan) =>
  new Map(keys.flatMap((key) => (key.fate === 'widened' ? [[key.key, key.from]] : [])));
const shapes = ({ keys }: AdaptPlan, field: string) =>
  keys.filter(({ key }) => key.includes(`.${field}.`)).map(({ shape }) => shape);

describe.each(VARIANTS)('%s', (variant) => {
  const plan = planned(indexOf(dp3Config(variant)), wide(variant, 8));

  it('keeps every key, and puts the new action behind the old ones', () => {
    expect([plan.losses, plan.dropped]).toEqual([[], []]);
    expect(plan.keys.filter(({ fate }) => fate === 'initialised')).toEqual([]);
    const first = widened(plan).get('model.down_modules.0.0.blocks.0.block.0.weight')!;
    expect(first.slice(0, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, null]);
    expect(widened(plan).get('model.final_conv.1.bias')!.indexOf(null)).toBe(7);
  });
});

it('a wider state widens the first layer of its MLP, and no condition', () => {
  const plan = planned(indexOf(dp3Config('simple')), wide('simple', 7, 9));
  expect([...widened(plan).keys()].filter((key) => !key.startsWith('normalizer.'))).toEqual([
    'obs_encoder.state_mlp.0.weight',
  ]);
  expect(plan.fittedFields).toEqual(['agent_pos']);
});

describe('the normaliser of the file', () => {
  it('counts: identities, colours that the policy leaves out, and fields of the project’s own', () => {
    const index = indexOf(dp3Config('film'), { point_cloud: 6, agent_pos: 1, image: 1 });
    const plan = planned(index, wide('film', 8, 9));
    expect([plan.losses, plan.dropped, plan.fittedFields]).toEqual([[], [], ['action']]);
    expect(shapes(plan, 'point_cloud')).toEqual(Array(6).fill([6]));
    expect(shapes(plan, 'agent_pos')).toEqual(Array(6).fill([1]));
    expect(shapes(plan, 'image')).toEqual(Array(6).fill([1]));
    expect(plan.keptFields).toEqual(['action']);
  });

  it('counts over a data set class that would leave it alone', () => {
    const read = { task: { dataset: { _target_: 'x.DexArtDataset' } } };
    const config = { ...dp3Config('film'), ...read };
    const plan = planned(indexOf(config, { point_cloud: 3 }), { ...wide('film', 8), ...read });
    expect(plan.losses).toEqual([]);
    expect(shapes(plan, 'point_cloud')).toEqual(Array(6).fill([3]));
  });

  it('fits the policy of its config, as upstream loads it; another action does not', () => {
    const spec = policySpec(dp3Config('film'));
    const problems = (fields: Readonly<Record<string, number>>) =>
      findIncompatibilities(spec, indexOf(dp3Config('film'), fields).stateDicts['model']!);
    expect(problems({ point_cloud: 6, agent_pos: 1, image: 1 })).toEqual([]);
    expect(problems({ action: 8 })).toHaveLength(STATISTICS.length);
    expect(problems({ agent_pos: 9 })).toHaveLength(STATISTICS.length);
  });

  it('is not kept of an observation that is gone', () => {
    const old = indexOf(dp3Config('imagined robot'), { imagin_robot: 1 });
    expect(() => planned(old, wide('film', 7))).toThrow(/normalizer\.params_dict\.imagin_robot/);
  });
});

it.each<readonly [string, string, string]>([
  ['policy.condition_type: was film in the old training and is add now', 'film', 'add'],
  ['policy._target_: was DP3 in the old training and is SimpleDP3 now', 'film', 'simple'],
  ['policy.obs_as_global_cond: was true in the old training and is false now', 'film', 'inpainting'],
])('%s', (message, from, to) => {
  expect(() => planned(indexOf(dp3Config(from)), dp3Config(to))).toThrow(AdaptationLoss);
  expect(() => planned(indexOf(dp3Config(from)), dp3Config(to))).toThrow(message);
});
