/** Interpolations as OmegaConf 2.3.1 resolves them. */
import { describe, expect, test } from 'vitest';
import { type Plain, type PlainMap, PyFloat } from '../../../engine/base/plain.js';
import { Resolver, resolvePlain, resolveText } from '../../../engine/config/resolve/resolve.js';

const resolved = (config: PlainMap, sections?: readonly string[]) =>
  resolvePlain(config, sections, { env: {} });

test.each<[PlainMap, Plain]>([
  [{ a: '${b}', b: 1 }, 1],
  [{ a: '${b}', b: '${c}', c: [1, '${d}'], d: 2 }, [1, 2]],
  [{ a: '${b.c}', b: { c: 'x' } }, 'x'],
  [{ a: '${.b}', b: 2 }, 2],
  [
    { a: { x: '${..b}', y: '${.x}' }, b: 2 },
    { x: 2, y: 2 },
  ],
  [{ a: ['${..b}'], b: 2 }, [2]],
  [{ a: '${b[0]}', b: [5] }, 5],
  [{ a: '${b.0.c}', b: [{ c: 6 }] }, 6],
  [{ a: '${b.c}', b: '${d}', d: { c: 7 } }, 7], // through another interpolation
  [{ a: 'x${b}y', b: new PyFloat(1) }, 'x1.0y'],
  [{ a: '${b}${b}', b: null }, 'NoneNone'],
  [{ a: '\\${b}', b: 1 }, '${b}'],
  [{ a: '${${c}}', b: 1, c: 'b' }, 1],
  [{ a: '${b.${c}}', b: { k: 3 }, c: 'k' }, 3],
  [{ a: '${b}', b: {} }, {}],
])('%j', (config, a) => expect(resolved(config)['a']).toEqual(a));

test.each<[PlainMap, RegExp]>([
  [{ a: '${a}' }, /itself/],
  [{ a: '${b}', b: '${c}', c: '${b}' }, /itself/],
  [{ a: '${nope}' }, /'nope'/],
  [{ a: '${b.nope}', b: {} }, /'b\.nope'/],
  [{ a: '${b.x}', b: 1 }, /'b\.x'.*'x'/],
  [{ a: '${b.x}', b: [1] }, /'x'/],
  [{ a: '${b.-1}', b: [1] }, /'b\.-1'/],
  [{ a: '${b}', b: '???' }, /'b'.*not set/],
  [{ a: '${...b}', b: 1 }, /above the root/],
  [{ a: '${${b}}', b: 1 }, /must be text/],
  [{ a: '${b', b: 1 }, /closing brace/],
  [{ a: { b: '${a}' } }, /./],
])('%j is refused, with the place', (config, message) => {
  const resolving = () => resolvePlain(config, undefined, {}, (path) => `train.yaml:${path.length}:1`);
  expect(resolving).toThrow(message);
  expect(resolving).toThrow(
    expect.objectContaining({ code: 'interpolation', file: expect.stringContaining('train.yaml') }),
  );
});

test('only the sections that are asked for are resolved, and those that are not there are left out', () => {
  const config = { good: '${n}', n: 1, bad: '${oc.env:NOBODY_SETS}' };
  expect(resolved(config, ['good', 'gone'])).toEqual({ good: 1 });
  expect(() => resolved(config)).toThrow(/NOBODY_SETS/);
});

test('one text whose interpolations refer to a config', () => {
  expect(resolveText('a/${n}/${list}', { n: new PyFloat(2), list: ['x'] }, 'here')).toBe("a/2.0/['x']");
  expect(() => resolveText('${gone}', {}, 'here:1:2')).toThrow(/^here:1:2: /);
});

describe('the input', () => {
  test('stays as it is', () => {
    const config = { a: '${b}', b: { c: 1 } };
    const { a } = resolved(config);
    (a as { c: number }).c = 2;
    expect(config).toEqual({ a: '${b}', b: { c: 1 } });
  });

  test('may have keys that objects have', () => {
    expect(resolved({ a: '${constructor}', constructor: 1 } as never)['a']).toBe(1);
    expect(() => resolved({ a: '${constructor}' })).toThrow(/'constructor'/);
  });
});

test.each([
  ['a text that doubles', (i: number) => `\${a${i}}\${a${i}}`],
  ['a list that doubles', (i: number) => [`\${a${i}}`, `\${a${i}}`] as unknown as string],
])('%s at each step is stopped', (_, next) => {
  const config = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`a${i + 1}`, next(i)]));
  expect(() => resolved({ a0: 'xy', ...config })).toThrow(expect.objectContaining({ code: 'interpolation' }));
});

test('what is selected is there, or is not: ??? and missing keys apart', () => {
  const resolver = new Resolver({ a: '${b}', b: 1, list: [1] }, {});
  expect(resolver.select('a', [], false)?.value).toBe(1);
  expect(resolver.select('list.0', [], false)?.value).toBe(1);
  for (const key of ['gone', 'b.x', 'list.7']) expect(resolver.select(key, [], false)).toBeUndefined();
  expect(() => resolver.select('b.x', ['a'], true)).toThrow(/not a mapping or list/);
});
