import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readElement, readText, TextProblem } from '../../../engine/config/resolve/interpolationText.js';

const reference = (...key: readonly string[]) => ({ kind: 'reference', key });
const value = (given: unknown) => ({ kind: 'value', value: given });

describe('a text', () => {
  test.each([
    ['plain', ['plain']],
    ['', []],
    ['a$b{c}', ['a$b{c}']],
    ['${a}', [reference('', 'a')]],
    ['${ a }', [reference('', 'a')]],
    ['x${a.b}y', ['x', reference('', 'a', '.', 'b'), 'y']],
    ['${..a}', [reference('..', 'a')]],
    ['${a[0].b}', [reference('', 'a', '[', '0', ']', '.', 'b')]],
    ['${[a]}', [reference('', '[', 'a', ']')]],
    ['${1a}', [reference('', '1a')]],
    ['\\${a}', ['${a}']],
    ['\\\\${a}', ['\\', reference('', 'a')]],
    ['\\\\\\${a}', ['\\${a}']],
    ['a\\b', ['a\\b']],
  ])('%s', (text, parts) => expect(readText(text)).toEqual(parts));

  test('an interpolation in the key of another', () => {
    expect(readText('${a.${b}}')).toEqual([{ kind: 'reference', key: ['', 'a', '.', reference('', 'b')] }]);
  });
});

describe('a call', () => {
  const args = (text: string) => {
    const [part] = readText(text);
    if (typeof part !== 'object' || part.kind !== 'call') throw new Error('not a call');
    return [part.name.join(''), ...part.args];
  };

  test.each([
    ['${now:%Y}', ['now', value('%Y')]],
    ['${oc.env:A,b}', ['oc.env', value('A'), value('b')]],
    ['${f:}', ['f']],
    ['${f:1, true ,null,x y}', ['f', value(1), value(true), value(null), value('x y')]],
    ['${f:,}', ['f', value(''), value('')]],
    ['${f:[1,[2]]}', ['f', { kind: 'list', items: [value(1), { kind: 'list', items: [value(2)] }] }]],
    [
      '${f:{a:1, b: c}}',
      [
        'f',
        {
          kind: 'map',
          entries: [
            ['a', value(1)],
            ['b', value('c')],
          ],
        },
      ],
    ],
    ['${f:{}}', ['f', { kind: 'map', entries: [] }]],
    ['${f:"a,${b}"}', ['f', { kind: 'text', quoted: true, parts: ['a,', reference('', 'b')] }]],
    ["${f:'it\\'s'}", ['f', { kind: 'text', quoted: true, parts: ["it's"] }]],
    ['${f:${b}}', ['f', { kind: 'text', quoted: false, parts: [reference('', 'b')] }]],
    ['${f:a/${b}c}', ['f', { kind: 'text', quoted: false, parts: ['a', '/', reference('', 'b'), 'c'] }]],
    ['${f:a\\,b}', ['f', value('a,b')]],
  ])('%s', (text, expected) => expect(args(text)).toEqual(expected));
});

test.each([
  '${',
  '${a',
  '${}',
  '${a.}',
  '${a b}',
  '${a[0}',
  '${f:[1}',
  '${f:{a}}',
  '${f:{a:1}',
  '${f:"x}',
  '${f:{:1}}',
  '${a}${',
])('%s is refused at a character', (text) => {
  expect(() => readText(text)).toThrow(TextProblem);
  expect(() => readText(text)).toThrow(/character \d+/);
});

test('texts that nest or grow without end are refused', () => {
  expect(() => readText('${a.'.repeat(100))).toThrow(TextProblem);
  expect(() => readText(`\${f:${'['.repeat(1000)}`)).toThrow(TextProblem);
  expect(() => readText('x'.repeat(100_000))).toThrow(TextProblem);
});

test('one element, and nothing after it', () => {
  expect(readElement('[1, a]')).toEqual({ kind: 'list', items: [value(1), value('a')] });
  expect(readElement('x y')).toEqual(value('x y'));
  for (const text of ['', '[1] x', '1, 2', '}']) expect(() => readElement(text)).toThrow(TextProblem);
});

test('any text without ${ stays as it is, and any other ends in parts or in a problem', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a${}[].:,\\"\' 1') }), (text) => {
      if (!text.includes('${')) expect(readText(text)).toEqual(text === '' ? [] : [text]);
      try {
        readText(text);
      } catch (error) {
        expect(error).toBeInstanceOf(TextProblem);
      }
    }),
    { numRuns: 500 },
  );
});
