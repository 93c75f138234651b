import { expect, test } from 'vitest';
import { JsonFault } from '../../../engine/formats/inferenceLog/logError.js';
import {
  isList,
  isMap,
  isText,
  type LogValue,
  numbersOf,
  rangeOf,
  ValueBuilder,
} from '../../../engine/formats/inferenceLog/values.js';

const TEXT = { start: 1, end: 4, text: 'abc' };

test('a value is whole once its last bracket closes', () => {
  const builder = new ValueBuilder(0);
  builder.begin('object');
  builder.name('a');
  builder.begin('array');
  builder.add(1);
  builder.begin('object');
  expect(builder.end()).toBeUndefined();
  expect(builder.end()).toBeUndefined();
  builder.name('b');
  builder.add(null);
  builder.name('b');
  builder.add(TEXT); // the last of equal keys wins
  expect(builder.end()).toEqual(
    new Map<string, LogValue>([
      ['a', [1, new Map()]],
      ['b', TEXT],
    ]),
  );
});

test('a record that is a whole file is stopped, at its place', () => {
  const builder = new ValueBuilder(77);
  builder.begin('array');
  const filling = () => {
    for (let i = 0; i < 200_000; i += 1) builder.add(i);
  };
  expect(filling).toThrow(JsonFault);
  expect(filling).toThrow(expect.objectContaining({ kind: 'bound', offset: 77 }));
});

test('kinds of values', () => {
  const kinds = (value: LogValue | undefined) => [isMap(value), isList(value), isText(value)];
  expect(kinds(new Map())).toEqual([true, false, false]);
  expect(kinds([])).toEqual([false, true, false]);
  expect(kinds(TEXT)).toEqual([false, false, true]);
  for (const other of [null, 1, true, undefined]) expect(kinds(other)).toEqual([false, false, false]);
  expect(rangeOf(TEXT)).toEqual({ start: 1, end: 4 });
  expect(rangeOf([])).toBeUndefined();
});

test.each<[LogValue | undefined, number[] | undefined]>([
  [
    [1, 2],
    [1, 2],
  ],
  [
    [1, null],
    [1, Number.NaN],
  ],
  [[], []],
  [[1, true], undefined],
  [[1, TEXT], undefined],
  [5, undefined],
  [undefined, undefined],
])('the numbers of %j', (value, numbers) => expect(numbersOf(value)).toEqual(numbers));
