import { expect, test } from 'vitest';
import { nameProblem } from '../../../../engine/formats/checkpoint/zip/name.js';

const UTF8 = 0x0800;
const problem = (name: string, flags = UTF8) => nameProblem(Buffer.from(name), flags);

test.each([
  'archive/data.pkl',
  'a',
  'folder/',
  'epoch=1/data/0',
  '.data/x',
  'a..b',
  'wüe/0',
  'x'.repeat(511),
])('%s is read alike by all', (name) => expect(problem(name)).toBeUndefined());

test.each([
  '',
  'x'.repeat(512),
  'a\0b',
  'a\nb',
  'a\x7f',
  'a\\b',
  '/a',
  'C:a',
  '../a',
  'a/../b',
  'a//b',
  'a/.',
  './a',
  '/',
])('%j is refused', (name) => expect(problem(name)).toMatch(/^(?:is|has) /));

test('a name beyond ASCII must be UTF-8, and say so', () => {
  expect(problem('ü', 0)).toMatch(/UTF-8/);
  expect(problem('u', 0)).toBeUndefined();
  expect(nameProblem(Buffer.of(0xff, 0x41), UTF8)).toMatch(/UTF-8/);
  expect(nameProblem(Buffer.of(0xc0, 0xaf), UTF8)).toMatch(/UTF-8/); // a slash that is too long
});
