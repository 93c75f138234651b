/** The plan of UMI's transformer policy that gets an action and an observed value more, or another observation. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import type { CheckpointIndex } from '../../../engine/formats/checkpoint/types.js';
import { planAdaptation } from '../../../engine/judge/adapt/plan.js';
import { type AdaptPlan, TRANSPLANT } from '../../../engine/judge/adapt/types.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { umiTransformerConfig } from '../../tensors/policy/configs.js';

const camera: PlainMap = { shape: [3, 224, 224], type: 'rgb', horizon: 2 };
const vector = (width: number): PlainMap => ({ shape: [width], type: 'low_dim', horizon: 2 });
const config = (action: number, obs: PlainMap) =>
  umiTransformerConfig({ action, obs: { camera, ...obs }, horizon: 4 }, { feature_aggregation: 'cls' });

function planned(old: PlainMap, to: PlainMap): AdaptPlan {
  const [before, spec] = [policySpec(old), policySpec(to)];
  const model = before.parameters.map(({ key, shape, dtype }, at) => ({
    ...{ key, shape, dtype, stride: [], storageOffset: 0, storage: String(at) },
  }));
  const index: CheckpointIndex = {
    ...{ path: 'old.ckpt', optimizer: undefined, pickles: {}, unexpectedGlobals: [], config: old },
    stateDicts: { model, ema_model: model },
  };
  return planAdaptation({ index, old: before, spec, newConfig: to, options: TRANSPLANT });
}

const sources = (plan: AdaptPlan) =>
  Object.fromEntries(plan.keys.flatMap((key) => (key.fate === 'widened' ? [[key.key, key.from]] : [])));

it('an action and an observed value more have no place but their own', () => {
  const plan = planned(config(2, { pose: vector(3) }), config(3, { pose: vector(4) }));
  expect([plan.losses, plan.dropped]).toEqual([[], []]);
  expect(sources(plan)).toMatchObject({
    'model.input_emb.weight': [0, 1, null],
    'model.head.bias': [0, 1, null],
    'obs_encoder.key_projection_map.pose.weight': [0, 1, 2, null],
  });
});

it('the tokens of a new observation stand among the others, whose positions they keep', () => {
  const plan = planned(config(2, { pose: vector(3) }), config(2, { grip: vector(1), pose: vector(3) }));
  expect([plan.losses, plan.dropped]).toEqual([[], []]);
  expect(sources(plan)).toEqual({ 'model.cond_pos_emb': [0, 1, null, null, 2, 3, 4] });
});

it('a vector that was a token already has no projection that could be kept: a loss', () => {
  expect(() => planned(config(2, { pose: vector(64) }), config(2, { pose: vector(65) }))).toThrow(
    /would lose 2 parts.*\n.*key_projection_map\.pose\.weight: the old policy has none/,
  );
});
