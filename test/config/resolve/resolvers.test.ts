/** Resolvers as OmegaConf 2.3.1 and Hydra 1.3 have them. */
import { describe, expect, test } from 'vitest';
import { type Plain, type PlainMap, PyFloat } from '../../../engine/base/plain.js';
import { resolvePlain } from '../../../engine/config/resolve/resolve.js';
import {
  foreignResolvers,
  UNKNOWN_CODE,
  UNKNOWN_ORDER,
  UNKNOWN_VALUE,
} from '../../../engine/config/resolve/resolvers.js';
import type { ResolveOptions } from '../../../engine/config/types.js';

const CONFIG: PlainMap = { b: { x: 1, y: '${c}' }, c: 7, m: '???', list: [1, 2], name: 'b', f: { m: '???' } };
const OPTIONS: ResolveOptions = {
  env: { SET: 'yes', NUMBER: '5' },
  now: new Date(2024, 0, 2, 3, 4, 5),
  hydra: { run: { dir: 'out/${c}' }, job: { name: '???', env_set: { A: '1' } }, sweep: null },
};
const value = (text: string) => resolvePlain({ ...CONFIG, a: text }, ['a'], OPTIONS)['a'];

test.each<[string, Plain]>([
  ['${oc.env:SET}', 'yes'],
  ['${oc.env:SET,x}', 'yes'],
  ['${oc.env:GONE,x}', 'x'],
  ['${oc.env:GONE,null}', null],
  ['${oc.env:GONE,1.0}', '1.0'], // a text always
  ['${oc.env:GONE,${c}}', '7'],
  ['${oc.select:c}', 7],
  ['${oc.select:gone}', null],
  ['${oc.select:gone,5}', 5],
  ['${oc.select:m,9}', 9],
  ['${oc.select:b.gone,${c}}', 7],
  ['${oc.decode:"[1, 2.0, x]"}', [1, new PyFloat(2), 'x']],
  ['${oc.decode:"${c}"}', 7],
  ['${oc.decode:${oc.env:NUMBER}}', 5],
  ['${oc.decode:null}', null],
  ['${oc.create:{x: [1]}}', { x: [1] }],
  ['${oc.create:${b}}', { x: 1, y: 7 }],
  ['${oc.dict.keys:b}', ['x', 'y']],
  ['${oc.dict.values:b}', [1, 7]],
  ['${oc.dict.keys:${name}}', ['x', 'y']],
  ['${oc.deprecated:c}', 7],
  ['${oc.deprecated:c,"use d"}', 7],
  ['${now:%Y-%m-%d}', '2024-01-02'],
  ['${eval:"2*${c}"}', 14],
  ['${hydra:run.dir}', 'out/7'],
  ['${hydra:job}', { name: '???', env_set: { A: '1' } }],
  ['${hydra:job.name}', null], // not set
  ['${hydra:gone.key}', null],
])('%s', (text, expected) => expect(value(text)).toEqual(expected));

test.each([
  ['${oc.env:GONE}', /GONE/],
  ['${oc.env:}', /1 to 2 arguments/],
  ['${oc.env:A,B,C}', /1 to 2 arguments, found 3/],
  ['${oc.env:5}', /text.*5/],
  ['${oc.select:.}', /contains it/],
  ['${oc.decode:3}', /text.*3/],
  ['${oc.decode:"[1"}', /bracket/],
  ['${oc.create:5}', /list or a map/],
  ['${oc.dict.keys:list}', /'list'/],
  ['${oc.dict.keys:gone}', /'gone'/],
  ['${oc.dict.values:f}', /'m'.*not set/],
  ['${eval:5}', /text/],
  ['${now:%j}', /%j/],
  ['${mine:1}', /'mine'.*oc\.env/],
])('%s is refused', (text, message) => {
  expect(() => value(text)).toThrow(message);
  expect(() => value(text)).toThrow(expect.objectContaining({ code: 'interpolation' }));
});

test('resolvers of ours are not told as known ones', () => {
  expect(() => value('${mine:}')).not.toThrow(/regrip/);
});

test('before a config is composed there is no section of Hydra', () => {
  const asking = () => resolvePlain({ a: '${hydra:run.dir}' }, undefined, {});
  expect(asking).toThrow(expect.objectContaining({ code: 'interpolation' }));
});

describe('what cannot be known here is said with a code of its own', () => {
  const code = (text: string) => {
    try {
      value(text);
      return undefined;
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  test.each([
    [UNKNOWN_VALUE, UNKNOWN_CODE],
    [`x${UNKNOWN_VALUE}`, UNKNOWN_CODE],
    [UNKNOWN_ORDER, 'not-evaluated'],
    ['${eval:"open(1)"}', 'not-evaluated'],
  ])('%s: %s', (text, expected) => expect(code(text)).toBe(expected));
});

test('the resolvers that only a project can know are found in texts', () => {
  expect([
    ...foreignResolvers(['a: ${mine:1}/${oc.env:X}', '${ x.y : 2}', '${eval:1}', '${plain}', '${toString:}']),
  ]).toEqual(['mine', 'x.y', 'eval', 'toString']);
  expect(foreignResolvers([]).size).toBe(0);
});
