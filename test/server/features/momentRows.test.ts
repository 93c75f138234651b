/** The optimizer's moments under the names of their parameters. */
import { expect, test } from 'vitest';
import type { OptimizerInfo, TensorInfo } from '../../../engine/formats/checkpoint/types.js';
import { momentRows } from '../../../server/features/momentRows.js';
import { checkpointOf, policyProject } from '../../judge/checks/policyProject.js';

const index = await checkpointOf(policyProject());
const tensor = (shape: readonly number[]) => ({ shape, dtype: 'float32' }) as unknown as TensorInfo;
const optimizer = (...states: [number, readonly number[]][]) => {
  const state = states.map(([number, shape]) => [number, { expAvg: tensor(shape), expAvgSq: tensor(shape) }]);
  return { paramGroups: [], state: new Map(state as never) } as unknown as OptimizerInfo;
};
const names = (info: OptimizerInfo, of = index) => momentRows(of, info).map(({ key }) => key);

test('two rows a parameter, by its name where the shape is its own', () => {
  const { key, shape } = index.stateDicts['model']!.find((each) => each.key === 'model.input_emb.weight')!;
  const all = Array.from({ length: 400 }, (_, number) => names(optimizer([number, shape]))).flat();
  expect(all.filter((name) => name.startsWith(key))).toEqual([`${key}.exp_avg`, `${key}.exp_avg_sq`]);
  expect(names(optimizer([0, [1]]))[0]).toBe('state.0.exp_avg');
});

test('an index beyond the policy’s parameters stays an index', () => {
  expect(names(optimizer([99_999, [4]]))).toEqual(['state.99999.exp_avg', 'state.99999.exp_avg_sq']);
});

test('a file whose config describes no policy has indices alone', () => {
  expect(names(optimizer([0, [4]]), { ...index, config: {} })).toEqual([
    'state.0.exp_avg',
    'state.0.exp_avg_sq',
  ]);
});

test('moments are compared with nothing', () => {
  expect(momentRows(index, optimizer([0, [4]]))[0]).toMatchObject({
    shape: [4],
    verdict: 'not compared',
    expected: null,
    fate: null,
  });
});
