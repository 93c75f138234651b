import { expect, test } from 'vitest';
import { returnedExpression } from '../../../engine/project/python/expression.js';
import { pythonTokens } from '../../../engine/project/python/tokens.js';

const read = (text: string) => {
  const tokens = pythonTokens(text);
  const isLambda = text.startsWith('lambda'); // stands among other words, and ends before its line does
  const code = returnedExpression(text, isLambda ? tokens.filter(({ kind }) => kind !== 'newline') : tokens);
  return code?.kind === 'expression'
    ? [
        code.body,
        ...code.parameters.map((each) =>
          each.default === undefined ? each.name : `${each.name}=${each.default}`,
        ),
      ]
    : undefined;
};

test.each([
  ['lambda: 1', ['1']],
  ['lambda x: x * 2', ['x * 2', 'x']],
  ['lambda a, b=(1, 2), c={"k": 1}: a[b:c]', ['a[b:c]', 'a', 'b=(1, 2)', 'c={"k": 1}']],
  ['def f(x): return x + 1\n', ['x + 1', 'x']],
  ['def f(x: int, y: str = "a") -> int:\n  return (x +\n    1)\n', ['(x + 1)', 'x', 'y="a"']],
  ['def f(x):\n  """What it does."""\n  return x\nother = 1\n', ['x', 'x']],
  ['def f():\n\n  # why\n  return 1', ['1']],
])('%j', (text, expected) => expect(read(text)).toEqual(expected));

test.each([
  'lambda *args: 1',
  'lambda **kw: 1',
  'lambda _parent_: 1',
  'lambda x:',
  'def f(x):\n  y = x\n  return y\n',
  'def f(x):\n  return x\n  return 1\n',
  'def f(x):\n  if x: return 1\n',
  'def f(x): pass\n',
  'def f(x):\n  return\n',
  'def f(x)',
  '',
  `lambda x: ${'x + '.repeat(500)}x`,
  `def f(x): return ${'x + '.repeat(500)}x\n`,
])('%# does more, or takes more', (text) => {
  expect(read(text)).toBeUndefined();
});
