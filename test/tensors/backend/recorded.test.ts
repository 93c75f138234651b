// @module-tag engine
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { nodeBackend } from '../../../engine/tensors/backend/nodeBackend.js';
import { openBackend } from '../../../engine/tensors/backend/open.js';
import { type Call, Recorded } from '../../../engine/tensors/backend/recorded.js';

let recorded: Recorded<number>;
beforeAll(async () => {
  await openBackend({ request: 'tensorflow-cpu' });
});
afterEach(() => recorded.dispose());

/** (a · b + drawn(10) · drawn(20), Σa), with `draws` counting from `first`. */
function call(a: tf.Tensor, b: tf.Tensor, first = 0): Call<number> {
  return {
    inputs: [a, b],
    draw: (site, request) => tf.scalar(first + site + request),
    compute: (drawn) => [
      tf.add(tf.mul(a, b), tf.mul(drawn(10), drawn(20))),
      tf.sum(tf.expandDims(a, 0)),
      tf.scalar(7),
    ],
  };
}

const values = (tensors: tf.Tensor[]): number[][] => {
  const found = tensors.map((tensor) => Array.from(tensor.dataSync()));
  tf.dispose(tensors);
  return found;
};

describe('a recorded function', () => {
  it('computes once, and then follows its inputs and draws without computing', () => {
    recorded = new Recorded();
    const first = call(tf.tensor1d([1, 2]), tf.tensor1d([3, 4]));
    const second = call(tf.tensor1d([5, 6]), tf.tensor1d([7, 8]), 1);
    const computed = vi.spyOn(second, 'compute');
    expect(values(recorded.run(first))).toEqual([[213, 218], [3], [7]]);
    expect(values(recorded.run(second))).toEqual([[277, 290], [11], [7]]);
    expect(computed).not.toHaveBeenCalled();
    expect(recorded.refusal).toBeUndefined();
  });

  it('computes where two inputs are one tensor: a later call may bring two', () => {
    recorded = new Recorded();
    const shared = tf.tensor1d([2, 3]);
    expect(values(recorded.run(call(shared, tf.clone(shared))))[0]).toEqual([214, 219]);
    expect(recorded.refusal).toContain('share one tensor');
    expect(values(recorded.run(call(tf.tensor1d([2, 3]), tf.tensor1d([10, 10]))))[0]).toEqual([230, 240]);
  });

  it('computes where a result is an unchanged input', () => {
    recorded = new Recorded();
    const given = tf.tensor1d([4, 5]);
    const same = { inputs: [given], draw: () => tf.scalar(0), compute: () => [tf.reshape(given, [2])] };
    expect(values(recorded.run(same))).toEqual([[4, 5]]);
  });

  it('is recorded anew for other shapes', () => {
    recorded = new Recorded();
    recorded.run(call(tf.tensor1d([1, 2]), tf.tensor1d([3, 4])));
    const wide = call(tf.tensor1d([1, 2, 3]), tf.tensor1d([1, 1, 1]));
    expect(values(recorded.run(wide))).toEqual([[211, 212, 213], [6], [7]]);
  });

  it('leaves no tensor, no model and no file behind', async () => {
    recorded = new Recorded();
    const folder = await mkdtemp(join(tmpdir(), 'regrip-recorded-'));
    vi.stubEnv('TMPDIR', folder);
    const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    tf.dispose(recorded.run(call(a, b)));
    vi.unstubAllEnvs();
    expect(recorded.refusal).toBeUndefined();
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) tf.dispose(recorded.run(call(a, b, i)));
    expect(tf.memory().numTensors).toBe(before);
    const { binding } = nodeBackend()! as unknown as { binding: { getNumOfSavedModels(): number } };
    const models = binding.getNumOfSavedModels();
    recorded.dispose();
    expect(binding.getNumOfSavedModels()).toBe(models - 1);
  });

  it('computes each call, and says why, when it uses a tensor that is not its input', () => {
    recorded = new Recorded();
    const hidden = tf.scalar(2);
    hidden.add(1).dispose(); // it is on the device
    const call = (x: number): Call<number> => {
      const input = tf.scalar(x);
      return { inputs: [input], draw: () => tf.scalar(0), compute: () => [tf.mul(input, hidden)] };
    };
    expect(values(recorded.run(call(3)))).toEqual([[6]]);
    expect(values(recorded.run(call(4)))).toEqual([[8]]);
    expect(recorded.refusal).toBe(
      'an input of Mul is neither an input of the recorded function nor created in it',
    );
  });

  it('computes each call, and says why, where no file can be written', () => {
    recorded = new Recorded();
    vi.stubEnv('TMPDIR', '/nowhere');
    expect(values(recorded.run(call(tf.tensor1d([1, 2]), tf.tensor1d([3, 4]))))).toEqual([
      [213, 218],
      [3],
      [7],
    ]);
    vi.unstubAllEnvs();
    expect(recorded.refusal).toContain('ENOENT');
  });

  it('computes each call, and says why, when it looks at a value', () => {
    recorded = new Recorded();
    const call = (x: number): Call<number> => {
      const input = tf.scalar(x);
      const compute = () => [tf.scalar(input.add(1).dataSync()[0]!)];
      return { inputs: [input], draw: () => tf.scalar(0), compute };
    };
    expect(values(recorded.run(call(3)))).toEqual([[4]]);
    expect(values(recorded.run(call(4)))).toEqual([[5]]);
    expect(recorded.refusal).toBe('a value was read while operations were being recorded');
  });

  it('fails as it would fail unrecorded', () => {
    recorded = new Recorded();
    const input = tf.tensor1d([1, 2]);
    const wrong: Call<number> = {
      inputs: [input],
      draw: () => tf.scalar(0),
      compute: () => {
        throw new Error('no such layer');
      },
    };
    expect(() => recorded.run(wrong)).toThrow('no such layer');
  });

  it('computes each call on other backends', async () => {
    recorded = new Recorded();
    await openBackend({ request: 'wasm' });
    const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([3, 4])];
    expect(values(recorded.run(call(a, b)))).toEqual([[213, 218], [3], [7]]);
    expect(values(recorded.run(call(a, b, 1)))).toEqual([[245, 250], [3], [7]]);
    expect(recorded.refusal).toBeUndefined();
    await openBackend({ request: 'tensorflow-cpu' });
  });
});
