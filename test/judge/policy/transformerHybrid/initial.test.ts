import { describe, expect, it } from 'vitest';
import { Stream } from '../../../../engine/base/streams.js';
import { familyOfSpec, policySpec } from '../../../../engine/judge/policy/families.js';
import { initialValues } from '../../../../engine/judge/policy/initial.js';
import { config } from '../../../tensors/policy/configs.js';

const spec = policySpec(config());
function initial(key: string, seed = 1): Float32Array {
  const position = spec.parameters.findIndex((entry) => entry.key === key);
  const entry = spec.parameters[position]!;
  return initialValues(
    familyOfSpec(spec).initialRule(entry, spec),
    entry.shape,
    new Stream(seed, 'initialisation', position),
  );
}
const deviation = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

describe('initial values', () => {
  it('draws the transformer from N(0, 0.02) and its biases as zeros', () => {
    expect(deviation(initial('model.encoder.0.weight'))).toBeCloseTo(0.02, 3);
    expect(new Set(initial('model.head.bias'))).toEqual(new Set([0]));
    expect(new Set(initial('model.ln_f.weight'))).toEqual(new Set([1]));
  });

  it("draws ResNet's convolutions with He's deviation, fan out", () => {
    const key = 'obs_encoder.obs_nets.image.backbone.nets.4.0.conv1.weight';
    expect(deviation(initial(key))).toBeCloseTo(Math.sqrt(2 / (64 * 9)), 3);
  });

  it("draws the encoder's last layer between ±1/8", () => {
    const values = initial('obs_encoder.obs_nets.image.nets.3.weight');
    expect(Math.max(...values)).toBeLessThanOrEqual(1 / 8);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1 / 8);
    expect(deviation(values)).toBeCloseTo(1 / 8 / Math.sqrt(3), 2);
  });

  it('masks the future, and lets a step see the time and the observations up to its own', () => {
    const mask = initial('model.memory_mask'); // (16, 3)
    const row = (step: number) => [...mask.subarray(3 * step, 3 * step + 3)];
    expect(row(0)).toEqual([0, 0, -Infinity]);
    expect(row(1)).toEqual([0, 0, 0]);
    expect(initial('model.mask').filter((x) => x === 0)).toHaveLength((16 * 17) / 2);
  });

  it('spreads the key points over -1 … 1', () => {
    const [x, y] = ['x', 'y'].map((axis) => initial(`obs_encoder.obs_nets.image.pool.pos_${axis}`)); // 3 rows of 5
    expect([...x!.subarray(0, 5)]).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect([y![0], y![5], y![14]]).toEqual([-1, 0, 1]);
  });

  it('repeats with a seed and changes with another', () => {
    expect(initial('model.head.weight')).toEqual(initial('model.head.weight'));
    expect(initial('model.head.weight')).not.toEqual(initial('model.head.weight', 2));
  });
});
