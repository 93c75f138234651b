/** Values that the order of composition leaves without effect. */
import { describe, test } from 'vitest';
import { expectFix, expectFound, expectNone } from '../fixture.js';

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
