import { describe, expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { foundForm, isWholeModule } from '../../../engine/formats/checkpoint/forms.js';
import {
  type PickleValue,
  PyDict,
  PyGlobal,
  PyList,
  PyObject,
  PyTuple,
} from '../../../engine/formats/pickle/model.js';
import { floats } from './files.js';
import { TorchFile } from './forms.js';

const weights = () => new TorchFile().stateDict([floats('a.weight', [1], [1])]);
const dict = (entries: Readonly<Record<string, PickleValue>>) => PyDict.of(entries);

const found = (payload: PickleValue) => {
  const form = foundForm(payload);
  return form && [form.form.kind, ...form.stateDicts.map(([name]) => name)];
};

test.each<[string, PickleValue, readonly string[] | undefined]>([
  ['a bare state dict', weights(), ['state-dict', 'model']],
  ['one in a plain dict', dict({ w: weights() }), undefined],
  ['weights by a name that is known', dict({ state_dict: weights() }), ['wrapped', 'model']],
  ['weights with an average', dict({ policy: weights(), ema: weights() }), ['wrapped', 'model', 'ema_model']],
  ['an average alone', dict({ ema_model: weights() }), ['wrapped', 'ema_model']],
  ['Lightning', dict({ state_dict: weights(), 'pytorch-lightning_version': '2.0' }), ['lightning', 'model']],
  ['robomimic', dict({ model: weights(), algo_name: 'bc' }), ['robomimic', 'model']],
  [
    'robomimic with nets',
    dict({ model: dict({ nets: weights(), ema: weights() }), algo_name: 'bc' }),
    ['robomimic', 'model', 'ema_model'],
  ],
  ['robomimic without weights', dict({ model: dict({}), algo_name: 'bc' }), undefined],
  ['an empty dict', dict({}), undefined],
  ['a list', new PyList([weights()]), undefined],
  ['a number', 5, undefined],
  ['weights of another kind', dict({ state_dict: dict({ a: 1 }) }), undefined],
])('%s', (_, payload, expected) => expect(found(payload)).toEqual(expected));

test('of two places of the weights the better known one counts, and the form names it', () => {
  const first = weights();
  const form = foundForm(dict({ weights: weights(), state_dict: first }))!;
  expect(form.stateDicts).toEqual([['model', first]]);
  expect(form.form.text).toContain('state_dict');
});

describe('what stands beside the weights', () => {
  test('counters and short texts are told, the rest is left', () => {
    const beside = {
      epoch: 3,
      lr: new PyFloat(1),
      name: 'x',
      long: 'x'.repeat(300),
      list: new PyList([]),
      flag: true,
      no: null,
    };
    expect(foundForm(dict({ state_dict: weights(), ...beside }))!.pickles).toEqual({
      epoch: 3,
      lr: new PyFloat(1),
      name: 'x',
      flag: true,
    });
  });

  test('there is an end of them', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`k${i}`, i]));
    expect(
      Object.keys(foundForm(dict({ state_dict: weights(), ...many }))!.pickles).length,
    ).toBeLessThanOrEqual(64);
  });
});

test('a module that was pickled whole is told from its weights', () => {
  const module = new PyObject('new', new PyGlobal('policy', 'Policy'), new PyTuple([]));
  module.state = dict({ _parameters: dict({}) });
  expect(isWholeModule(module)).toBe(true);
  expect(isWholeModule(dict({ model: module }))).toBe(true);
  expect(isWholeModule(dict({ other: module }))).toBe(false);
  expect(isWholeModule(weights())).toBe(false);
});
