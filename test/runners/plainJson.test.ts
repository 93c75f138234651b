import { expect, test } from 'vitest';
import { PyFloat } from '../../engine/base/plain.js';
import { decodePlain, encodePlain } from '../../engine/runners/plainJson.js';

test('nothing of a config is lost between processes', () => {
  const config = {
    decay: new PyFloat(1),
    negative: new PyFloat(-0),
    seed: 2n ** 60n,
    missing: Number.NaN,
    bound: Number.NEGATIVE_INFINITY,
    list: [null, true, 'text', '${a.b}', { deep: new PyFloat(3) }],
  };
  expect(decodePlain(encodePlain(config))).toEqual(config);
  expect(decodePlain(encodePlain({ rate: 0.5 }))).toEqual({ rate: 0.5 });
});
