/** Copies of shape_meta that say different things. */
import { describe, expect, test } from 'vitest';
import { UNKNOWN_VALUE } from '../../../../engine/config/resolve/resolvers.js';
import { expectFix, expectFound, expectNone, type Files, judged } from '../fixture.js';
import { policyProject } from '../policyProject.js';

describe('shape-meta-copies-differ', () => {
  const files = policyProject('', { action: '&a [8]' });
  const copied = (copy: string): Files => ({
    ...files,
    'config/task/pick.yaml': `${files['config/task/pick.yaml']!.replace('&a [8]', '[8]')}dataset:\n  shape_meta:\n    obs:\n      image: {shape: [3, 18, 32], type: rgb}\n      robot_eef_pose: {shape: [7], type: low_dim}\n    action: {shape: ${copy}}\n`,
  });
  test('one copy has another dimension', async () => {
    await expectFound(
      copied('<|[7]|>'),
      'shape-meta-copies-differ',
      /task\.dataset\.shape_meta\.action\.shape has \[7\] where .* has \[8\]/,
    );
    await expectFix(copied('[7]'), 'shape-meta-copies-differ', 'Use [8] here too', copied('[8]'));
    const { findings } = await judged(copied('[7]'));
    const differ = findings.find(({ code }) => code === 'shape-meta-copies-differ')!;
    expect(differ.fixes.map(({ title }) => title)).toEqual([
      'Use [8] here too',
      expect.stringMatching(/^Use \[7\] in .* too$/),
    ]);
  });
  test('alike', () => expectNone(copied('[8]'), 'shape-meta-copies-differ'));
  test('one copy has a value that is not known', async () => {
    const unknown = { overrides: [`task.dataset.shape_meta.action.shape=[${UNKNOWN_VALUE}]`] };
    await expectNone(copied('[8]'), 'shape-meta-copies-differ', unknown);
  });
  test('keys that one copy alone has are named', async () => {
    const renamed = copied('[8]')['config/task/pick.yaml']!.replace(
      / {4}action: (.*)\n$/,
      '    actions: $1\n',
    );
    const { findings } = await judged({ ...files, 'config/task/pick.yaml': renamed });
    expect(findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        /^task\.dataset\.shape_meta has actions, which .* does not have, and no action, which .* has:/,
      ),
    );
  });
  test('an override changes one copy of an alias', async () => {
    const aliased: Files = {
      ...files,
      'config/task/pick.yaml':
        files['config/task/pick.yaml']!.replace('shape_meta:', 'shape_meta: &m').replace('&a [8]', '[8]') +
        'dataset:\n  shape_meta: *m\n',
    };
    await expectNone(aliased, 'shape-meta-copies-differ');
    const marked = {
      ...aliased,
      'config/task/pick.yaml': aliased['config/task/pick.yaml']!.replace('{shape: [8]}', '{shape: <|[8]|>}'),
    };
    await expectFound(marked, 'shape-meta-copies-differ', /has \[8\] where .* has \[9\]/, {
      overrides: ['task.shape_meta.action.shape=[9]'],
    });
  });
});
