/** The spec of a config beside the state dict of the real class. */
import { expect, test } from 'vitest';
import { policySpec } from '../../../../engine/judge/policy/families.js';
import { compared, realClasses } from '../../../../scripts/compatibility/policies/realClass.js';
import { unetLowdimConfig } from '../../../tensors/policy/configs.js';

const spec = policySpec(unetLowdimConfig());
const entries = spec.parameters.map(({ key, shape }) => [key, shape] as const);
const own = entries.filter(([key]) => !key.startsWith('normalizer.'));

test('equal up to the normaliser, which the data set fills', () => {
  expect(compared(spec, { entries: own })).toEqual({ kind: 'equal' });
  expect(compared(spec, { entries: [...own, ['normalizer.params_dict.obs.scale', [9]]] })).toEqual({
    kind: 'equal',
  });
});

test('the first difference in keys, shapes or order', () => {
  const [first, second, ...rest] = own;
  const what = (changed: typeof own) => compared(spec, { entries: changed });
  expect(what([second!, first!, ...rest])).toMatchObject({ kind: 'differs' });
  expect(what(own.slice(0, -1))).toEqual({
    kind: 'differs',
    what: `ours ${own.at(-1)![0]} [${own.at(-1)![1].join(', ')}], the class's ends`,
  });
  expect(what([...own, ['more', [1]]])).toEqual({ kind: 'differs', what: "ours ends, the class's more [1]" });
});

test('a class that is not in the project is said to be so', () => {
  const resolved = { policy: { _target_: 'nowhere.Policy' } };
  const answers = realClasses([{ file: '/no/such/config/train.yaml', resolved }], ['/no/such/python']);
  expect(answers.map((answer) => compared(spec, answer))).toEqual([
    { kind: 'not built', what: 'the module of the class is not in the project' },
  ]);
});
