import { expect, test } from 'vitest';
import { type Plain, PyFloat } from '../../../engine/base/plain.js';
import { ANY_NAME, type ResolverCode } from '../../../engine/config/resolve/registration.js';
import { resolvePlain } from '../../../engine/config/resolve/resolve.js';

const at = (code?: ResolverCode) => ({
  file: 'train.py',
  line: 3,
  place: 'train.py:3',
  ...(code && { code }),
});
const parameter = (name: string, otherwise?: string) => ({ name, default: otherwise });
const expression = (body: string, ...parameters: readonly ReturnType<typeof parameter>[]) =>
  at({ kind: 'expression', parameters, body });

const RESOLVERS = new Map([
  ['twice', expression('x * 2', parameter('x'))],
  ['mul', expression('a * b', parameter('a'), parameter('b', '10'))],
  ['pair', expression('[x, x]', parameter('x'))],
  ['odd', expression('open(x)', parameter('x'))],
  ['len', at({ kind: 'builtin', name: 'len' })],
  ['opaque', at()],
]);

function value(text: string, resolvers = RESOLVERS): Plain {
  return resolvePlain({ a: text, n: 3, list: [1, 2], map: { k: 1 } }, ['a'], { resolvers, env: {} })['a']!;
}

test.each<[string, Plain]>([
  ['${twice:4}', 8],
  ['${twice:1.5}', new PyFloat(3)],
  ['${twice:${n}}', 6],
  ['${twice:ab}', 'abab'],
  ['${twice:${list}}', [1, 2, 1, 2]],
  ['${mul:3}', 30],
  ['${mul:3,4}', 12],
  ['${pair:${n}}', [3, 3]],
  ['${len:${list}}', 2],
  ['x${twice:2}', 'x4'],
])('%s', (text, expected) => expect(value(text)).toEqual(expected));

test.each(['${odd:1}', '${opaque:1}', '${twice:${map}}', '${len:5}'])(
  '%s is not evaluated, and where it is registered is told',
  (text) => {
    expect(() => value(text)).toThrow(expect.objectContaining({ code: 'not-evaluated' }));
    expect(() => value('${opaque:1}')).toThrow(/opaque.*train\.py:3/);
  },
);

test.each([
  ['${twice:}', /0 arguments.*1$/],
  ['${twice:1,2}', /2 arguments.*1$/],
  ['${mul:1,2,3}', /3 arguments.*1 to 2/],
])('%s is called wrongly', (text, message) => expect(() => value(text)).toThrow(message));

test('a name that the code does not tell may be any: nothing is evaluated, nothing called unknown', () => {
  const any = new Map([[ANY_NAME, at()]]);
  expect(() => value('${whatever:1}', any)).toThrow(expect.objectContaining({ code: 'not-evaluated' }));
  expect(() => value('${whatever:1}', new Map())).toThrow(expect.objectContaining({ code: 'interpolation' }));
});

test('eval is Python’s, unless the project registers another', () => {
  const register = (code: ResolverCode) => new Map([['eval', at(code)]]);
  expect(value('${eval:"1+1"}', new Map())).toBe(2);
  expect(value('${eval:"1+1"}', register({ kind: 'builtin', name: 'eval' }))).toBe(2);
  const upper: ResolverCode = { kind: 'expression', parameters: [parameter('x')], body: 'x * 2' };
  expect(value('${eval:"1+1"}', register(upper))).toBe('1+11+1');
});
