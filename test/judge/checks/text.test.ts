/** Findings about the text of a config: YAML 1.1, duplicates, shadowed values. */
import { describe, expect, test } from 'vitest';
import { expectFix, expectFound, expectNone } from './fixture.js';

const one = (text: string) => ({ 'config/a.yaml': text });

describe('yaml-1-1', () => {
  test.each([
    ['off', /boolean false/, 'Write false', 'false'],
    ['yes', /boolean true/, 'Quote it', '"yes"'],
    ['010', /number 8, in octal/, 'Write 8', '8'],
    ['12:30:45', /number 45045, in base 60/, 'Quote it', '"12:30:45"'],
    ['09', /reads text/, 'Write 9', '9'],
    ['nan', /reads text/, 'Write .nan', '.nan'],
    ['None', /the text 'None'/, 'Write null', 'null'],
  ])('%s', async (value, message, title, mended) => {
    await expectFound(one(`a: <|${value}|>\n`), 'yaml-1-1', message);
    await expectFix(one(`a: ${value}\n`), 'yaml-1-1', title, one(`a: ${mended}\n`));
  });

  test.each([
    'true',
    'False',
    '1e-4',
    '0x1F',
    '07',
    '0',
    '1.5',
    'null',
    '~',
    '"off"',
    '.inf',
    'office',
    '-1',
    '1_000',
  ])('%s is what it looks like', (value) => expectNone(one(`a: ${value}\n`), 'yaml-1-1'));
});

describe('duplicate-key', () => {
  test('leads to the first, and the later one can go with its lines', async () => {
    const [found] = await expectFound(
      one('a:\n  b: 1\nc: 2\n<|a|>:\n  d: 3\n  e: 4\n# end\n'),
      'duplicate-key',
      /appears twice/,
    );
    expect(found!.related[0]!.span.line).toBe(1);
    const text = 'a:\n  b: 1\nc: 2\na:\n  d: 3\n  e: 4\n# end\n';
    await expectFix(one(text), 'duplicate-key', 'Remove this entry', one('a:\n  b: 1\nc: 2\n# end\n'));
  });

  test('in braces it is only told', async () => {
    const [found] = await expectFound(one('a: {b: 1, <|b|>: 2}\n'), 'duplicate-key', /appears twice/);
    expect(found!.fixes).toEqual([]);
  });
});

describe('value-shadowed', () => {
  const task = { 'config/task/t.yaml': 'path: theirs\nlist: [1, 2]\n' };
  const primary = (rest: string) => ({
    'config/a.yaml': `defaults:\n  - _self_\n  - task: t\ntask:\n${rest}`,
    ...task,
  });

  test('a value of the primary that its group overrides', () =>
    expectFound(
      primary('  path: <|mine|>\n'),
      'value-shadowed',
      /has no effect here: t\.yaml:1 is composed after this file and sets theirs/,
    ));

  test('a list as a whole', () =>
    expectFound(primary('  list: <|[3]|>\n'), 'value-shadowed', /sets \[1, 2\]/));

  test('moving _self_ mends it', () =>
    expectFix(
      primary('  path: mine\n'),
      'value-shadowed',
      'Move _self_ to the end: this file then wins everywhere',
      {
        'config/a.yaml': 'defaults:\n  - task: t\n  - _self_\ntask:\n  path: mine\n',
      },
    ));

  test('so does writing it in the group', () =>
    expectFix(primary('  path: mine\n'), 'value-shadowed', 'Set it in t.yaml', {
      'config/task/t.yaml': 'path: mine\nlist: [1, 2]\n',
    }));

  test.each([
    ['equal values', primary('  path: theirs\n')],
    ['a mandatory value', primary('  path: ???\n')],
    [
      'a primary that wins',
      { 'config/a.yaml': 'defaults: [{task: t}, _self_]\ntask: {path: mine}\n', ...task },
    ],
    [
      'a config that is laid over the tree',
      {
        'config/a.yaml': 'defaults: [_self_, {experiment: e}]\nwidth: 1\n',
        'config/experiment/e.yaml': '# @package _global_\nwidth: 2\n',
      },
    ],
    [
      'a later group',
      {
        'config/a.yaml': 'defaults: [{x: one}, {y: two}, _self_]\n',
        'config/x/one.yaml': '# @package z\na: 1\n',
        'config/y/two.yaml': '# @package z\na: 2\n',
      },
    ],
  ])('not for %s', (_, files) => expectNone(files, 'value-shadowed'));

  test('not where an override wins', () =>
    expectNone(primary('  other: 1\n'), 'value-shadowed', { overrides: ['task.path=x'] }));
});
