/** Values and places in hovers: short, as Python prints them, never markup. */
import { expect, test } from 'vitest';
import { PyFloat } from '../../../engine/base/plain.js';
import { placeLink, shownValue } from '../../../server/documents/shown.js';

test.each([
  [null, 'null'],
  [true, 'true'],
  [1.5, '1.5'],
  [new PyFloat(2), '2.0'],
  ['text', 'text'],
  [[], '[]'],
  [{}, '{}'],
  [{ a: [1, new PyFloat(1)], b: null }, '{a: [1, 1.0], b: null}'],
])('%j reads %s', (value, text) => {
  expect(shownValue(value)).toBe(text);
});

test('a long value is cut at 200 characters', () => {
  expect(shownValue('x'.repeat(200))).toHaveLength(200);
  const cut = shownValue('x'.repeat(201));
  expect([cut.length, cut.at(-1)]).toEqual([200, '…']);
});

test('a place is a link to its line', () => {
  const place = { kind: 'file', file: '/c/a b.yaml', line: 7, column: 1, endLine: 7, endColumn: 2 } as const;
  expect(placeLink(place)).toBe('[a b.yaml:7](file:///c/a%20b.yaml#7)');
});

test('no name of a file is markup', () => {
  const place = {
    kind: 'file',
    file: '/c/[x](y)_*`<b>.yaml',
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 2,
  } as const;
  expect(placeLink(place)).toMatch(/^\[\\\[x\\\]\(y\)\\_\\\*\\`\\<b\\>\.yaml:1\]\(file:/);
});

test('an override is quoted', () => {
  expect(placeLink({ kind: 'override', text: 'a=`b`' } as never)).toBe('the override `` a=`b` ``');
});
