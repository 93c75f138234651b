/** What a key is, what file and config say of it, and what an adaptation does with it. */
import { describe, expect, it } from 'vitest';
import type { Plain } from '../../../engine/base/plain.js';
import type { Rotation } from '../../../engine/base/rotation.js';
import { explainKey, KeyExplainer } from '../../../engine/judge/explain/key.js';
import { explanationText } from '../../../engine/judge/explain/text.js';
import { policySpec } from '../../../engine/judge/policy/families.js';
import { newConfig, oldConfig } from '../../adapt/references.js';
import { config, gripper, image, pose, shapeMeta } from '../../tensors/policy/configs.js';

import { changed, explain, index, targetOf } from './targets.js';

describe('a key against an 8-D config', () => {
  it('that is widened: both shapes, what sets them, and what the new column gets', () => {
    expect(explain('model.input_emb.weight')).toEqual({
      key: 'model.input_emb.weight',
      stateDict: 'ema_model',
      meaning: 'input projection of the transformer: noisy action to token',
      file: { shape: [32, 7], dtype: 'float32', aliases: [] },
      expected: {
        shape: [32, 8],
        dtype: 'float32',
        dimensions: [
          { size: 32, meaning: 'embedding width', setBy: [{ path: 'policy.n_emb' }] },
          { size: 8, meaning: 'action dimension', setBy: [{ path: 'policy.shape_meta.action.shape.0' }] },
        ],
      },
      verdict: 'differs',
      adaptFate: { fate: 'widened', from: [32, 7], to: [32, 8], gets: 'new column 7: zero' },
      why: 'action dimension: 7 in the file, 8 expected',
      fix: 'regrip adapt --old-ckpt policy-7d.json --new-ckpt policy-7d-8d.json --config /robot/train.yaml',
    });
  });

  it('that is copied', () => {
    const { verdict, adaptFate, why, fix } = explain('model.ln_f.weight');
    expect([verdict, adaptFate, why, fix]).toEqual([
      'same',
      { fate: 'copied', from: [32], to: [32] },
      'file and config agree',
      undefined,
    ]);
  });

  it('that only the config has', () => {
    const { file, verdict, adaptFate, why } = explain('normalizer.params_dict.robot_gripper_state.scale');
    expect([file, verdict]).toEqual(['absent', 'only expected']);
    expect(adaptFate).toEqual({
      fate: 'initialised',
      to: [1],
      gets: 'fitted on the new data set',
      why: 'a new observation',
    });
    expect(why).toBe(
      "policy.shape_meta.obs.robot_gripper_state decides whether there is such a key; it is there in this config and absent in the checkpoint's own",
    );
  });

  it('that only the file has: what is lost, and the call that keeps it', () => {
    const found = explainKey(
      { key: 'model.decoder.layers.1.norm3.bias' },
      { index, target: targetOf(changed({ n_layer: 1 }), ['policy.n_layer=1', 'a=b']) },
    );
    expect([found.expected, found.verdict]).toEqual(['not in this policy', 'only in file']);
    expect(found.adaptFate).toEqual({
      fate: 'dropped',
      why: 'the new policy has no such key',
      objection: 'not in the new policy',
    });
    expect(found.why).toContain("it is 1 in this config and 2 in the checkpoint's own");
    expect(found.fix).toMatch(/ --config \/robot\/train\.yaml a=b policy\.n_layer=2$/);
  });

  it('of the other state dict: adapt takes it from the EMA', () => {
    const found = explain('model.head.bias', newConfig, 'model');
    expect(found.stateDict).toBe('model');
    expect(found.adaptFate).toMatchObject({ fate: 'widened', stateDict: 'ema_model' });
    expect(explanationText(found)).toContain('widened [7] → [8], from ema_model, new entry 7: zero');
  });

  it('of a checkpoint without EMA', () => {
    const { ema_model: _ema, ...stateDicts } = index.stateDicts;
    const found = explainKey(
      { key: 'model.head.bias' },
      { index: { ...index, stateDicts }, target: targetOf(newConfig) },
    );
    expect([found.stateDict, found.adaptFate?.fate]).toEqual(['model', 'widened']);
  });

  it('that has two names', () => {
    const { file } = explain('obs_encoder.obs_nets.image.nets.1.pos_x');
    expect(file).toMatchObject({ aliases: ['obs_encoder.obs_nets.image.pool.pos_x'] });
  });

  it('that no policy has', () => {
    const found = explain('output_proj.weight');
    expect(found).toMatchObject({ file: 'absent', expected: 'not in this policy', verdict: 'not compared' });
    expect([found.adaptFate, found.fix]).toEqual([undefined, undefined]);
    expect(found.meaning).toBe('no parameter of the diffusion transformer policy has this name');
  });

  it('every key has the fate that the plan gives it, and every verdict fits the shapes', () => {
    const explainer = new KeyExplainer({ index, target: targetOf(newConfig) });
    const keys = explainer.keys();
    const all = keys.map((key) => explainer.explain({ key }));
    expect(new Set(keys)).toEqual(new Set(policySpec(newConfig).parameters.map(({ key }) => key)));
    const fates = (fate: string) => all.filter(({ adaptFate }) => adaptFate?.fate === fate).length;
    expect([fates('copied'), fates('widened'), fates('initialised')]).toEqual([195, 10, 6]);
    const verdicts = (verdict: string) => all.filter((each) => each.verdict === verdict).length;
    expect([verdicts('same'), verdicts('differs'), verdicts('only expected')]).toEqual([195, 10, 6]);
    for (const { meaning, expected } of all) {
      expect(meaning).not.toContain('no parameter');
      const dimensions = typeof expected === 'string' ? [] : expected.dimensions;
      expect(dimensions.every((dimension) => dimension.meaning !== 'unknown')).toBe(true);
    }
  });
});

describe('names of dimensions', () => {
  const named = (own: Plain, now: Plain, to = newConfig) => {
    const config = { ...index.config!, regrip: { action_names: own } };
    const target = targetOf({ ...to, regrip: { action_names: now } });
    return explainKey({ key: 'model.head.weight' }, { index: { ...index, config }, target });
  };

  it('stand beside what is new, wherever it is', () =>
    expect(named([{ pose: 7 }], ['gripper', { pose: 7 }]).adaptFate?.gets).toBe(
      'new row 0 (gripper): N(0, 0.02)',
    ));

  it('tell that dimensions change places, though the shapes agree', () => {
    const found = named([{ pose: 6 }, 'grip'], ['grip', { pose: 6 }], oldConfig);
    expect([found.verdict, found.why]).toEqual([
      'same',
      'file and config agree in shape, but their dimensions stand in different places',
    ]);
    expect(found.adaptFate?.gets).toBe('rows 0 (grip) ← old 6, 1–6 (pose) ← old 0–5');
    expect(found.fix).toContain('regrip adapt --old-ckpt');
  });

  it('follow from how the data set writes rotations, where no config names them', () => {
    const told = (rotation?: Rotation) => {
      const column = { shape: [9, 7], dtype: '<f4', stored: { piece: [9, 7], codec: null } };
      const columns = new Map([['action', { ...column, ...(rotation && { rotation }) }]]);
      const { adaptFate } = explainKey(
        { key: 'model.head.weight' },
        { index, target: targetOf(oldConfig), columns },
      );
      return [adaptFate?.fate, adaptFate?.gets];
    };
    expect(told()).toEqual(['copied', undefined]);
    expect(told('quaternion')).toEqual(['copied', undefined]);
    expect(told('axis-angle')).toEqual([
      'widened',
      'old rows 3–6 dropped, new rows 3–6 (axis_angle, gripper): N(0, 0.02)',
    ]);
  });

  it('that are near each other only by their widths are suggested in the call', () =>
    expect(named([{ pose: 6 }, 'grip'], [{ pose: 6 }, 'hand', 'camera']).fix).toContain(' --map hand=grip'));
});

describe('what adapt would refuse', () => {
  const camera = config({
    shape_meta: shapeMeta(
      { camera_0: image(3, 90, 160), robot_eef_pose: pose, robot_gripper_state: gripper },
      8,
    ),
  });

  it('a renamed camera: the call renames it', () => {
    const found = explain('obs_encoder.obs_nets.camera_0.pool.pos_x', camera);
    expect(found.verdict).toBe('only expected');
    expect(found.adaptFate!.objection).toMatch(/other parts of the old policy would be lost, first /);
    expect(found.fix).toMatch(/ --config \/robot\/train\.yaml --rename image=camera_0$/);
  });

  it('told of the renaming, the fate names both sides', () => {
    const facts = { index, target: targetOf(camera), rename: new Map([['image', 'camera_0']]) };
    const explainer = new KeyExplainer(facts);
    const [old, now] = ['image', 'camera_0'].map((name) => `obs_encoder.obs_nets.${name}.nets.1.pos_x`);
    const fate = { fate: 'copied', from: [1, 15], to: [1, 15] };
    expect(explainer.explain({ key: now! }).adaptFate).toEqual({ ...fate, renamedFrom: old });
    expect(explainer.explain({ key: old! }).adaptFate).toEqual({ ...fate, renamedTo: now });
  });

  it.each([
    ['another width', { n_emb: 48 }, 'policy.n_emb=32', 8],
    ['other heads', { n_head: 4 }, 'policy.n_head=2', 8],
    ['another horizon', { horizon: 24 }, 'policy.horizon=16', 8],
    [
      'fewer action dimensions',
      { shape_meta: shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 6) },
      "'policy.shape_meta.action.shape=[7]'",
      7,
    ],
  ])('%s: the call keeps the old one, and the wider actions', (_name, change, override, width) => {
    const { fix } = explain('model.head.bias', changed(change));
    expect(fix).toBe(
      `regrip adapt --old-ckpt policy-7d.json --new-ckpt policy-7d-${width}d.json --config /robot/train.yaml ${override}`,
    );
  });

  it('a training config without a learning rate', () => {
    const { adaptFate, verdict } = explain('model.head.bias', { policy: newConfig.policy! });
    expect(verdict).toBe('differs');
    expect(adaptFate).toMatchObject({
      fate: 'refused',
      why: expect.stringContaining('optimizer.learning_rate is missing'),
    });
    expect(explain('model.head.bias', { policy: newConfig.policy! }).fix).toBeUndefined();
  });
});

describe('with less than a checkpoint and a config', () => {
  it('a checkpoint alone: what the key is and what the file has', () => {
    const found = explainKey({ key: 'model.head.weight' }, { index });
    expect(found).toMatchObject({
      file: { shape: [7, 32] },
      expected: 'unknown',
      verdict: 'not compared',
      why: 'there is no config to compare with',
    });
  });

  it('a config alone: what it expects', () => {
    const found = explainKey({ key: 'model.head.weight' }, { target: targetOf(newConfig) });
    expect(found).toMatchObject({
      file: 'not looked at',
      expected: { shape: [8, 32] },
      verdict: 'not compared',
    });
    expect(found).not.toHaveProperty('stateDict');
  });

  it('a config that describes no policy: why', () => {
    const { verdict, why, adaptFate } = explain('model.head.weight', changed({ n_head: 3 }));
    expect(verdict).toBe('not compared');
    expect(why).toBe(
      'this config does not describe a policy: policy.n_head is 3, which does not divide policy.n_emb 32',
    );
    expect(adaptFate?.fate).toBe('refused');
  });

  it('a message alone: its two shapes, and what they mean', () => {
    const found = explainKey(
      { key: 'model.input_emb.weight', told: { file: [256, 7], expected: [256, 8] } },
      {},
    );
    expect(found).toMatchObject({
      file: { shape: [256, 7], aliases: [] },
      verdict: 'differs',
      why: 'action dimension: 7 in the file, 8 expected',
    });
    expect(found.expected).toMatchObject({
      dimensions: [
        { size: 256, meaning: 'embedding width' },
        { size: 8, meaning: 'action dimension' },
      ],
    });
  });

  it('a message about another file than the one at hand: no fate', () => {
    const told = { file: [256, 7], expected: [256, 8] };
    const facts = { index, target: targetOf(newConfig) };
    expect(explainKey({ key: 'model.input_emb.weight', told }, facts).adaptFate).toBeUndefined();
    const same = { file: [32, 7], expected: [32, 8] };
    expect(explainKey({ key: 'model.input_emb.weight', told: same }, facts).adaptFate?.fate).toBe('widened');
  });

  it('shapes of another rank are told so', () => {
    const told = { file: [7], expected: [8, 32] };
    const found = explainKey({ key: 'model.head.weight', told }, {});
    expect(found.why).toBe('the shape is [7] in the file, [8, 32] is expected');
  });
});

it('the output is named by the width of the new actions', () => {
  const wide = config({ shape_meta: shapeMeta({ image: image(3, 90, 160), robot_eef_pose: pose }, 11) });
  expect(explain('model.head.bias', wide).fix).toContain(' --new-ckpt policy-7d-11d.json ');
});

it('a file without a config, or with a prefix on its keys, is offered the call with what adapt asks for', () => {
  const target = targetOf(newConfig);
  const bare = { ...index, config: undefined };
  const { fix, adaptFate } = explainKey({ key: 'model.head.bias' }, { index: bare, target });
  expect(adaptFate?.fate).toBe('refused');
  expect(fix).toContain(' --old-config OLD.yaml ');
  const wrapped = Object.entries(index.stateDicts).map(([name, tensors]) => [
    name,
    tensors.map((tensor) => ({ ...tensor, key: `module.${tensor.key}` })),
  ]);
  const facts = { index: { ...index, stateDicts: Object.fromEntries(wrapped) }, target };
  const found = explainKey({ key: 'module.model.head.bias' }, facts);
  expect(found.adaptFate?.fate).toBe('refused');
  expect(found.fix).toContain(' --strip-prefix ');
});

it('a checkpoint that adapt would refuse is not offered the call', () => {
  const own = { policy: { _target_: 'lab.DiffusionUnetHybridImagePolicy' } };
  const facts = { index: { ...index, config: own }, target: targetOf(newConfig) };
  const { verdict, fix } = explainKey({ key: 'model.input_emb.weight' }, facts);
  expect([verdict, fix]).toEqual(['differs', undefined]);
});
