import { expect, test } from 'vitest';
import { decoded, encoded, encodedText, jsonText, parseJson } from '../../engine/base/jsonText.js';
import { PyFloat } from '../../engine/base/plain.js';

test('a document says what JSON cannot, and what it can as JSON.stringify does', () => {
  expect(jsonText([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])).toBe(
    '[{"$numberDouble":"NaN"},{"$numberDouble":"Infinity"},{"$numberDouble":"-Infinity"}]',
  );
  expect(jsonText(12345678901234567890n)).toBe('12345678901234567890');
  expect(jsonText([new PyFloat(1), new PyFloat(1e16), new PyFloat(1e22), 1, 0.1, -0])).toBe(
    '[1.0,10000000000000000.0,1e+22,1,0.1,-0.0]',
  );
  const plain = {
    text: 'a "quoted"\n',
    list: [1, [], {}, undefined, null],
    absent: undefined,
    date: new Date(0),
    yes: true,
  };
  expect(jsonText(plain)).toBe(JSON.stringify(plain));
  expect(jsonText(plain, 2)).toBe(JSON.stringify(plain, undefined, 2));
});

test('nothing of a value is lost between processes', () => {
  const config = {
    decay: new PyFloat(1),
    negative: new PyFloat(-0),
    large: new PyFloat(1e22),
    seed: 2n ** 60n,
    missing: Number.NaN,
    bounds: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -0, 0.5, 7],
    list: [null, true, 'text', '${a.b}', { deep: new PyFloat(3) }],
    ['__proto__']: { own: 1 },
  };
  expect(parseJson(encodedText(config))).toStrictEqual(config);
  expect(Object.is((parseJson(encodedText([-0])) as number[])[0], -0)).toBe(true);
});

test("a user's map that looks like an encoded number stays a map", () => {
  for (const map of [{ $numberDouble: 'NaN' }, { $$numberLong: '1' }, { $numberDouble: '1', other: 2 }]) {
    expect(parseJson(encodedText(map))).toStrictEqual(map);
    expect(parseJson(jsonText(map))).toStrictEqual(map);
  }
});

test('columns and bytes pass as they are', () => {
  const column = Float64Array.of(1, Number.NaN);
  const message = encoded({ column, loss: Number.NaN }) as { column: unknown; loss: unknown };
  expect(message.column).toBe(column);
  expect(message.loss).toEqual({ $numberDouble: 'NaN' });
  expect(decoded(message)).toEqual({ column, loss: Number.NaN });
});
