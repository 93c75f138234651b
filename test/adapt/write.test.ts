import { describe, expect, it } from 'vitest';
import { adaptedContent } from '../../engine/adapt/write.js';
import { Stream } from '../../engine/base/streams.js';
import { float32View } from '../../engine/formats/checkpoint/floats.js';
import type { CheckpointFile, TensorInfo } from '../../engine/formats/checkpoint/types.js';
import { addMap } from '../../engine/judge/adapt/mapEntry.js';
import { planAdaptation } from '../../engine/judge/adapt/plan.js';
import type { AdaptOptions, AdaptPlan } from '../../engine/judge/adapt/types.js';
import { policySpec } from '../../engine/judge/policy/families.js';
import { LimitsFit } from '../../engine/judge/policy/limits.js';
import { indexOf, newConfig, oldConfig } from './references.js';

const index = indexOf('policy-7d.json');
const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** Every tensor counts up from a number of its own, so that each value says where it came from. */
const oldValues = ({ shape, storage }: TensorInfo) =>
  Float32Array.from({ length: count(shape) }, (_, i) => Number(storage) + i / 16384);
const file: CheckpointFile = {
  index,
  read: async (tensor) => new Uint8Array(oldValues(tensor).buffer),
  close: async () => undefined,
};

function planned(options: Partial<AdaptOptions>): AdaptPlan {
  const all: AdaptOptions = {
    strategy: 'transplant',
    weights: 'ema',
    moments: 'widen',
    allowDrop: false,
    rename: new Map(),
    ...options,
  };
  const input = { index, old: policySpec(oldConfig), spec: policySpec(newConfig), newConfig, options: all };
  return planAdaptation(input);
}

function content(options: Partial<AdaptOptions> = {}) {
  const action = new LimitsFit(8);
  action.add(Float32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1]));
  const gripper = new LimitsFit(1);
  gripper.add(Float32Array.from([0, 1]));
  return adaptedContent({
    file,
    plan: planned(options),
    config: newConfig,
    statistics: new Map([
      ['action', action.result()],
      ['robot_gripper_state', gripper.result()],
    ]),
    random: (position) => new Stream(42, 'initialisation', position),
  });
}

async function values(dict: 'model' | 'ema_model', key: string, options: Partial<AdaptOptions> = {}) {
  const source = content(options).stateDicts[dict]!.find((tensor) => tensor.key === key)!;
  expect(source.alias).toBeUndefined();
  const read = float32View(await source.read());
  expect(read).toHaveLength(count(source.shape));
  return read;
}
const old = (key: string, dict = 'ema_model') =>
  oldValues(index.stateDicts[dict]!.find((tensor) => tensor.key === key)!);

describe('the content of the adapted checkpoint', () => {
  it('keeps each old column of the input layer, and a zero for the gripper', async () => {
    const made = await values('model', 'model.input_emb.weight');
    const before = old('model.input_emb.weight');
    for (let row = 0; row < 32; row += 1) {
      expect(made.subarray(8 * row, 8 * row + 7)).toEqual(before.subarray(7 * row, 7 * row + 7));
      expect(made[8 * row + 7]).toBe(0);
    }
  });

  it('keeps the rows of the head and draws one for the gripper', async () => {
    const made = await values('model', 'model.head.weight');
    expect(made.subarray(0, 7 * 32)).toEqual(old('model.head.weight'));
    const drawn = made.subarray(7 * 32);
    const deviation = Math.sqrt(drawn.reduce((sum, x) => sum + x * x, 0) / 32);
    expect(deviation).toBeGreaterThan(0.012);
    expect(deviation).toBeLessThan(0.03);
    expect((await values('model', 'model.head.bias'))[7]).toBe(0);
  });

  it('keeps the pose normaliser and fits the gripper', async () => {
    const scale = await values('model', 'normalizer.params_dict.action.scale');
    expect(scale.subarray(0, 7)).toEqual(old('normalizer.params_dict.action.scale'));
    expect(scale[7]).toBe(2);
    expect([...(await values('model', 'normalizer.params_dict.robot_gripper_state.offset'))]).toEqual([-1]);
  });

  it('writes each dimension where a map puts it: weights, normaliser and moments', async () => {
    const options = { map: addMap('gripper@2=new,0:2=5:7,3:8=0:5') };
    const order = [5, 6, null, 0, 1, 2, 3, 4];
    const ordered = (before: Float32Array, width: number, fresh: Float32Array) =>
      order.flatMap((from, to) => {
        const [tensor, row] = from === null ? [fresh, to] : [before, from];
        return [...tensor.subarray(row * width, (row + 1) * width)];
      });
    for (const [key, width] of [
      ['model.head.weight', 32],
      ['normalizer.params_dict.action.input_stats.max', 1],
    ] as const) {
      const made = await values('model', key, options);
      expect([...made]).toEqual(ordered(old(key), width, made));
    }
    const input = await values('model', 'model.input_emb.weight', options);
    const before = old('model.input_emb.weight');
    expect([...input.subarray(8, 16)]).toEqual(order.map((from) => (from === null ? 0 : before[7 + from]!)));
    const moments = content(options).optimizer!;
    const { index: at, expAvg } = planned(options).optimizer.moments.find(
      (moment) => moment.expAvg.key === 'model.head.weight',
    )!;
    if (expAvg.fate !== 'widened') throw new Error(expAvg.fate);
    const was = oldValues(expAvg.source);
    const is = float32View(await moments.state.get(at)!.expAvg.read());
    expect([...is]).toEqual(ordered(was, 32, new Float32Array(8 * 32)));
  });

  it('starts model and EMA from the same old weights, the chosen ones', async () => {
    const key = 'model.ln_f.weight';
    expect(await values('model', key)).toEqual(old(key, 'ema_model'));
    expect(await values('ema_model', key)).toEqual(old(key, 'ema_model'));
    expect(await values('ema_model', key, { weights: 'model' })).toEqual(old(key, 'model'));
  });

  it('begins at step 0, without a folder to write to, and records what is new', () => {
    const { pickles } = content();
    expect(Object.keys(pickles)).toEqual(['global_step', 'epoch', 'regrip_adaptation']);
    expect(pickles).toMatchObject({ global_step: 0, epoch: 0 });
    expect(pickles.regrip_adaptation).toEqual({
      strategy: 'transplant',
      weights: 'ema',
      old_action_dim: 7,
      new_action_dim: 8,
      dimensions: { action: [0, 1, 2, 3, 4, 5, 6, null], robot_eef_pose: [0, 1, 2, 3, 4, 5, 6] },
      widened: {
        'model.input_emb.weight': { from: [32, 7], to: [32, 8], axis: 1, new_indices: [7] },
        'model.cond_obs_emb.weight': { from: [32, 71], to: [32, 72], axis: 1, new_indices: [71] },
        'model.head.weight': { from: [7, 32], to: [8, 32], axis: 0, new_indices: [7] },
        'model.head.bias': { from: [7], to: [8], axis: 0, new_indices: [7] },
      },
    });
  });

  it('records layers that were drawn anew as new from their first index on', () => {
    const { regrip_adaptation: record } = content({ strategy: 'reinit' }).pickles as {
      regrip_adaptation: { widened: Record<string, unknown> };
    };
    expect(record.widened['model.head.bias']).toEqual({
      from: [0],
      to: [8],
      axis: 0,
      new_indices: [0, 1, 2, 3, 4, 5, 6, 7],
    });
  });

  it('widens the moments with zeros and keeps their step', async () => {
    const { state } = content().optimizer!;
    const entry = state.get(16)!; // model.input_emb.weight, the last of the decayed group
    expect([entry.step, entry.expAvg.shape]).toEqual([4321, [32, 8]]);
    const made = float32View(await entry.expAvgSq.read());
    expect(made.filter((_, i) => i % 8 === 7)).toEqual(new Float32Array(32));
    expect(made[0]).toBe(oldValues(index.optimizer!.state.get(16)!.expAvgSq)[0]);
  });

  it('draws the same values again', async () => {
    expect(await values('model', 'model.head.weight')).toEqual(
      await values('ema_model', 'model.head.weight'),
    );
  });
});
