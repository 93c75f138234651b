import { expect, it, test } from 'vitest';
import { argumentsAt, pythonOutline } from '../../../engine/project/python/outline.js';

it('loses one line to a missing quote, and one statement to a missing bracket', () => {
  const { definitions } = pythonOutline('x = f(1,\ny = "abc\ndef g(): pass\nclass A(B): pass\n');
  expect([...definitions.keys()]).toEqual(['g', 'A']);
});

const definition = (text: string, name: string) => pythonOutline(text).definitions.get(name);

test.each([
  ['import a', [['a', undefined, 'a']]],
  ['import a.b', [['a', undefined, 'a']]],
  [
    'import a.b as c, d',
    [
      ['a.b', undefined, 'c'],
      ['d', undefined, 'd'],
    ],
  ],
  [
    'from a.b import c, d as e',
    [
      ['a.b', 'c', 'c'],
      ['a.b', 'd', 'e'],
    ],
  ],
  ['from . import a', [['.', 'a', 'a']]],
  ['from ..a import *', [['..a', '*', '*']]],
  [
    'from a import (\n  b,\n  c as d,\n)',
    [
      ['a', 'b', 'b'],
      ['a', 'c', 'd'],
    ],
  ],
  ['if x:\n  import a', [['a', undefined, 'a']]],
  ['from a', []],
  ['"import a"', []],
])('%j', (text, imports) => {
  expect(pythonOutline(text).imports.map(({ module, name, alias }) => [module, name, alias])).toEqual(
    imports,
  );
});

test('a class: its bases that are names, and its methods without self', () => {
  const found = definition(
    'class A(b.B, f(x), metaclass=M):\n  def __init__(self, a, *, b: int = {1: 2}, **rest): pass\n  def run(self): pass\n  class C:\n    def inner(self): pass\n',
    'A',
  );
  expect(found).toMatchObject({ kind: 'class', bases: ['b.B'], isPlain: false });
  if (found?.kind !== 'class') throw new Error('not a class');
  expect([...found.methods.keys()]).toEqual(['__init__', 'run']);
  expect(found.methods.get('__init__')!.parameters).toEqual({
    named: [
      { name: 'a', default: undefined },
      { name: 'b', default: '{1: 2}' },
    ],
    isOpen: true,
    rest: 'rest',
  });
});

test('a function keeps its first parameter; of two with one name the last counts', () => {
  const text = 'def f(a): pass\nasync def f(a, /, b="(,", *args): pass\n';
  expect(definition(text, 'f')).toMatchObject({
    kind: 'function',
    parameters: { named: [{ name: 'a' }, { name: 'b', default: '"(,"' }], isOpen: false, rest: undefined },
  });
});

test('what is defined in a function cannot be imported; below if and try it can', () => {
  const { definitions } = pythonOutline(
    'def f():\n  class A: pass\nif x:\n  class B: pass\ntry:\n  def g(): pass\nexcept: pass\n',
  );
  expect([...definitions.keys()]).toEqual(['f', 'B', 'g']);
});

test('arguments stand between the commas of their own parentheses', () => {
  const { tokens } = pythonOutline('f(a, g(b, c), [d, e], k="x,y")');
  expect(argumentsAt(tokens, 1).map((argument) => argument.map(({ text }) => text).join(''))).toEqual([
    'a',
    'g(b,c)',
    '[d,e]',
    'k=x,y',
  ]);
  expect(argumentsAt(tokens, 0)).toEqual([]);
  expect(argumentsAt(pythonOutline('f()').tokens, 1)).toEqual([]);
});
