/** The interpolations in a scalar's source, and the one under the cursor. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { interpolationAt, interpolationSites } from '../../../server/documents/interpolations.js';
import { propertyRuns } from '../../propertyRuns.js';

const told = (source: string) =>
  interpolationSites(source, 0).map(({ content, isReference, isClosed }) => [content, isReference, isClosed]);

describe('the sites', () => {
  test.each([
    ['plain', []],
    ['${a.b}', [['a.b', true, true]]],
    [
      '${a}-${b}',
      [
        ['a', true, true],
        ['b', true, true],
      ],
    ],
    [
      "${eval:'${x}+1'}",
      [
        ["eval:'${x}+1'", false, true],
        ['x', true, true],
      ],
    ],
    ['${a', [['a', true, false]]],
    [
      '${a.${b',
      [
        ['a.${b', false, false],
        ['b', true, false],
      ],
    ],
    ['a}${}', [['', true, true]]],
  ] as const)('of %j', (source, sites) => {
    expect(told(source)).toEqual(sites);
  });

  test('offsets count from where the source begins, and are in order', () => {
    const source = 'x ${a ${b}} ${c}';
    const found = interpolationSites(source, 100);
    for (const { start, end, content } of found)
      expect(source.slice(start - 100, end - 100)).toBe(`\${${content}}`);
    expect(found.map(({ start }) => start)).toEqual([102, 106, 112]);
  });

  test('whatever is typed, each site lies within the text and holds what it says', () => {
    const pieces = fc.array(fc.constantFrom('${', '}', 'a', ':', '$', '{', '.')).map((all) => all.join(''));
    fc.assert(
      fc.property(pieces, (source) => {
        for (const { start, end, content, isClosed } of interpolationSites(source, 0)) {
          expect(source.slice(start, end)).toBe(`\${${content}${isClosed ? '}' : ''}`);
        }
      }),
      { numRuns: propertyRuns(0.2) },
    );
  });
});

describe('the one under the cursor', () => {
  const at = (source: string, offset: number) =>
    interpolationAt(interpolationSites(source, 0), offset)?.content;

  test('is the innermost', () => {
    const source = '${a:${b}}';
    expect([2, 6, 8].map((offset) => at(source, offset))).toEqual(['a:${b}', 'b', 'a:${b}']);
  });

  test('begins behind ${, and ends before what follows }', () => {
    expect([0, 1, 2, 3, 4].map((offset) => at('${a}', offset))).toEqual([
      undefined,
      undefined,
      'a',
      'a',
      undefined,
    ]);
  });

  test('of one that is not closed, also at the end of what is typed', () => {
    expect(at('${tas', 5)).toBe('tas');
  });
});
