import { expect, test } from 'vitest';
import type { Plain, PlainMap } from '../../engine/base/plain.js';
import { Lenient } from '../../engine/config/lenient.js';
import { Resolver, resolvePlain } from '../../engine/config/resolve/resolve.js';
import { Collected, STRICT } from '../../engine/config/tolerance.js';

function lenient(config: PlainMap, instead?: Plain) {
  const collected = new Collected();
  const failed: string[] = [];
  const value = new Lenient(config, new Resolver(config, { env: {} }), collected, (path, where) => {
    failed.push(`${path.join('.')}${String(path) === String(where) ? '' : ` at ${where.join('.')}`}`);
    return instead;
  }).whole();
  return { value, failed, codes: collected.problems.map(({ code }) => code) };
}

const GOOD = {
  n: 4,
  a: '${n}',
  deep: { list: [1, '${a}', { b: '${n}x' }], ref: '${deep.list}' },
  env: '${oc.env:X,y}',
};

test('where everything can be resolved it is as if it were resolved whole', () => {
  expect(lenient(GOOD)).toEqual({ value: resolvePlain(GOOD, undefined, { env: {} }), failed: [], codes: [] });
});

test('a value that cannot be resolved is left out, and the others stay', () => {
  const { value, failed, codes } = lenient({ n: 1, bad: '${nope}', task: { a: '${nope}', b: '${n}' } });
  expect(value).toEqual({ n: 1, task: { b: 1 } });
  expect(failed).toEqual(['bad', 'task.a']);
  expect(codes).toEqual(['interpolation', 'interpolation']);
});

test('a list that lacks an entry would be another list: it is left out whole', () => {
  expect(lenient({ list: [1, '${nope}'], n: 2 }).value).toEqual({ n: 2 });
});

test('what leads to a value that cannot be resolved tells both places', () => {
  expect(lenient({ task: { a: '${nope}', b: 1 }, copy: '${task}' })).toMatchObject({
    value: { task: { b: 1 }, copy: { b: 1 } },
    failed: ['task.a', 'task.a at copy.a'],
  });
});

test('something else stands in its place where there is something', () => {
  expect(lenient({ bad: '${nope}', list: ['${nope}', 1] }, '?').value).toEqual({ bad: '?', list: ['?', 1] });
});

test('a config that holds itself ends', () => {
  const { codes } = lenient({ a: { b: '${a}' } });
  expect(codes.length).toBeGreaterThan(0);
});

test('where problems are thrown the first one is', () => {
  const config = { bad: '${nope}' };
  const whole = () => new Lenient(config, new Resolver(config, {}), STRICT).whole();
  expect(whole).toThrow(expect.objectContaining({ code: 'interpolation' }));
});
