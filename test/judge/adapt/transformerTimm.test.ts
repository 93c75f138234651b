/** The plan of UMI's transformer policy that gets an action and an observed value more, or another observation. */
import { expect, it } from 'vitest';
import type { PlainMap } from '../../../engine/base/plain.js';
import { addMap } from '../../../engine/judge/adapt/mapEntry.js';
import type { AdaptPlan } from '../../../engine/judge/adapt/types.js';
import { umiTransformerConfig } from '../../tensors/policy/configs.js';
import { planned } from './planned.js';

const camera: PlainMap = { shape: [3, 224, 224], type: 'rgb', horizon: 2 };
const vector = (width: number): PlainMap => ({ shape: [width], type: 'low_dim', horizon: 2 });
const config = (action: number, obs: PlainMap) =>
  umiTransformerConfig({ action, obs: { camera, ...obs }, horizon: 4 }, { feature_aggregation: 'cls' });

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

it('a vector that was a token already begins with an identity where it is longer', () => {
  const plan = planned(config(2, { pose: vector(64) }), config(2, { pose: vector(65) }));
  expect(plan.losses).toEqual([]);
  const key = 'obs_encoder.key_projection_map.pose.weight';
  const begun = plan.keys.find((each) => each.key === key);
  expect(begun).toMatchObject({ fate: 'initialised', fill: { kind: 'computed' } });
});

it('a vector that is a token already cannot be in another order: a loss', () => {
  const of = config(2, { pose: vector(64) });
  const map = addMap('pose: 0:2=62:64, 2:64=0:62');
  expect(() => planned(of, of, { map })).toThrow(
    /key_projection_map\.pose\.weight: there is no such layer in either policy/,
  );
});
