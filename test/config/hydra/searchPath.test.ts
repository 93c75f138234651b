import { expect, test } from 'vitest';
import { configFileOf } from '../../../engine/config/configFile.js';
import { refuseSearchPath, searchPath } from '../../../engine/config/hydra/searchPath.js';
import { parseOverride } from '../../../engine/config/overrides/overrides.js';

function folders(text: string, ...overrides: readonly string[]) {
  const primary = configFileOf(text, 'train.yaml');
  return searchPath(primary, overrides.map(parseOverride), { env: { MORE: '/more' } });
}
const paths = (text: string, ...overrides: readonly string[]) =>
  folders(text, ...overrides).map(({ path }) => path);
const listed = (entries: string) => `root: /r\nhydra: {searchpath: ${entries}}\n`;

test.each([
  ['a: 1\n', []],
  [listed('null'), []],
  [listed('[]'), []],
  [listed('[/a, b/c]'), ['/a', 'b/c']],
  [listed("['file:///a', 'file://rel']"), ['/a', 'rel']],
  [listed("['${root}/x', '${oc.env:MORE}']"), ['/r/x', '/more']],
])('%j names %j', (text, expected) => expect(paths(text)).toEqual(expected));

test('the first override wins over the config, and says that it did', () => {
  const found = folders(listed('[/a]'), 'n=1', 'hydra.searchpath=[/b]', 'hydra.searchpath=[/c]');
  expect(found).toEqual([{ path: '/b', provider: expect.stringContaining('command-line') }]);
  expect(folders(listed('[/a]'))[0]!.provider).toContain('main');
  expect(paths(listed('[/a]'), 'hydra.searchpath=[]')).toEqual([]);
});

test.each([
  ["['pkg://x.y']", 'unsupported'],
  ["['s3://x']", 'unsupported'],
  ['/a', 'hydra-key'],
  ['[5]', 'hydra-key'],
  ['[null]', 'hydra-key'],
])('%s is refused where it is written', (entries, code) => {
  expect(() => folders(listed(entries))).toThrow(expect.objectContaining({ code, file: 'train.yaml:2:21' }));
});

test('an override that is wrong is named', () => {
  expect(() => folders('a: 1', 'hydra.searchpath=x')).toThrow(/^the override 'hydra\.searchpath=x'/);
});

test('only the primary config may set it', () => {
  expect(() => refuseSearchPath({ hydra: { searchpath: ['a'] } }, 'task/lift.yaml')).toThrow(
    expect.objectContaining({ code: 'defaults', file: 'task/lift.yaml' }),
  );
  expect(() => refuseSearchPath({ hydra: { searchpath: null } }, 'x')).not.toThrow();
  expect(() => refuseSearchPath({}, 'x')).not.toThrow();
});
