/** Paths and URIs, ranges that count from 1 and from 0. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { locationOf, pathOf, rangeOf, uriOf } from '../../../server/documents/uris.js';
import { propertyRuns } from '../../propertyRuns.js';

/** A POSIX path of one to four names that may hold whatever a file system takes. */
const path = fc
  .array(
    fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((name) => !/[/\0]/.test(name) && !/^\.+$/.test(name)),
    { minLength: 1, maxLength: 4 },
  )
  .map((names) => `/${names.join('/')}`);

test('a path comes back from its URI, whatever its names hold', () => {
  fc.assert(
    fc.property(path, (each) => {
      expect(pathOf(uriOf(each))).toBe(each);
    }),
    { numRuns: propertyRuns(0.2) },
  );
});

test.each(['/a b/c#d.yaml', '/a%20b/ü?.yaml'])('%s is one word as a URI', (each) => {
  expect(uriOf(each)).not.toMatch(/[ #?]/);
  expect(pathOf(uriOf(each))).toBe(each);
});

test.each(['untitled:Untitled-1', 'file://host/a.yaml', 'file:///a%2Fb.yaml', 'git:/a.yaml', ''])(
  '%j is not a file of this machine',
  (uri) => {
    expect(pathOf(uri)).toBeUndefined();
  },
);

test('a span counts from 1, a range from 0; the end stays behind the last character', () => {
  const span = { file: '/a.yaml', line: 3, column: 5, endLine: 3, endColumn: 9 };
  const range = { start: { line: 2, character: 4 }, end: { line: 2, character: 8 } };
  expect(rangeOf(span)).toEqual(range);
  expect(locationOf(span)).toEqual({ uri: 'file:///a.yaml', range });
});
